"""Files that others wrote."""

from collections.abc import Iterator
from typing import Any

import pytest
from minos.common import DataTransferObject, MinosAvroProtocol, ModelType
from minos.networks import BrokerMessage

from minos_saga_context import SagaContext
from minos_saga_context.codec.file import HEADERS_BY_SYNC, PLANS_BY_TEXT
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.sagas.broker import message


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
