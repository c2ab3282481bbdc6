"""What services send each other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from minos.common import MinosAvroProtocol, MinosTypeAttributeException
from minos.networks import (
    BrokerMessage,
    BrokerMessageV1,
    BrokerMessageV1Payload,
    BrokerMessageV1Status,
    BrokerMessageV1Strategy,
)

from minos_saga_context import SagaContext, UnsupportedValueException
from tests.support.exact import assert_exact, picture
from tests.support.sagas.broker import carried, message
from tests.support.samples import SAMPLES

UUID_7 = UUID(int=7)
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
CONTENTS: list[Any] = [
    {"sku": "B", "qty": 1, "price": 49.99},
    {"order_id": 1, "amount": 99.99},
    {"qty": 1, "zip": "01234"},
    {"n": 1, "vip": True},
    [1, 2.5, "1", None, True, b"raw"],
    [1.5, "nan"],
    [1 << 40, 2.5],
    [[1], [2.5]],
    [{"a": 1.5}, {"a": 1}, {"b": "1"}],
    [{"lines": [{"qty": 1, "zip": "01", "price": 2.0}, {"qty": 2.5, "vip": None}]}, {"lines": []}],
    {1.5, 2},
    [{1}, {2.5}],
    [UUID_7, "john", str(UUID_7)],
    {"id": UUID_7, "name": "john"},
    [date(2026, 11, 23), 1, 2.5, "a"],
    {"on": date(2026, 11, 23), "at": NOON, "qty": 1},
    [time(9, 30), 1, 2.5],
    [time(9, 30)],
    {"slots": [{"from": time(9, 30)}]},
    [timedelta(1), 1, 1 << 40, "a"],
    [{"wait": timedelta(1), "qty": 1}, {"wait": 1}],
]


def reverse(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reverse(item) for key, item in reversed(value.items())}
    return [reverse(item) for item in reversed(value)] if isinstance(value, list) else value


@pytest.mark.parametrize("content", CONTENTS, ids=repr)
def test_exact_in_both_orders(content: Any) -> None:
    for value in (content, reverse(content), {"content": content}, [content, reverse(content)], content):
        assert repr(carried(value)) == repr(value)


SCALARS = [
    *(st.none(), st.booleans(), st.integers(-(1 << 63), (1 << 63) - 1), st.floats(), st.binary(max_size=4)),
    *(st.text(st.characters(codec="utf-8"), max_size=4), st.sampled_from(["01", "1", "1.5", "nan", str(UUID_7)])),
    *(st.uuids(), st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.times().map(lambda clock: clock.replace(fold=0))),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(timezone.utc)).map(
        lambda instant: instant.replace(fold=0)
    ),
    st.timedeltas(timedelta(-1000), timedelta(1000)),
]


@given(
    st.recursive(
        st.one_of(SCALARS),
        lambda items: st.lists(items, max_size=4) | st.dictionaries(st.text("ab", max_size=2), items, max_size=4),
        max_leaves=12,
    )
)
def test_exact_in_any_mixture(content: Any) -> None:
    assert repr(carried(content)) == repr(content)


def test_the_context_s_own_values() -> None:
    context = SagaContext(order_id=1, lines=[{"sku": "B", "qty": 1, "price": 49.99}], due=date(2026, 11, 23))
    assert repr(carried(dict(context))) == repr(dict(context))
    twin = carried(context)
    assert type(twin) is SagaContext and repr(twin) == repr(context)


@pytest.mark.parametrize(
    "value",
    [pytest.param(value, id=f"{tag}-{at}") for tag, values in SAMPLES.items() for at, value in enumerate(values)],
)
def test_whatever_a_context_keeps_a_message_keeps(value: Any) -> None:
    assert_exact(carried(value), value)
    around = {"alone": value, "beside": [value, 1, "a", 2.5, None], "inner": SagaContext(held={"deep": (value,)})}
    assert_exact(carried(around), around)


def whole(one: BrokerMessage) -> Any:
    return one.topic, one.identifier, one.reply_topic, one.strategy, one.status, one.headers, picture(one.content)


def test_by_every_way_that_minos_has() -> None:
    sent = [message(content) for content in (*CONTENTS, SagaContext(total=Decimal("1.20")))]
    for one in sent:
        assert whole(BrokerMessage.from_avro_bytes(one.avro_bytes)) == whole(one)
        assert whole(BrokerMessageV1.from_avro_str(one.avro_str)) == whole(one)
    for raw in (BrokerMessage.to_avro_bytes(sent), BrokerMessageV1.to_avro_bytes(sent)):
        assert [whole(one) for one in BrokerMessage.from_avro_bytes(raw, batch_mode=True)] == [*map(whole, sent)]
    text = BrokerMessageV1.to_avro_str(sent)
    assert [whole(one) for one in BrokerMessageV1.from_avro_str(text, batch_mode=True)] == [*map(whole, sent)]
    assert BrokerMessage.from_avro_bytes(sent[0].avro_bytes) == sent[0]


def test_all_of_a_message_is_carried() -> None:
    headers = {"saga": str(UUID_7), "transactions": f"{UUID_7!s},{UUID(int=8)!s}", "user": "ü"}
    sent = BrokerMessageV1(
        "Charge",
        BrokerMessageV1Payload(None, headers, BrokerMessageV1Status.SYSTEM_ERROR),
        identifier=UUID_7,
        reply_topic="orderReply",
        strategy=BrokerMessageV1Strategy.MULTICAST,
    )
    found = BrokerMessage.from_avro_bytes(sent.avro_bytes)
    assert whole(found) == whole(sent) and found == sent and type(found) is BrokerMessageV1
    assert found.version == 1 and not found.ok and found.should_reply
    found.set_reply_topic(None)
    assert not BrokerMessage.from_avro_bytes(found.avro_bytes).should_reply
    with pytest.raises(MinosTypeAttributeException):
        found.payload.headers = {"a": 1}


@pytest.mark.parametrize("status", [200, 400, BrokerMessageV1Status.ERROR, 404, 999, None])
def test_status_codes(status: Any) -> None:
    sent = BrokerMessageV1("Topic", BrokerMessageV1Payload(1, status=status))
    found = BrokerMessage.from_avro_bytes(sent.avro_bytes)
    assert type(found.status) is BrokerMessageV1Status and found.status is sent.status
    assert found.status == {404: 600, 999: 600, None: 200}.get(status, status)


def test_a_status_that_only_the_sender_knows() -> None:
    data, schema = message(1).avro_data, message(1).avro_schema
    data["payload"]["status"] = 451
    assert BrokerMessage.from_avro_bytes(MinosAvroProtocol.encode(data, schema)).status is BrokerMessageV1Status.UNKNOWN


def test_what_stock_casts_is_cast() -> None:
    """Strategies by value, headers that are a Mapping: all that is not of its type already goes minos's way."""
    sent = BrokerMessageV1("T", BrokerMessageV1Payload(1, SagaContext(a="1")), strategy="multicast")  # type: ignore[arg-type]
    assert sent.strategy is BrokerMessageV1Strategy.MULTICAST
    assert sent.headers == {"a": "1"} and type(sent.headers) is dict
    for wrong in ({"topic": 1}, {"identifier": "x"}, {"payload": 1}, {"reply_topic": 1}):
        with pytest.raises(MinosTypeAttributeException):
            BrokerMessageV1(**{"topic": "T", "payload": BrokerMessageV1Payload(1), **wrong})
    with pytest.raises(MinosTypeAttributeException):
        BrokerMessageV1Payload(1, {"a": 1})  # type: ignore[dict-item]


def test_content_is_a_copy() -> None:
    lines, headers = [{"qty": 1}], {"a": "1"}
    sent = BrokerMessageV1Payload({"lines": lines}, headers)
    lines[0]["qty"], headers["a"] = 2, "2"
    assert sent.content == {"lines": [{"qty": 1}]} and sent.headers == {"a": "1"}
    sent.content = lines
    lines.clear()
    assert sent.content == [{"qty": 2}]


def test_refuses_with_the_path() -> None:
    with pytest.raises(UnsupportedValueException, match=r"'object' - at 'content.lines\[1\].price'"):
        message({"lines": [{}, {"price": object()}]})
    sent = message({"lines": []})
    with pytest.raises(UnsupportedValueException, match="at 'content'"):
        sent.payload.content = object()
    assert sent.content == {"lines": []}
    sent.content["lines"].append(object())
    with pytest.raises(UnsupportedValueException, match=r"content.lines\[0\]"):
        _ = sent.avro_bytes


def test_threads() -> None:
    def carry(number: int) -> bool:
        content = {f"key_{number % 7}": [number, Decimal(number)], "lines": [{"qty": number, "zip": "01"}] * 3}
        return bool(picture(carried(content)) == picture(content))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(carry, range(200)))
