"""What is taken is a copy of its own, or refused with the path to what cannot be kept; and then nothing has changed."""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
from minos.common import MinosMalformedAttributeException

from minos_saga_context import SagaContext, SnapshotException, UnsupportedValueException
from minos_saga_context.codec.avro import hashing
from tests.classes import Line, Pair, Point, Product
from tests.support.exact import assert_exact


class Shop:
    """No kind of class that contexts keep."""


class Zone(tzinfo):
    def utcoffset(self, moment: Any) -> timedelta:
        return timedelta(hours=1)


SHOP = Shop()
REFUSED = [
    (SHOP, "order"),
    ([1, SHOP], "order[1]"),
    ({"lines": [{"sku": "a"}, {"price": SHOP}]}, "order.lines[1].price"),
    ({"a b": (1, SHOP)}, "order['a b'][1]"),
    ({1: {None: SHOP}}, "order[1][None]"),
    ({(1, 2): deque([SHOP])}, "order[(1, 2)][0]"),
    (OrderedDict(a=SHOP), "order.a"),
    (Line("a", [SHOP]), "order.price[0]"),
    (Point(1, Pair(2, SHOP)), "order.y.second"),
    (SagaContext, "order"),
    (lambda: 1, "order"),
    (threading.Lock(), "order"),
    (range(3), "order"),
    ([datetime(2024, 1, 1, tzinfo=Zone())], "order[0]"),
    ({"at": time(1, tzinfo=Zone())}, "order.at"),
    ((item for item in ()), "order"),
]


@pytest.mark.parametrize(("value", "path"), REFUSED, ids=[path for _, path in REFUSED])
def test_refused_with_its_path(value: Any, path: str) -> None:
    context = SagaContext(order=1, other=[1])
    for attempt in (
        lambda: context.__setitem__("order", value),
        lambda: setattr(context, "order", value),
        lambda: context.update({"other": 2, "order": value}),
        lambda: SagaContext(order=value),
    ):
        with pytest.raises(UnsupportedValueException) as caught:
            attempt()
        assert caught.value.path == path and repr(path) in str(caught.value)
        assert isinstance(caught.value, (MinosMalformedAttributeException, TypeError))
    assert_exact(dict(context), {"order": 1, "other": [1]})


def test_refusal_names_value_and_remedy() -> None:
    with pytest.raises(UnsupportedValueException, match=r"Unsupported value of type 'Shop'.*register_type") as caught:
        SagaContext(order=[SHOP])
    assert caught.value.value is SHOP


def circle(make: Any) -> Any:
    inner: list[Any] = []
    value = make(inner)
    inner.append(value)
    return value


@pytest.mark.parametrize(
    "make", [lambda x: x, lambda x: {"a": x}, lambda x: (x,), lambda x: Line("a", x), lambda x: deque([[x]])]
)
def test_circles(make: Any) -> None:
    with pytest.raises(UnsupportedValueException, match="it refers to itself"):
        SagaContext(order=circle(make))


@pytest.mark.parametrize(("levels", "width"), [(230, 3), (5_000, 1), (100_000, 2)])
def test_what_is_deep_by_thousands_is_refused_at_once(levels: int, width: int) -> None:
    # With more than one in each, looking at all of them would take longer than there is time.
    value: Any = reduce(lambda inner, _: [inner] * width, range(levels), 1)
    with pytest.raises(UnsupportedValueException, match="at 'order': it is nested too deeply"):
        SagaContext(order=value)


def test_the_same_value_twice_is_no_circle() -> None:
    shared = [1]
    context = SagaContext(order=[shared, shared, {"a": shared}])
    context.order[0].append(2)
    assert_exact(context["order"], [[1, 2], [1], {"a": [1]}])


def test_what_cannot_change_is_not_copied() -> None:
    for value in ((1, "a"), frozenset({1}), "text", 10**30, Pair(1, (2,)), Point(1, "a"), datetime(2024, 1, 1)):
        assert SagaContext(value=value)["value"] is value


def test_what_can_change_is_copied_all_the_way_down() -> None:
    value = {
        "list": [[1], {"a": {2}}],
        "tuple": ([1],),
        "line": Line("a", [1]),
        "model": Product("a", 1.0, ["x"], None),
    }
    context = SagaContext(value=value)
    value["list"][0].append(2)
    value["list"][1]["a"].add(3)
    value["tuple"][0].append(2)
    value["line"].price.append(2)
    value["model"].tags.append("y")
    expected = {
        "list": [[1], {"a": {2}}],
        "tuple": ([1],),
        "line": Line("a", [1]),
        "model": Product("a", 1.0, ["x"], None),
    }
    assert_exact(context["value"], expected)


def test_put_in_place_is_refused_when_it_is_stored() -> None:
    context = SagaContext(order={"lines": [1]})
    context.order["lines"].append(SHOP)
    for name in ("avro_str", "avro_bytes", "avro_schema", "avro_data"):
        with pytest.raises(UnsupportedValueException) as caught:
            getattr(context, name)
        assert caught.value.path == "order.lines[1]"
    for duplicate in (copy.copy, copy.deepcopy, lambda context: context | {}):
        with pytest.raises(UnsupportedValueException) as caught:
            duplicate(context)
        assert caught.value.path == "order.lines[1]"


class Price(Decimal):
    pass


class Rounded(int):
    def __int__(self) -> int:
        return 7


@pytest.mark.parametrize("text", ["1.10", "NaN", "sNaN", "-0E-7", "Infinity"])
def test_subclasses_of_decimal(text: str) -> None:
    assert_exact(SagaContext(value=Price(text))["value"], Decimal(text))


def test_subclass_is_kept_by_what_it_holds() -> None:
    assert_exact(SagaContext(value=Rounded(5))["value"], 5)


@dataclass
class Loose:
    a: int


def test_dataclass_with_an_attribute_that_is_no_field() -> None:
    value = Loose(1)
    value.b = 2  # type: ignore[attr-defined]
    with pytest.raises(UnsupportedValueException, match="'b' is no field"):
        SagaContext(value=[value])


@pytest.mark.parametrize("make", [set, frozenset, dict.fromkeys, lambda keys: {(key, "a") for key in keys}])
def test_keys_of_one_hash_are_refused_before_they_cannot_be_loaded(make: Any) -> None:
    keys = [place * (2**61 - 1) for place in range(257)]
    kept = SagaContext(few=make(keys[:-1]), many=make(range(10_000)))
    assert_exact(dict(SagaContext.from_avro_bytes(kept.avro_bytes)), dict(kept))
    with pytest.raises(UnsupportedValueException, match="have one hash") as caught:
        kept["order"] = [make(keys)]
    assert caught.value.path == "order[0]"


@pytest.mark.parametrize("value", [set(range(5_000)), frozenset(range(5_000)), dict.fromkeys(range(5_000))], ids=type)
def test_keys_that_take_too_long_to_load_are_not_taken(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    context = SagaContext(fine=value)
    assert_exact(context["fine"], value)
    stored = context.avro_str
    # No room at all, as for keys that were chosen: see tests/codec/avro/test_hashing.py.
    monkeypatch.setattr(hashing, "_PATIENCE", 0)
    monkeypatch.setattr(hashing, "_TIMES", 0)
    with pytest.raises(
        UnsupportedValueException, match=r"'held\.keys': .* takes too long to load\. Keep them in a list"
    ):
        context["held"] = {"keys": value}
    assert list(context) == ["fine"]
    with pytest.raises(SnapshotException, match="takes too long to build"):
        SagaContext.from_avro_str(stored)
