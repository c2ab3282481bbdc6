"""Schemas: valid Avro, natural types, one branch of each type, names that Avro allows."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import SagaContext
from minos_saga_context.codec.avro.schema import avro_type, branch_name, needs_names
from minos_saga_context.codec.inference.names import avro_names
from tests.classes import Bits, Level, Point, Status
from tests.support.samples import ID
from tests.support.strategies import NAMES, VALUE

#: By the value alone, fastavro takes the first of these branches that it can.
FIRST_FOR_FASTAVRO = [("boolean", "int"), ("int", "double"), ("long", "double"), ("bytes", "array"), ("map", "array")]
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def schema_of(value: Any) -> Any:
    """Give the schema of a value that stands in a field."""
    return SagaContext(value=value).avro_schema[0]["fields"][0]["type"]


def parts(schema: Any) -> Iterator[Any]:
    """Give a schema and all that it contains."""
    yield schema
    inner = schema if isinstance(schema, list) else []
    if isinstance(schema, dict):
        inner = [schema[key] for key in ("items", "values") if key in schema]
        inner += [field["type"] for field in schema.get("fields", ())]
    for part in inner:
        yield from parts(part)


@given(fields=st.dictionaries(NAMES, VALUE, max_size=3))
def test_any_schema_is_valid(fields: dict[str, Any]) -> None:
    names = set()
    for part in parts(SagaContext(fields).avro_schema[0]):
        if isinstance(part, list):
            types = [one.get("namespace", "") + branch_name(one) if isinstance(one, dict) else one for one in part]
            assert len(set(types)) == len(types), "two branches of one type"
            assert not any(isinstance(one, list) for one in part), "a union in a union"
            for first, second in () if needs_names(part) else FIRST_FOR_FASTAVRO:
                assert not {first, second} <= set(types) or types.index(first) < types.index(second), part
        if avro_type(part) == "record":
            name = f"{part['namespace']}.{part['name']}"
            assert name not in names
            names.add(name)
            assert all(NAME.fullmatch(one) for one in name.strip(".").split("."))
            fields_names = [field["name"] for field in part["fields"]]
            assert len(set(fields_names)) == len(fields_names)
            assert all(NAME.fullmatch(one) for one in fields_names)


@given(keys=st.lists(st.text(max_size=5), unique=True))
def test_names(keys: list[str]) -> None:
    names = avro_names(keys)
    assert len(set(names)) == len(names)
    assert all(NAME.fullmatch(name) for name in names)
    assert avro_names(keys) == names
    assert [name for key, name in zip(keys, names) if key == name] == [
        k for k in keys if NAME.fullmatch(k) and k not in ("self", "cls")
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, "int"),
        ([1, 2.5, "a", None, True], ["null", "boolean", "string", "int", "double"]),
        ([1, None], ["null", "int"]),
        ([2**40, 1], {"type": "long", "logicalType": "builtins.int"}),
        ([], ["null"]),
    ],
    ids=str,
)
def test_natural_types(value: Any, expected: Any) -> None:
    schema = schema_of(value)
    assert (schema["items"] if isinstance(value, list) else schema) == expected


@pytest.mark.parametrize(
    ("values", "boxed"),
    [
        (["a", ID], 0),
        (["a", b"a", ID], 1),
        ([[1], (1,), {1}], 2),
        ([1, Level.LOW], 0),
        ([1, Level.HIGH], 0),
        ([2**40, Level.LOW, 2**70, "a"], 1),
        ([1, Level.LOW, Bits.ONE], 2),
        (["a", Status.OPEN], 0),
        ([{"a": 1}, Point(1)], 0),
        ([1.5, 1], 0),
        (["a", b"a"], 0),
    ],
    ids=str,
)
def test_boxes_where_two_types_share_one(values: list[Any], boxed: int) -> None:
    items = schema_of(values)["items"]
    assert sum(avro_type(one) == "record" and one.get("python") == "box" for one in items) == boxed


@pytest.mark.parametrize("value", [[None], [Point(1, [])], [[], []], [SagaContext()], {1: None}], ids=str)
def test_items_of_arrays_take_a_byte_at_least(value: Any) -> None:
    def size(schema: Any) -> int:
        kind = avro_type(schema)
        return sum(size(field["type"]) for field in schema["fields"]) if kind == "record" else int(kind != "null")

    arrays = [part for part in parts(schema_of(value)) if avro_type(part) == "array"]
    assert arrays and all(size(part["items"]) > 0 for part in arrays)
