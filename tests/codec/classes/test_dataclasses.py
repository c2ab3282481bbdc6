"""What instances of dataclasses hold: their fields, all of them, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest

from minos_saga_context import SagaContext, UnsupportedValueException
from tests.support.ways import WAYS


@dataclass
class Unset:
    name: str
    length: int = field(init=False)
    scale: int = field(init=False, default=3)


class Slots:
    __slots__ = ("note",)


@dataclass
class InSlots(Slots):
    __slots__ = ("name",)
    name: str


@dataclass
class Evasive:
    name: str

    def __getattribute__(self, name: str) -> Any:
        return "lie"

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        return {"name": "lie"}


class Through:
    """A descriptor that keeps the value elsewhere, and gives another."""

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}

    def __get__(self, instance: Any, owner: Any) -> Any:
        return 0 if instance is None else self.values[id(instance)] + 1

    def __set__(self, instance: Any, value: Any) -> None:
        self.values[id(instance)] = value


@dataclass
class Described:
    name: int = Through()  # type: ignore[assignment]


@dataclass
class Remembering:
    prices: list[float]

    @cached_property
    def total(self) -> float:
        return sum(self.prices)


def evasive() -> Any:
    return Evasive("a")


def with_note() -> Any:
    value = InSlots("a")
    value.note = "lost"
    return value


REFUSED = [
    (lambda: Unset("a"), "its field 'length' is not set"),
    (with_note, "its attribute 'note' is no field"),
    (lambda: Described(1), "its field 'name' is computed by a descriptor"),
    (evasive, "its field 'name' is not set"),
]


@pytest.mark.parametrize(("make", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_refused_with_path_reason_and_remedy(make: Any, reason: str) -> None:
    with pytest.raises(UnsupportedValueException, match=reason) as caught:
        SagaContext(order={"parts": [make()]})
    assert caught.value.path == "order.parts[0]" and caught.value.remedy


@pytest.mark.parametrize("way", WAYS)
def test_what_the_class_holds_for_all(way: str) -> None:
    value = Unset("a")
    value.length = 1
    assert WAYS[way](SagaContext(value=[value, InSlots("b")]))["value"] == [value, InSlots("b")]
    assert WAYS[way](SagaContext(value=value))["value"].scale == 3


def test_what_is_only_remembered_is_left_out() -> None:
    value = Remembering([1.5])
    assert value.total == 1.5
    found = SagaContext.from_avro_str(SagaContext(value=value).avro_str)["value"]
    assert found == value and vars(found) == {"prices": [1.5]}
