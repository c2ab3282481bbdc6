"""Fields that bear the name of a method, and hold members of enums, dataclasses, NamedTuples, Models or contexts."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pytest
from minos.common import DeclarativeModel

from minos_saga_context import SagaContext
from minos_saga_context.context.method_fields import METHODS
from tests.classes import Car, Color, Level, Line, Pair, Point, Product, Slotted, Status
from tests.support.sagas.broker import carried

MADE: list[Any] = []


class Registering:
    def __init_subclass__(cls, **kwargs: Any) -> None:
        MADE.append(cls)


@dataclass
class Registered(Registering):
    _owner: str
    _call_count: int = 0

    def __call__(self) -> str:
        return "mine"


@dataclass(order=True)
class Ordered:
    size: int


class Named(DeclarativeModel):
    name: str


VALUES = [
    *(Color.RED, Status.DONE, Level.HUGE, Line("a", [1]), Point(1), Slotted(1, 2), Pair(1, [2]), Named("a")),
    *(Product("a", 1.5, ["x"]), Car("x", 3), SagaContext(a=1, items=[2]), Registered("a", 5), Ordered(1)),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("name", sorted(METHODS))
def test_the_attribute_is_the_value(name: str, value: Any) -> None:
    context = SagaContext(**{name: value})
    loaded = SagaContext.from_avro_str(context.avro_str)
    for found in (getattr(context, name), context[name], getattr(loaded, name)):
        assert isinstance(found, type(value)) and found.__class__ is type(value) and callable(found)
        assert found == value and value == found and (found != value, value != found) == (False, False)
        assert repr(found) == repr(value) and str(found) == str(value)
    moved = SagaContext(other=[getattr(context, name)])["other"]
    assert moved == [value] and type(moved[0]) is type(value)
    twin = SagaContext(**context)  # as minos.saga does at each step
    assert twin == context and twin.avro_str == context.avro_str


@pytest.mark.parametrize("value", [Color.RED, Status.DONE, Level.HUGE, Point(1), Pair(1, 2)], ids=repr)
def test_hashes(value: Any) -> None:
    found = SagaContext(get=value)["get"]
    assert hash(found) == hash(value) and {value: 1}[found] == {found: 1}[value] == 1


def test_enums() -> None:
    context = SagaContext(values=Color.RED, items=Status.DONE, get=Level.LOW)
    assert (context.values.name, context.values.value, context.items.value) == ("RED", 1, "done")
    assert context.items == "done" and context.items.upper() == "DONE" and context.get + 1 == 2
    assert copy.copy(context["values"]) is Color.RED and context.pop("values") is Color.RED
    assert list(Color) == [Color.RED, Color.GREEN, Color.ANY] and isinstance(context.items, Enum)


def test_changed_in_place() -> None:
    model = Product("a", 1.5, ["x"])
    context = SagaContext(values=Line("a", [1]), items=model, get=SagaContext(items=[1]), pop=Slotted(1, 2))
    context.values.price.append(2)
    context.values.sku = "b"
    context.items.name = "c"
    context.items.tags.append("y")
    context.get.items.append(2)
    context.get.more = 1
    context.pop.a = 3
    expected = {
        "values": Line("b", [1, 2]),
        "items": Product("c", 1.5, ["x", "y"]),
        "get": SagaContext(items=[1, 2], more=1),
        "pop": Slotted(3, 2),
    }
    for twin in (context, SagaContext(**context), copy.deepcopy(context), SagaContext.from_avro_str(context.avro_str)):
        assert {name: twin[name] for name in twin} == expected
    assert list(context.get.items()) == [("items", [1, 2]), ("more", 1)]


def test_the_class_is_told_nothing() -> None:
    count = len(MADE)
    context = SagaContext(values=Registered("ana", 3))
    assert (context.values._owner, context.values._call_count) == ("ana", 3) and len(context.values()) == 1
    assert context.pop("values") == Registered("ana", 3) and len(MADE) == count


def test_order() -> None:
    context = SagaContext(values=Ordered(1))
    assert context.values < Ordered(2) and Ordered(0) < context.values


@pytest.mark.parametrize("value", [Named("a"), Product("a", 1.5, ["x"])])
def test_in_a_broker_message(value: Any) -> None:
    found = carried(SagaContext(values=value).values)
    assert found == value and type(found) is type(value)
