"""Members of enums: all that are taken are found again."""

from __future__ import annotations

from enum import Enum, Flag, IntEnum, IntFlag
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import SagaContext, SnapshotException, UnsupportedValueException
from tests.support.exact import assert_exact
from tests.support.ways import WAYS


class Wide(IntFlag):
    LOW = 1
    MIDDLE = 2**40
    HIGH = 2**70
    TOP = 2**200


class Marks(Flag):
    A = 1
    B = 2**70


class Strict(str, Enum):
    """Raises what it likes for what it does not know."""

    A = "a"

    @classmethod
    def _missing_(cls, value: object) -> Any:
        raise KeyError(value)


class Numbers(IntEnum):
    """Its numbers say nothing of its values, and its ``__int__`` lies."""

    ONE = 1

    def __new__(cls, number: int) -> Numbers:
        made = int.__new__(cls, number + 2**70)
        made._value_ = number
        return made

    def __int__(self) -> int:
        return 7

    @classmethod
    def _missing_(cls, value: object) -> Any:
        raise RuntimeError(value)


class Loose(Enum):
    """Makes a member for what it does not know, as services do that must go on."""

    KNOWN = 1

    @classmethod
    def _missing_(cls, value: object) -> Any:
        made = object.__new__(cls)
        made._name_, made._value_ = f"UNKNOWN_{value}", value
        return made


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("cls", [Wide, Marks])
def test_any_combination_of_flags(cls: Any, way: str) -> None:
    members = list(cls)

    @given(st.lists(st.lists(st.sampled_from(members)), max_size=4))
    def check(combinations: list[list[Any]]) -> None:
        value = []
        for combination in combinations:
            flags = cls(0)
            for flag in combination:
                flags |= flag
            value += [flags, ~flags]
        assert_exact(WAYS[way](SagaContext(value=value))["value"], value)

    check()


@pytest.mark.parametrize("way", WAYS)
def test_members_of_classes_that_raise_what_they_like(way: str) -> None:
    value = [Strict.A, Numbers.ONE, Loose.KNOWN, None]
    assert_exact(WAYS[way](SagaContext(value=value, alone=Strict.A))["value"], value)


def test_a_value_that_is_gone_is_told_whatever_the_class_raises() -> None:
    raw = SagaContext(order=[Strict.A]).avro_bytes.replace(b"\x02a", b"\x02b")
    with pytest.raises(SnapshotException, match=r"'tests\.codec\.classes\.test_enums\.Strict' has no member"):
        SagaContext.from_avro_bytes(raw)


def test_a_member_that_the_class_made_up_is_refused() -> None:
    with pytest.raises(UnsupportedValueException, match=r"'order\[1\]': its class has no such member. Declare it"):
        SagaContext(order=[Loose.KNOWN, Loose(5)])
