"""Lists of dicts are written on the way: the same bytes as the usual way gives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import SagaContext
from minos_saga_context.codec import file
from minos_saga_context.codec.converters.uniform import lines_of
from tests.support.exact import assert_exact
from tests.support.samples import SAMPLES


class Text(str):
    """A text that is not quite one."""


def test_branches_of_every_plain_type() -> None:
    line = {"a": None, "b": True, "c": 1, "d": 1.5, "e": "x", "f": b"x"}
    found = lines_of([line])
    assert found is not None
    types, data = found
    assert set(types) == {type(None), bool, int, float, str, bytes}
    names = dict(zip("abcdef", ("null", "boolean", "int", "double", "string", "bytes")))
    assert data == [{key: (names[key], value) for key, value in line.items()}]
    assert {type(pair) for pair in data[0].values()} == {tuple}


@pytest.mark.parametrize(
    "values",
    [
        [1],
        [{"a": 1}, 1],
        [{1: "a"}],
        [{"a": 2**31}],
        [{"a": -(2**31) - 1}],
        [{"a": []}],
        [{Text("a"): 1}],
        [{"a": Text("a")}],
        *([{"a": value}] for tag in ("uuid", "date", "decimal", "enum", "model") for value in SAMPLES[tag][:1]),
    ],
    ids=str,
)
def test_anything_else_goes_the_usual_way(values: list[Any]) -> None:
    assert lines_of(values) is None


_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**33), 2**33), st.floats(), st.text(max_size=3), st.binary(max_size=3),
    st.dates(), st.just("\ud800"), st.lists(st.integers(), max_size=2),
)  # fmt: skip
_DICTS = st.dictionaries(st.one_of(st.sampled_from(["sku", "qty"]), st.just("\ud800"), st.integers()), _VALUES)


@given(st.lists(st.one_of(_DICTS, st.integers()), max_size=4))
def test_same_bytes_as_the_usual_way(items: list[Any]) -> None:
    context = SagaContext(items=items, name="a")
    plan, block = file.encode([context])
    # Of several contexts, the shape is found first.
    other_plan, blocks = file.encode([context, context])
    assert plan.text == other_plan.text
    assert blocks == block * 2
    assert_exact(file.decode(plan, blocks, 2), [context, context])


def test_the_context_is_not_changed() -> None:
    context = SagaContext(items=[{"sku": "A", "qty": 1}], more=[{"a": 1}], key_of_no_avro_name_é=[{"a": 1, "b": "x"}])
    before = SagaContext(context)
    context.avro_bytes  # noqa: B018
    assert_exact(context, before)
