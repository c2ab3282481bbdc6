"""Files that others wrote."""

import io
from collections.abc import Iterator
from datetime import time
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st
from minos.common import DataTransferObject, MinosAvroProtocol, ModelType
from minos.networks import BrokerMessage

from minos_saga_context import SagaContext
from minos_saga_context.codec.file import HEADERS_BY_SYNC, PLANS_BY_TEXT
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.exact import assert_exact
from tests.support.sagas.broker import message

#: Types that others write, one for each type that Avro tells apart in a union, and values of them.
FOREIGN: list[tuple[Any, Any]] = [
    ("null", st.none()),
    ("boolean", st.booleans()),
    ({"type": "enum", "name": "Suit", "symbols": ["HEARTS", "SPADES"], "default": "SPADES"}, st.just("HEARTS")),
    ({"type": "enum", "name": "Size", "symbols": ["S", "M"], "aliases": ["Width"]}, st.sampled_from("SM")),
    ({"type": "fixed", "name": "Hash", "size": 4, "doc": "Of what?"}, st.binary(min_size=4, max_size=4)),
    ({"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}, st.decimals(-99, 99, places=2)),
    ({"type": "string", "logicalType": "uuid"}, st.uuids()),
    ({"type": "int", "logicalType": "date"}, st.dates()),
    ({"type": "long", "logicalType": "local-timestamp-micros"}, st.datetimes()),
    ("float", st.floats(width=32, allow_nan=False)),
    ({"type": "array", "items": {"type": "int", "logicalType": "time-millis"}}, st.just([time(1, 2, 3, 4000)])),
    ({"type": "map", "values": "double"}, st.just({"a": 0.5})),
]


@given(data=st.data())
def test_any_mixture_that_others_write(data: Any) -> None:
    # In this order, or fastavro takes the symbol of an enum for a UUID when it writes.
    branches = [FOREIGN[place] for place in sorted(data.draw(st.sets(st.integers(0, len(FOREIGN) - 1), min_size=1)))]
    items = {"type": "array", "items": [schema for schema, _ in branches]}
    schema = {**SagaContext().avro_schema[0], "fields": [{"name": "mixed", "type": items, "default": []}]}
    values = data.draw(st.lists(st.one_of([values for _, values in branches])))
    out = io.BytesIO()
    fastavro.writer(out, schema, [{"mixed": values}], sync_interval=1, metadata={"by": "others"})
    expected = next(fastavro.reader(io.BytesIO(out.getvalue())))
    assert_exact(SagaContext.from_avro_bytes(out.getvalue())["mixed"], expected["mixed"])


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    clear_caches()
    yield
    clear_caches()


def of_stock(content: Any) -> bytes:
    """Write a message as stock minos does, with a random part in the name of each record."""
    one = message(content)
    return bytes(MinosAvroProtocol.encode(one.avro_data, one.avro_schema))


@pytest.mark.parametrize("content", [1, {"a": 1, "b": 2}, ModelType.build("Thing", {"a": int}, namespace_="shop")(1)])
def test_files_of_stock_share_a_plan(content: Any) -> None:
    files = {of_stock(content) for _ in range(20)}
    assert len(files) == 20
    for raw in files:
        assert BrokerMessage.from_avro_bytes(raw).content == content
    assert len(PLANS_BY_TEXT) == 1 and len(HEADERS_BY_SYNC) == 0


def test_records_of_one_name_stay_apart() -> None:
    one = ModelType.build("Thing", {"a": int}, namespace_="shop")(a=1)
    other = ModelType.build("Thing", {"b": str}, namespace_="shop")(b="x")
    for _ in range(3):
        found = BrokerMessage.from_avro_bytes(of_stock([one, other])).content
        assert [type(thing) for thing in found] == [DataTransferObject] * 2
        assert [dict(thing) for thing in found] == [{"a": 1}, {"b": "x"}]
    assert len(PLANS_BY_TEXT) == 1


def test_a_context_within_what_stock_writes() -> None:
    contexts = [SagaContext(a=1, b=[SagaContext(c=(1,))]), SagaContext(d="x")]
    for _ in range(3):
        assert BrokerMessage.from_avro_bytes(of_stock(contexts)).content == contexts
    assert len(PLANS_BY_TEXT) <= 2


def test_what_is_never_the_same_is_bounded() -> None:
    limit = PLANS_BY_TEXT._limit
    PLANS_BY_TEXT._limit = 1 << 14
    try:
        for number in range(60):
            assert BrokerMessage.from_avro_bytes(of_stock({f"key{number}": 1, "a": [number]})).content["a"] == [number]
            thing = ModelType.build("Thing", {f"field{number}": int}, namespace_="shop")(number)
            assert BrokerMessage.from_avro_bytes(of_stock(thing)).content == thing
        assert PLANS_BY_TEXT._weight <= 1 << 14 and len(PLANS_BY_TEXT) < 40
    finally:
        PLANS_BY_TEXT._limit = limit
