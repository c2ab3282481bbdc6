"""Mixtures that look alike, values that look like the format, sizes, and the corners of the calendar."""

import copy
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from minos_saga_context import SagaContext
from tests.classes import Color, Level, Line, Money, Pair, Point, Status
from tests.support.exact import assert_exact
from tests.support.samples import ID
from tests.support.ways import WAYS

MADRID = ZoneInfo("Europe/Madrid")
ZONES = [None, MADRID, ZoneInfo("UTC"), *(timezone(timedelta(hours=hours)) for hours in (-11, -1, 0, 2, 14))]

CASES: dict[str, Any] = {
    "uuid beside its text": [ID, str(ID)],
    "decimals beside what they look like": [Decimal("1.1"), "1.1", 1.1, 1],
    "keys that look alike": {1: "a", "1": "b", None: 3, (1, 2): [4]},
    "datetimes of many zones": [datetime(2024, 5, 1, tzinfo=zone) for zone in ZONES],
    "list, tuple and set": [[1], (1,), {1}, frozenset({1})],
    "enum beside its value": [Color.RED, "red", "RED", 1, Status.OPEN, "open", Level.LOW, Level.HUGE],
    "dicts that look like tags": {"python": "tuple", "-type": "x", "key": 1, "logicalType": "uuid", "type": "record"},
    "a dict that looks like a box": [{"value": 1}, {"key": 1, "value": 2}, (1,), [1], ID, "a", {1: 2}],
    "a tuple like fastavro's branches": [("string", "a"), ("int", 1), ("null", None), ("box", {"value": 1})],
    "a tuple like fastavro's branches, in a dict": {"a": ("map", {"x": 1}), "b": {"x": ("array", [1])}},
    "a record that looks like a dict": [Point(1, 2), {"x": 1, "y": 2}, Pair(1, 2), Line("a", 1)],
    "one dict per type": [{"a": 1}, {"a": "1"}, {"a": 1.0}, {"a": True}, {"a": None}, {}],
    "ints of all sizes": [1, 2**31, 2**63, -(2**63) - 1, True],
    "numbers in a dict": {"qty": 1, "zip": "01234", "price": 49.99, "vip": True},
    "empty and not": [[], [[]], {}, [{}], set(), ()],
    "timedelta beside int": [timedelta(microseconds=5), 5, 2**40, timedelta.max],
    "naive time beside aware ones": [time(1), time(1, tzinfo=MADRID), time(1, fold=1)],
    "text beside bytes": ["a", b"a", bytearray(b"a"), "\ud800"],
    "dataclasses of one name's fields": [Money(Decimal("1.10"), "EUR"), Money(Decimal("2"), "USD"), None],
    "one dataclass with fields of many types": [Point(1), Point("1"), Point([Point(None)]), Point(1.0, Point(True))],
    "a list of nothing": {"a": [], "b": [None], "c": (), "d": {}, "e": set()},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_case(case: str, way: str) -> None:
    value = CASES[case]
    assert_exact(WAYS[way](SagaContext(value=value, listed=[value, None]))["value"], value)
    assert_exact(WAYS[way](SagaContext(value=value, listed=[value, None]))["listed"], [value, None])


@pytest.mark.parametrize("hour", [0, 1, 2, 3])
@pytest.mark.parametrize("fold", [0, 1])
@pytest.mark.parametrize("day", ["2024-03-31", "2024-10-27"])
def test_gaps_and_folds(day: str, hour: int, fold: int) -> None:
    value = datetime.fromisoformat(f"{day}T0{hour}:30").replace(tzinfo=MADRID, fold=fold)
    found = SagaContext.from_avro_str(SagaContext(value=value).avro_str)["value"]
    assert_exact(found, value)
    assert found.utcoffset() == value.utcoffset()


@pytest.mark.parametrize("offset", [-23, -2, 2, 23])
@pytest.mark.parametrize("edge", [datetime.min, datetime.max])
def test_ends_of_the_calendar(edge: datetime, offset: int) -> None:
    value = edge.replace(tzinfo=timezone(timedelta(hours=offset)))
    assert_exact(SagaContext.from_avro_str(SagaContext(value=value).avro_str)["value"], value)


@pytest.mark.parametrize(
    "items",
    [
        list(range(10_000)),
        ["a", 1] * 5_000,
        [1, 2.5, None, "x", True] * 2_000,
        [{"sku": str(i), "price": i / 4, "qty": i} for i in range(10_000)],
        [(i, str(i)) for i in range(10_000)],
        [Line(str(i), Decimal(i)) for i in range(10_000)],
        {i: str(i) for i in range(10_000)},
        set(range(10_000)),
    ],
    ids=lambda items: f"{type(items).__name__} of {type(next(iter(items))).__name__}",
)
def test_ten_thousand_items(items: Any) -> None:
    assert_exact(SagaContext.from_avro_bytes(SagaContext(value=items).avro_bytes)["value"], items)


def test_subclasses_become_the_type_that_is_stored() -> None:
    from collections import defaultdict

    class Text(str):
        __slots__ = ()

    class Number(int):
        pass

    class Stamp(datetime):
        pass

    class Id(UUID):
        pass

    class Amount(Decimal):
        pass

    values = [
        # A snapshot that named a function would have it called.
        (defaultdict(lambda: 1, a=[1]), {"a": [1]}),
        (Text("x"), "x"),
        (Number(5), 5),
        (Stamp(2024, 1, 1, fold=1), datetime(2024, 1, 1, fold=1)),
        (Id(int=3), UUID(int=3)),
        (Amount("1.10"), Decimal("1.10")),
        ([Text("x"), {Text("k"): Number(1)}], ["x", {"k": 1}]),
    ]
    for value, plain in values:
        context = SagaContext(value=value)
        assert_exact(context["value"], plain)
        assert_exact(SagaContext.from_avro_str(context.avro_str)["value"], plain)


def test_values_are_independent_of_the_giver() -> None:
    for value in ([1, [2]], {"a": {"b": 1}}, {1: [2]}, bytearray(b"a"), {1, 2}, Line("a", [1]), Point([1]), Pair([1])):
        context = SagaContext(value=value)
        before = copy.deepcopy(value)
        for part in (value, *getattr(value, "__dict__", {}).values()):
            if isinstance(part, (list, bytearray, dict, set)):
                part.clear()
        assert_exact(context["value"], before)
