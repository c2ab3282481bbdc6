"""Which of two enums comes first, and what tells lists from sets."""

from enum import Enum
from typing import Any

import pytest

from minos_saga_context.codec.inference.kinds import class_of, place_of
from minos_saga_context.codec.inference.marks import EMPTY
from minos_saga_context.codec.inference.shape import shape_of
from minos_saga_context.codec.types.registry import TRUSTED
from tests.classes import Bits, Level, Rank, Stage, Status


class Mood(str, Enum):
    OPEN = "open"
    GOOD = "good"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([Bits.ONE, Rank.FIRST], [Rank, Bits]),
        ([Bits.TWO, Level.LOW], [Level, Bits]),
        ([Bits.ONE, Level.HIGH], [Bits, Level]),
        ([Bits.ONE | Bits.TWO, Level.LOW, Rank.LAST], [Level, Rank, Bits]),
        ([Status.DONE, Mood.OPEN], [Mood, Status]),
        ([Status.OPEN, Mood.GOOD], [Status, Mood]),
        # Either has the value of the other: stock minos cannot tell them apart.
        ([Status.OPEN, Mood.OPEN], [Status, Mood]),
    ],
)
def test_an_enum_with_values_of_another_comes_behind_it(values: list[Any], expected: list[type]) -> None:
    for place in (values, values[::-1]):
        assert [*map(class_of, sorted(shape_of(place, TRUSTED), key=place_of))] == expected


def test_enums_that_share_no_value_are_not_marked() -> None:
    assert shape_of([Stage.ON_HOLD, Status.OPEN, Level.LOW], TRUSTED) == {Stage, Status, Level}


def test_lists_beside_sets_are_marked() -> None:
    for lists, mark in (([["a"]], 0), ([[], ["a"]], EMPTY)):
        assert {kind[1] for kind in shape_of([{"x"}, *lists], TRUSTED) if kind[0] is list} == {mark}
        assert {kind[1] for kind in shape_of([("x",), *lists], TRUSTED) if kind[0] is list} == {None}
