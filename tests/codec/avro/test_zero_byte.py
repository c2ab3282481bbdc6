"""Values that take no bytes are counted before they are read, whatever schema they hide in."""

from io import BytesIO
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_writer
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import SagaContext, SnapshotException, set_limits
from minos_saga_context.codec.avro.zero_byte import has_zero_byte_elements, width_checker
from tests.classes import Empty, Pair, Point
from tests.support.exact import assert_exact

EMPTY = {"type": "record", "name": "Empty", "fields": []}
NULLS = {"type": "array", "items": "null"}


def record(*types: Any) -> dict[str, Any]:
    return {
        "type": "record",
        "name": "Holder",
        "fields": [{"name": f"f{place}", "type": one} for place, one in enumerate(types)],
    }


@pytest.mark.parametrize(
    ("schema", "wide"),
    [
        ("null", False),
        (NULLS, True),
        ({"type": "array", "items": EMPTY}, True),
        ({"type": "array", "items": {"type": "fixed", "name": "None", "size": 0}}, True),
        ({"type": "array", "items": "int"}, False),
        ({"type": "array", "items": ["null", "int"]}, False),
        ({"type": "map", "values": "null"}, False),
        ({"type": "map", "values": NULLS}, True),
        (["null", {"type": "map", "values": record("int", NULLS)}], True),
        ({"type": "array", "items": record("int", *["null"] * 3)}, True),
        ({"type": "array", "items": record("int", "null")}, False),
    ],
)
def test_schemas_that_may_hold_more_values_than_bytes(schema: Any, wide: bool) -> None:
    assert has_zero_byte_elements(parse_schema(schema)) is wide


SCHEMAS = st.recursive(
    st.sampled_from(["null", "boolean", "int", "double", "string", "bytes"]),
    lambda inner: (
        inner.map(lambda one: {"type": "array", "items": one})
        | inner.map(lambda one: {"type": "map", "values": one})
        | inner.filter(lambda one: not isinstance(one, list)).map(lambda one: [{"type": "array", "items": one}, "null"])
    ),
    max_leaves=4,
)


def data_of(schema: Any) -> st.SearchStrategy[Any]:
    if isinstance(schema, list):
        return st.none() | data_of(schema[0])
    if isinstance(schema, dict):
        items = data_of(schema["items" if schema["type"] == "array" else "values"])
        return (
            st.lists(items, max_size=4) if schema["type"] == "array" else st.dictionaries(st.text(), items, max_size=4)
        )
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "null": st.none(),
        "boolean": st.booleans(),
        "int": st.integers(-(2**31), 2**31 - 1),
        "double": st.floats(),
        "string": st.text(),
        "bytes": st.binary(),
    }
    return kinds[schema]


def nulls_in(schema: Any, value: Any) -> int:
    """Count the nulls in a value that take no bytes."""
    if isinstance(schema, list):
        return value is None or nulls_in(schema[0], value)
    if isinstance(schema, dict):
        array = schema["type"] == "array"
        inner = schema["items" if array else "values"]
        return sum(nulls_in(inner, item) for item in (value if array else value.values()))
    return int(schema == "null")


@given(st.data())
def test_as_many_as_there_are(data: st.DataObject) -> None:
    schema = data.draw(SCHEMAS)
    value = data.draw(data_of(schema))
    stream = BytesIO()
    parsed = parse_schema(schema)
    schemaless_writer(stream, parsed, value)
    raw = stream.getvalue()
    # Two values for each byte are free: what is left of the count is what is spent of the limit.
    spent = max(0, nulls_in(schema, value) - 2 * len(raw))
    assert width_checker(parsed)(raw, 1, spent) == spent
    if spent:
        with pytest.raises(SnapshotException, match="more values without bytes"):
            width_checker(parsed)(raw, 1, spent - 1)


def test_a_count_without_an_end_is_refused_before_it_is_read() -> None:
    with pytest.raises(SnapshotException, match="more values without bytes"):
        width_checker(parse_schema(NULLS))(b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00", 1, 10**6)


class Schema(dict[str, Any]):
    """A schema that counts how often it is looked at."""

    looks = 0

    def __getitem__(self, key: str) -> Any:
        Schema.looks += 1
        return super().__getitem__(key)


def test_the_schema_is_not_looked_at_for_each_item() -> None:
    fields = [Schema(name=f"f{place}", type="null") for place in range(500)]
    item = Schema(type="record", name="Wide", fields=fields)
    check = width_checker(Schema(type="array", items=["null", item]))
    looks, Schema.looks = Schema.looks, 0
    assert looks
    # Blocks of one item each, of the first branch.
    assert check(b"\x02\x00" * 10_000 + b"\x00", 1, 0) == 0
    assert Schema.looks == 0


#: Values of which many, or all, take no bytes.
EMPTIES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, 1, Empty()]),
    lambda held: (
        st.builds(Point, held, held)
        | st.builds(Pair, held, held)
        | st.lists(held, min_size=3, max_size=9).map(
            lambda all: SagaContext({f"f{at}": one for at, one in enumerate(all)})
        )
    ),
    max_leaves=12,
)


@given(value=EMPTIES, other=EMPTIES)
def test_what_we_write_is_within_any_limit(value: Any, other: Any) -> None:
    lists = [value] * 20, [value, other] * 20
    maps = {str(at): value for at in range(20)}, dict.fromkeys(range(20), value)
    before = set_limits(empty_values=1)
    try:
        for held in (*lists, *maps):
            context = SagaContext(held=held)
            assert_exact(SagaContext.from_avro_bytes(context.avro_bytes)["held"], context["held"])
        contexts = [SagaContext(), SagaContext(a=None), SagaContext(a=value), SagaContext(a=value, b=other)]
        for batch in ([one, one, *others] * 20 for one in contexts for others in ((), contexts)):
            for found, put in zip(
                SagaContext.from_avro_bytes(SagaContext.to_avro_bytes(batch), batch_mode=True), batch
            ):
                assert_exact(found, put)
    finally:
        set_limits(**before._asdict())
