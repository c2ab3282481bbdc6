"""Values of any mixture, made up by Hypothesis from the table of types: exact in memory, and by every way."""

import pickle
from decimal import Decimal
from enum import Flag
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import SagaContext, UnsupportedValueException
from minos_saga_context.context.method_fields import uncallable
from tests.support.exact import assert_exact, picture
from tests.support.process import run
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


class Own(str):
    """A class of a service, of a kind that contexts keep as what it extends."""


#: What a service might put in as well: kept as what it is, as what it extends, or refused.
ODD = [
    *(Own("01234"), Decimal("1.10"), Flag("Bits", "A B")["A"], range(3), object(), Own, b"x".join, {1: Own("a")}),
    *(memoryview(b"a"), iter([1]), type("Local", (int,), {})(5), {"a": {Own("k"): [Own("v")]}}, ValueError("x")),
]


def test_what_was_taken_is_read_by_another_process(tmp_path: Path) -> None:
    taken: list[tuple[bytes, Any]] = []
    refused = 0

    @given(fields=st.dictionaries(NAMES, VALUE | st.sampled_from(ODD), max_size=3))
    def take(fields: dict[str, Any]) -> None:
        nonlocal refused
        try:
            context = SagaContext(fields)
        except UnsupportedValueException as exc:
            assert exc.path
            refused += 1
        else:
            taken.append((context.avro_bytes, picture(context)))

    take()
    (tmp_path / "taken").write_bytes(pickle.dumps(taken))
    code = """
import json, pickle, sys
from pathlib import Path
from minos_saga_context import SagaContext, UnsupportedValueException
from tests.support.exact import picture
taken = pickle.loads(Path(sys.argv[1]).read_bytes())
print(json.dumps([picture(SagaContext.from_avro_bytes(raw)) == expected for raw, expected in taken]))
"""
    found = run(code, str(tmp_path / "taken"))
    assert len(found) == len(taken) > refused > 0 and all(found)
