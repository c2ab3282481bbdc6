"""Snapshots of every kind, to be damaged; and the one promise for whatever comes of them."""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, Flag, IntEnum
from ipaddress import IPv4Address
from pathlib import PurePosixPath
from typing import Any, NamedTuple, Optional
from uuid import UUID
from zoneinfo import ZoneInfo

from minos.common import DataTransferObject, DeclarativeModel, MinosProtocolException, ModelType

from minos_saga_context import SagaContext
from tests.classes import Level, Rank, Stage

THOROUGH = bool(os.environ.get("MSC_THOROUGH"))


class Color(Enum):
    """A plain enum."""

    RED = 1
    BLUE = "b"


class Size(IntEnum):
    """An enum with a value that minos knows."""

    S = 1
    L = 2


class Right(Flag):
    """An enum whose members combine."""

    READ = 1
    WRITE = 2


@dataclass(frozen=True)
class Line:
    """A dataclass."""

    sku: str
    qty: int = 1
    notes: list[str] = field(default_factory=list)


class Point(NamedTuple):
    """A named tuple."""

    x: float
    y: float = 0.0


class Car(DeclarativeModel):
    """A Model."""

    doors: int
    owner: Optional[str]


ORDER = {
    "order_id": 123,
    "customer": {"id": "c-1", "vip": True, "name": "Zoë"},
    "items": [{"sku": "A", "qty": 2, "price": 9.5}, {"sku": "B", "qty": 1, "price": 4.0}],
    "total": 23.0,
    "ordered_at": datetime(2024, 5, 1, 12, 30, tzinfo=timezone(timedelta(hours=2))),
    "coupon": None,
}
NOTE = DataTransferObject.from_model_type(ModelType.build("Note", {"text": str}), text="hi")
KINDS: dict[str, dict[str, Any]] = {
    "empty": {},
    "order": ORDER,
    "scalars": {
        "a": 1,
        "b": 2**40,
        "c": 2**70,
        "d": True,
        "e": float("inf"),
        "f": b"\x00\xff",
        "g": bytearray(b"x"),
        "h": UUID(int=7),
        "i": Decimal("1.50"),
        "j": date(2024, 1, 2),
        "k": time(1, 2, 3),
        "l": timedelta(days=-3),
        "m": datetime(2024, 1, 2),
        "n": datetime(2024, 3, 31, 2, 30, tzinfo=ZoneInfo("Europe/Madrid")),
        "o": PurePosixPath("/a/b"),
        "p": IPv4Address("10.0.0.1"),
        "q": "\ud800",
        "r": time(1, tzinfo=timezone.utc),
    },
    "shared": {
        "a": [{"x", 1}, [None, "y"], {"b": 1}],
        "b": [Stage.ON_HOLD, "on hold", "other", Rank.LAST, Level.LOW, 4],
    },
    "containers": {
        "a": (1, "x", (2.5, None)),
        "b": {1, 2, 3},
        "c": frozenset({"x", "y"}),
        "d": deque([1, 2], 5),
        "e": OrderedDict(b=1, a=2),
        "f": {1: "x", (2, 3): [4], None: {}},
        "g": [[], [[]], [None, None]],
        "h": {"": {}},
    },
    "unions": {
        "a": [1, "x", 2.5, None, True, b"b", UUID(int=1), date(2024, 1, 1), 2**80, Decimal(1), [1], (1,), {"k": 1}],
        "b": {"x": [1, {"y": (1, 2.0)}], "z": "t"},
    },
    "classes": {
        "a": Color.RED,
        "b": Size.L,
        "c": Right.READ | Right.WRITE,
        "d": Line("A", 2, ["n"]),
        "e": Point(1.0, 2.0),
        "f": [Line("B"), Point(3.0), Color.BLUE, Car(3, None)],
        "g": Car(5, "me"),
        "h": NOTE,
        "i": SagaContext(inner=[1, "x"], items=[1]),
    },
    "names": {"two words": 1, "": 2, "self": 3, "ñ": 4, "items": [1], "keys": "k", "a.b": {"c": 1}},
    "large": {"lines": [{"sku": f"sku-{i}", "qty": i, "price": i / 4, "tags": ["a", "b"]} for i in range(300)]},
}
CONTEXTS = {name: SagaContext(values) for name, values in KINDS.items()}
SNAPSHOTS = {name: context.avro_bytes for name, context in CONTEXTS.items()}


def load(raw: Any) -> Any:
    """Load what may be damaged: a context or a ``MinosProtocolException`` with a reason, and nothing else.

    :param raw: The bytes.
    :return: The context, or the exception.
    """
    try:
        context = SagaContext.from_avro_bytes(raw)
    except MinosProtocolException as exc:
        assert str(exc).strip(), "the exception gives no reason"
        return exc
    assert type(context) is SagaContext
    return context


def leaves(value: Any) -> Iterator[Any]:
    """Walk through a value: every part of what was loaded can be reached.

    :param value: The value.
    :return: Its parts.
    """
    yield value
    if isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from leaves(part)
    elif isinstance(value, (list, tuple, set, frozenset, deque)):
        for part in value:
            yield from leaves(part)
