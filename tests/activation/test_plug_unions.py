"""What minos.common casts to a union."""

from datetime import date
from enum import Enum
from typing import Any, Optional, Union
from uuid import UUID

import pytest
from minos.common import DeclarativeModel

UUID_7 = UUID(int=7)


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
