"""What services send each other: unions in messages and models."""

import json
from base64 import b64encode
from datetime import date, datetime, time, timedelta, timezone
from enum import Enum
from typing import Any, Optional, Union
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from minos.common import DataTransferObject, DeclarativeModel, Field

from minos_saga_context import SagaContext
from tests.support.process import run
from tests.support.sagas.broker import carried, message

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


class Color(str, Enum):
    RED = "red"
    BLUE = "blue"


class Level(int, Enum):
    LOW = 1


class Mixed(DeclarativeModel):  # type: ignore[misc]
    number: Union[float, int]
    text: Union[int, str]
    either: Union[UUID, str]
    day: Optional[Union[int, date]]
    many: list[Union[float, int, str]]


@pytest.mark.parametrize(
    "values",
    [
        (1, "01", "john", 3, [1, 1.0, "1"]),
        (1.5, 7, UUID_7, date(2026, 11, 23), [1.5, 2]),
        (2.0, "7", "x", None, []),
    ],
)
def test_declared_unions(values: Any) -> None:
    model = Mixed(*values)
    twin = Mixed.from_avro_bytes(model.avro_bytes)
    assert repr(twin) == repr(model) and repr(tuple(model.values())) == repr(values)


class Painted(DeclarativeModel):  # type: ignore[misc]
    color: Color
    other: Optional[Color]
    either: Union[Color, str]
    level: Level
    levels: list[Union[Level, str]]


def test_enums_stay_with_minos() -> None:
    model = Painted(Color.RED, Color.BLUE, Color.RED, Level.LOW, [Level.LOW, "x"])
    twin = Painted.from_avro_bytes(model.avro_bytes)
    assert twin == model
    assert [type(twin.color), type(twin.other), type(twin.either), type(twin.level)] == [Color, Color, Color, Level]
    assert [type(one) for one in twin.levels] == [Level, str]
    assert type(Painted(Color.RED, None, "green", Level.LOW, []).either) is str


def test_what_avro_data_shows_is_what_it_was() -> None:
    dto = DataTransferObject("All", fields={"d": Field("d", date, date(1970, 1, 2)), "u": Field("u", UUID, UUID_7)})
    assert dto.avro_data == {"d": 1, "u": str(UUID_7)} and json.dumps(dto.avro_data) == json.dumps(
        {"d": 1, "u": str(UUID_7)}
    )


STOCK_READS = """
import json, sys
from base64 import b64decode
from tests.support.sagas.broker import carried
from minos.networks import BrokerMessage
assert "minos_saga_context" not in sys.modules
contents = [BrokerMessage.from_avro_bytes(b64decode(raw)).content for raw in json.load(open(sys.argv[1]))]
print(json.dumps([repr(content) for content in contents]))
"""


def test_stock_receives_what_we_send(tmp_path: Any) -> None:
    """Stock casts by the first type that fits, as ever; what does not depend on that arrives as it is."""
    plain: list[Any] = [
        {"order_id": 1, "ids": [2, 3]},
        {"id": UUID_7, "name": "john"},
        [date(2026, 11, 23), "a", NOON],
        {"at": time(9, 30), "name": "x", "flag": True},
        [timedelta(1), timedelta(2)],
        [{"price": 1.5}, {"price": 2.0}],
    ]
    path = tmp_path / "messages.json"
    path.write_text(json.dumps([b64encode(message(one).avro_bytes).decode() for one in [*plain, *CONTENTS]]))
    received = run(STOCK_READS, str(path))
    assert received[: len(plain)] == list(map(repr, plain))
    assert len(received) == len(plain) + len(CONTENTS)
