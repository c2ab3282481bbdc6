"""The comparison that the other tests stand on tells apart what ``==`` does not."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from minos.common import DataTransferObject, Field

from minos_saga_context import SagaContext
from tests.classes import Level, Line, OldPair, Pair
from tests.support.exact import picture
from tests.support.samples import SAMPLES

MADRID = ZoneInfo("Europe/Madrid")
NOON = datetime(2024, 1, 1, 12, tzinfo=timezone.utc)


class Other(IntEnum):
    LOW = 1


DIFFERENT = [
    (1, True, 1.0, Decimal(1), Level.LOW, Other.LOW, "1"),
    (0.0, -0.0),
    (Decimal("1.0"), Decimal("1.00"), Decimal("-1.0")),
    ([1], (1,), deque([1]), deque([1], 1)),
    ({1}, frozenset({1}), {1.0}),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, OrderedDict(a=1, b=2)),
    (b"a", bytearray(b"a")),
    (NOON, NOON.astimezone(timezone(timedelta(hours=1))), NOON.replace(tzinfo=ZoneInfo("UTC")), NOON.replace(fold=1)),
    (NOON.astimezone(MADRID), NOON.astimezone(ZoneInfo("Europe/Paris"))),
    (Pair(1, 2), OldPair(1, 2), (1, 2)),
    (Line("a", 1), Line("a", 1.0)),
    (
        DataTransferObject("A", fields={"x": Field("x", int, 1)}),
        DataTransferObject("B", fields={"x": Field("x", int, 1)}),
    ),
    (SagaContext(a=1), SagaContext(a=1.0), SagaContext(b=1), {"a": 1}),
]


@pytest.mark.parametrize("values", DIFFERENT, ids=repr)
def test_tells_apart(values: tuple[Any, ...]) -> None:
    assert len(set(map(picture, values))) == len(values)


def test_nan_is_nan() -> None:
    assert picture(float("nan")) == picture(float("nan"))


@pytest.mark.parametrize("tag", SAMPLES)
def test_equal_values_have_one_picture(tag: str) -> None:
    assert picture(SagaContext(value=SAMPLES[tag])["value"]) == picture(SAMPLES[tag])
