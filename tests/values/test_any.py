"""Values of any mixture, made up by Hypothesis from the table of types: exact in memory, and by every way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import SagaContext
from minos_saga_context.context.method_fields import uncallable
from tests.support.exact import assert_exact, picture
from tests.support.strategies import KEY, NAMES, POSSIBLE, SCALAR, STRATEGIES, VALUE
from tests.support.ways import WAYS

#: Ref, of minos.aggregate, does not pickle.
STORED = [way for way in WAYS if way != "pickle"]


@pytest.mark.parametrize("tag", POSSIBLE)
@given(data=st.data())
def test_each_row(tag: str, data: Any) -> None:
    value = data.draw(STRATEGIES[tag])
    found = SagaContext.from_avro_str(SagaContext(value=value, listed=[value, None]).avro_str)
    assert_exact(dict(found), {"value": value, "listed": [value, None]})


@pytest.mark.parametrize("way", STORED)
@given(fields=st.dictionaries(NAMES, VALUE, max_size=4))
def test_any_mixture(way: str, fields: dict[str, Any]) -> None:
    context = SagaContext(fields)
    found = WAYS[way](context)
    assert picture(found) == picture(context)
    assert picture({name: uncallable(value) for name, value in SagaContext.items(found)}) == picture(fields)


@given(values=st.lists(SCALAR, max_size=6))
def test_any_scalars_in_one_list(values: list[Any]) -> None:
    assert_exact(SagaContext.from_avro_str(SagaContext(value=values).avro_str)["value"], values)


@given(values=st.lists(KEY, max_size=5))
def test_any_scalars_in_sets_and_keys(values: list[Any]) -> None:
    fields = {"set": set(values), "frozenset": frozenset(values), "keys_of": dict.fromkeys(values)}
    assert_exact(dict(SagaContext.from_avro_bytes(SagaContext(fields).avro_bytes)), fields)


@given(values=st.lists(st.dictionaries(NAMES, SCALAR, max_size=3), max_size=4))
def test_dicts_of_several_kinds(values: list[Any]) -> None:
    assert_exact(SagaContext.from_avro_bytes(SagaContext(value=values).avro_bytes)["value"], values)


@given(fields=st.dictionaries(NAMES, VALUE, max_size=3))
def test_same_bytes_again(fields: dict[str, Any]) -> None:
    context = SagaContext(fields)
    raw = context.avro_bytes
    assert SagaContext(fields).avro_bytes == raw
    assert SagaContext.from_avro_bytes(raw).avro_bytes == raw
