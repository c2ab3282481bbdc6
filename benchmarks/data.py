"""The contexts that are measured. Stock minos takes all but the special ones, whatever it makes of their values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import PurePosixPath
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from minos.common import DeclarativeModel, ModelType

Values = dict[str, Any]


class Line(DeclarativeModel):
    """A line of an order."""

    sku: str
    quantity: int
    price: float


class Order(DeclarativeModel):
    """An order, as a service declares it."""

    uuid: UUID
    lines: list[Line]
    total: float
    placed_at: datetime


@dataclass(frozen=True)
class Money:
    """An amount, as a service may define it."""

    amount: Decimal
    currency: str


def order() -> Values:
    """The order of the document: ``context-management.md`` of the minos framework."""
    return {
        "order_id": 12345,
        "customer_id": "cust_456",
        "items": [{"sku": "ITEM1", "qty": 2, "price": 25.00}, {"sku": "ITEM2", "qty": 1, "price": 49.99}],
        "total": 99.99,
        "status": "processing",
        "payment_method": "credit_card",
    }


def lines(count: int, random: Random) -> list[Values]:
    """Some order lines, no two alike, so that they are not easier to deflate than real ones."""
    return [
        {
            "sku": f"SKU-{random.randrange(10**6):06}",
            "qty": random.randrange(1, 20),
            "price": random.randrange(1, 100_000) / 100,
        }
        for _ in range(count)
    ]


def large() -> Values:
    """20 lists of 100 order lines."""
    random = Random(4)
    return {f"orders_{number}": lines(100, random) for number in range(20)}


def grown(size: int) -> Values:
    """A context of so many values: order lines of three values each, and what is left as plain fields."""
    random = Random(size)
    return {"lines": lines(size // 3, random), **{f"field_{number}": number for number in range(size % 3)}}


def natural() -> Values:
    """UUIDs, dates and UTC datetimes: types that Avro has a natural form for, and stock too."""
    random = Random(4)
    day, now = date(2026, 2, 28), datetime(2026, 2, 28, 12, 30, 15, 250_000, tzinfo=timezone.utc)
    return {
        "order": UUID(int=random.getrandbits(128), version=4),
        "customer": UUID(int=random.getrandbits(128), version=4),
        "parcels": [UUID(int=random.getrandbits(128), version=4) for _ in range(5)],
        "placed_at": now,
        "paid_at": now + timedelta(seconds=95),
        "scans": [now + timedelta(hours=hour) for hour in range(5)],
        "due": day,
        "deliveries": [day + timedelta(days=number) for number in range(5)],
    }


def models() -> Values:
    """A declared model that holds a list of models, and a DTO as it comes in a response."""
    address = ModelType.build("Address", {"street": str, "city": str, "zip": str})
    placed_at = datetime(2026, 2, 28, 12, 30, tzinfo=timezone.utc)
    order_lines = [Line("ITEM1", 2, 25.00), Line("ITEM2", 1, 49.99)]
    return {
        "order": Order(UUID(int=4), order_lines, 99.99, placed_at),
        "ship_to": address(street="123 Main St", city="Agawam", zip="01001"),
        "attempts": 1,
    }


def special() -> dict[str, Values]:
    """Types that stock refuses or changes, by the label of their row."""
    zone = ZoneInfo("Europe/Madrid")
    return {
        "Decimal": {"prices": [Decimal("25.00"), Decimal("49.99"), Decimal("0.10")], "total": Decimal("75.09")},
        "tuple": {"box": (40, 30, 20), "route": [("VLC", 1), ("MAD", 2), ("BCN", 3)]},
        "zoned datetime": {
            "placed_at": datetime(2026, 2, 28, 12, 30, tzinfo=zone),
            "scans": [datetime(2026, 3, day, 9, 15, tzinfo=zone) for day in (1, 2, 3)],
        },
        "naive datetime": {
            "placed_at": datetime(2026, 2, 28, 12, 30),
            "scans": [datetime(2026, 3, day, 9, 15) for day in (1, 2, 3)],
        },
        "dataclass": {"total": Money(Decimal("75.09"), "EUR"), "parts": [Money(Decimal("25.00"), "EUR")] * 3},
        "int keys": {"stock": {12345: 2, 12346: 1, 12347: 0}},
        "set, frozenset": {"tags": {"fragile", "express"}, "zones": frozenset({1, 2, 3})},
        "big int, path": {"serial": 2**70, "invoice": PurePosixPath("/invoices/2026/12345.pdf")},
    }


#: The contexts that stock takes.
CONTEXTS = {"order": order, "large": large, "natural": natural, "models": models}


def values_of(name: str) -> Values:
    """Give the values of a context.

    :param name: Its name: one of ``CONTEXTS``, a label of :func:`special`, or a number for :func:`grown`.
    :return: The values, made anew.
    """
    if name.isdigit():
        return grown(int(name))
    return CONTEXTS[name]() if name in CONTEXTS else special()[name]
