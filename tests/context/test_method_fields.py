"""Fields that bear the name of a method: data and method at once."""

import copy
import gc
import json
import pickle
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address, IPv6Address
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest
from minos.common import DataTransferObject, Field
from minos.saga import SagaRequest

from minos_saga_context import MissingAttributeException, SagaContext
from minos_saga_context.context.method_fields import METHODS
from tests.classes import (
    Access,
    Car,
    Color,
    Level,
    Line,
    OldPair,
    Pair,
    Point,
    Priced,
    Product,
    Slotted,
    Status,
)
from tests.support.sagas.broker import carried

NAMES = sorted(METHODS)
#: Values of types that allow a subclass ...
VALUES: list[Any] = [
    *(1, 1 << 40, 1 << 80, 2.5, "text", b"raw", bytearray(b"raw"), ""),
    *([1, 2.5], [], {"a": [1]}, {}, {1: 2}, (1, "2"), {1, 2}, frozenset({1}), deque([1], 3), OrderedDict(a=1)),
    *(Counter("aab"), defaultdict(list, a=[1]), Fraction(1, 3), 1 + 2j),
    *(UUID(int=7), date(2026, 11, 23), time(9, 30), datetime(2026, 11, 23, 9, 30), timedelta(1)),
    *(datetime(2026, 11, 23, tzinfo=timezone.utc), Decimal("1.10"), PurePosixPath("/a/b"), IPv4Address("127.0.0.1")),
]


#: ... some of which have a class of the user's own ...
VALUES += [
    *(
        Color.RED,
        Status.DONE,
        Level.HUGE,
        Access.READ,
        Access.READ | Access.WRITE,
        Priced.FULL,
        Pair(1, [2]),
        OldPair(1, 2),
    ),
    IPv6Address("fe80::1%eth0"),
    *(Line("A", 1.5, ["x"]), Point(1), Slotted(1, [2]), Product("a", 1.5, ["x"]), Car("x", 3, uuid=UUID(int=7))),
    *(SagaContext(a=1, items=[1]), DataTransferObject("Line", fields={})),
]
#: ... and of those that allow none: the method wins.
FINAL = [True, False, None]


def same(value: Any, expected: Any) -> bool:
    return bool(value == expected) and isinstance(value, type(expected)) and repr(value) == repr(expected)


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("name", NAMES)
def test_data_and_method(name: str, value: Any) -> None:
    context = SagaContext(**{name: value, "a": 1})
    assert same(getattr(context, name), value) and same(context[name], value)
    results = {
        "clear": lambda: context.clear() or len(context) == 0,
        "copy": lambda: type(context.copy()) is SagaContext and context.copy() == context,
        "get": lambda: context.get("a") == 1 and context.get("b", 2) == 2,
        "items": lambda: dict(context.items()) == {name: value, "a": 1},
        "keys": lambda: list(context.keys()) == [name, "a"],
        "pop": lambda: context.pop("a") == 1 and list(context) == [name],
        "popitem": lambda: context.popitem() == ("a", 1),
        "setdefault": lambda: context.setdefault("a", 2) == 1 and context.setdefault("b", 3) == 3,
        "update": lambda: context.update({"a": 2}, b=3) is None and (context["a"], context["b"]) == (2, 3),
        "values": lambda: list(context.values()) == [value, 1],
    }
    assert results[name]()


@pytest.mark.parametrize("value", FINAL, ids=repr)
@pytest.mark.parametrize("name", NAMES)
def test_elsewhere_the_method_wins(name: str, value: Any) -> None:
    context = SagaContext(**{name: value})
    assert same(context[name], value)
    assert callable(getattr(context, name)) and getattr(context, name).__name__ == name


@pytest.mark.parametrize(
    ("name", "value"),
    [*(("items", value) for value in [*VALUES, *FINAL]), *((name, [1, 2.5]) for name in NAMES if name != "items")],
    ids=repr,
)
def test_through_storage(name: str, value: Any) -> None:
    context = SagaContext(**{name: value})
    twin = SagaContext.from_avro_str(context.avro_str)
    (found,) = dict(twin).values()
    assert same(found, value) and twin == context
    assert context.avro_bytes == SagaContext.from_avro_bytes(context.avro_bytes).avro_bytes


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_leaves_no_other_type_behind(value: Any) -> None:
    context = SagaContext(items=value)
    kinds = [
        type(make())
        for make in (
            lambda: context.pop("items"),
            lambda: SagaContext(items=value).popitem()[1],
            lambda: copy.copy(SagaContext(items=value)["items"]),
            lambda: copy.deepcopy(SagaContext(items=value)["items"]),
            lambda: pickle.loads(pickle.dumps(SagaContext(items=value)["items"])),
            lambda: SagaContext(other=SagaContext(items=value)["items"])["other"],
            lambda: SagaContext(other=[SagaContext(items=value)["items"]])["other"][0],
        )
    ]
    assert set(kinds) == {type(value)}


def test_no_field_of_that_name_is_just_the_method() -> None:
    context = SagaContext(a=1)
    for name in NAMES:
        method = getattr(context, name)
        # The keys come from the dict of values itself: see MethodOrField.
        assert method.__self__ is context or (name == "keys" and list(method()) == ["a"])
        assert getattr(SagaContext, name).__doc__
        with pytest.raises(MissingAttributeException):
            delattr(context, name)


def test_set_and_deleted_as_attribute() -> None:
    context = SagaContext()
    context.items = [1]
    assert context.items == [1] and list(context.items()) == [("items", [1])]
    context.items = [2]
    assert context["items"] == [2]
    del context.items
    assert list(context.items()) == []


def test_changed_in_place() -> None:
    context = SagaContext(items=[{"sku": "A"}], values={"a": 1}, keys={1}, get=bytearray(b"a"))
    context.items.append({"sku": "B"})
    context["items"][0]["sku"] = "C"
    context.items += [3]
    context.values["b"] = 2.5
    context.keys.add(2)
    context.get.extend(b"b")
    expected = {"items": [{"sku": "C"}, {"sku": "B"}, 3], "values": {"a": 1, "b": 2.5}}
    expected.update(keys={1, 2}, get=bytearray(b"ab"))
    assert dict(context) == expected
    assert dict(SagaContext.from_avro_str(context.avro_str)) == expected
    assert dict(SagaContext(**context)) == expected


def test_operators_of_the_value() -> None:
    context = SagaContext(items=[1, 2], values={"a": 1}, get=2, pop="text")
    assert context.items.__add__([3]) == [1, 2, 3] and context.items[0] == 1 and len(context.items) == 2
    assert {**context.values, "b": 2} == {"a": 1, "b": 2} and context.values["a"] == 1
    assert context.get * 2 == 4 and f"{context.pop:>6}" == "  text" and context.pop.upper() == "TEXT"
    assert [*context.items] == [1, 2] and 2 in context.items and not SagaContext(items=[]).items


def test_json() -> None:
    context = SagaContext(items=[{"qty": 1}], values={"a": 1.5}, get="x", pop=1)
    expected = '{"items": [{"qty": 1}], "values": {"a": 1.5}, "get": "x", "pop": 1}'
    assert json.dumps(dict(context)) == expected
    assert json.dumps({name: context[name] for name in context}) == expected
    assert json.dumps(context.items) == '[{"qty": 1}]'


@pytest.mark.parametrize("value", [[{"sku": "A", "qty": 2, "price": 9.5}], {"a": 1}, "text", 7, 2.5, b"raw", {1}])
async def test_in_the_content_of_a_request_and_in_a_broker_message(value: Any) -> None:
    context = SagaContext(items=value, order_id=1)
    request = SagaRequest("ReserveItems", {"items": context.items, "order_id": context.order_id})
    content = carried(await request.content())
    assert content == {"items": value, "order_id": 1} and type(content["items"]) is type(value)
    assert carried(context.items) == value


def test_on_temporaries() -> None:
    assert dict((SagaContext(items=[1]) | {"a": 1}).items()) == {"items": [1], "a": 1}
    assert list(SagaContext(keys=[1]).keys()) == ["keys"]
    assert SagaContext(get="x").get("get") == "x"
    assert copy.copy(SagaContext(pop=1)).pop("pop") == 1
    assert SagaContext.from_avro_bytes(SagaContext(values={"a": 1}).avro_bytes).values() is not None
    assert SagaContext(items=[1]).items == [1]


def test_the_method_outlives_nothing() -> None:
    context = SagaContext(items=[1])
    items = context.items
    del context
    assert items == [1] and items.copy() == [1]
    with pytest.raises(ReferenceError, match=r"items\(\)"):
        items()


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_no_reference_cycles(value: Any) -> None:
    gc.collect()
    gc.disable()
    try:
        context = SagaContext(items=value, other=1)
        list(context.items())
        assert context.items == value
        gone = weakref.ref(context)
        del context
        assert gone() is None
    finally:
        gc.enable()


def test_a_copy_answers_for_itself() -> None:
    context = SagaContext(items=[1])
    twin = copy.copy(context)
    twin.more = 2
    assert len(twin.items()) == 2 and len(context.items()) == 1
    moved = SagaContext(items=context.items, a=1, b=2)
    assert len(moved.items()) == 3


def test_nested() -> None:
    context = SagaContext(inner=SagaContext(items=[1]))
    context.inner.items.append(2)
    twin = SagaContext.from_avro_str(context.avro_str)
    assert twin.inner.items == [1, 2] and list(twin.inner.items()) == [("items", [1, 2])]


def test_setting_the_field_itself() -> None:
    context = SagaContext(items=[1])
    field = context.fields["items"]
    assert isinstance(field, Field)
    field.value = [2]
    assert context.items == [2] and dict(context.items()) == {"items": [2]}
