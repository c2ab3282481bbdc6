"""The one walk over schemas: it sees every schema once, and what is rewritten without a change is what it was."""

from typing import Any
from uuid import uuid4

from fastavro import parse_schema
from hypothesis import given

from minos_saga_context import SagaContext
from minos_saga_context.codec.avro.schema import is_natural, names_others, rewrite, walk
from tests.support.strategies import VALUE


def schemas(value: Any) -> int:
    """Count the schemas in JSON: all that may stand for one, but for the fields around them."""
    if isinstance(value, list):
        return 1 + sum(map(schemas, value))
    if not isinstance(value, dict):
        return 1
    if value["type"] == "record":
        return 1 + sum(schemas(field["type"]) for field in value["fields"])
    return 1 + sum(schemas(value[key]) for key in ("items", "values") if key in value)


@given(VALUE)
def test_the_walk_sees_every_schema_once(value: Any) -> None:
    schema = SagaContext(value=value, other=[value]).avro_schema
    found = list(walk(schema))
    assert len(found) == schemas(schema) and found[0] is schema
    assert sum(isinstance(one, dict) and one["type"] == "record" for one in found) == str(schema).count("'record'")


@given(VALUE)
def test_without_a_change_it_is_the_same(value: Any) -> None:
    schema = SagaContext(value=value, other=[value]).avro_schema
    before = str(schema)
    assert rewrite(schema, lambda one: one) == schema
    rewrite(schema, lambda one: one.clear() or one)
    assert str(schema) == before


def test_each_schema_is_rewritten_after_its_parts() -> None:
    schema = {"type": "array", "items": [{"type": "map", "values": {"type": "long", "logicalType": "a.B"}}]}
    seen: list[Any] = []
    rewrite(schema, lambda one: seen.append(one["type"]) or one["type"])
    assert seen == ["long", "map", "array"]


def test_what_names_have_to_tell_is_not_natural() -> None:
    assert is_natural(SagaContext(a=[1, "a", None, {"b": 1.5}]).avro_schema[0])
    assert not is_natural(SagaContext(a=[{"b": [(1,), [1]]}]).avro_schema[0])
    deep: Any = {"type": "map", "values": ["null", {"type": "long", "logicalType": "x"}]}
    assert not is_natural({"type": "array", "items": deep})


def test_a_type_that_is_named_like_a_kind_of_schema_is_a_name_still() -> None:
    assert not names_others(SagaContext(a=[(1,), "a", None, {"b": 1.5}, uuid4()]).avro_schema[0])
    for name in ("record", "union", "enum", "Other"):
        holder = {"type": "record", "name": name, "fields": [{"name": "a", "type": {"type": "array", "items": name}}]}
        assert names_others(parse_schema(holder))
