"""A service that declares its context: run by tests/context/test_typed.py, which has mypy and pyright read it too."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Literal, Optional, Union

from minos_saga_context import SagaContext


class Channel(Enum):
    SHOP = 1
    WEB = 2


@dataclass
class Line:
    sku: str
    price: Decimal


class OrderContext(SagaContext):
    tax: ClassVar[Decimal] = Decimal("0.21")

    order_id: int
    lines: list[Line]
    prices: dict[str, list[Decimal]] = {}  # noqa: RUF012
    status: Literal["pending", "paid"] = "pending"
    channel: Channel = Channel.WEB
    coupon: Optional[str] = None
    reference: Union[int, str] = 0


class GiftContext(OrderContext):
    status: Literal["pending", "paid"] = "paid"
    note: str = ""
    items: list[int] = []  # type: ignore[assignment]  # noqa: RUF012 - a mapping's method, to mypy


def total(context: OrderContext) -> Decimal:
    return sum((line.price for line in context.lines), Decimal(0)) * (1 + context.tax)


def pay(context: OrderContext) -> None:
    context.status = "paid"
    context.prices["all"] = [total(context)]
    context["extra"] = True


async def pay_later(context: OrderContext) -> OrderContext:
    pay(context)
    return context


def pay_in(currency: str, context: OrderContext) -> None:
    pay(context)
    context.reference = currency


def is_paid(context: OrderContext) -> bool:
    return context.status == "paid"


class Service:
    def pay(self, context: OrderContext) -> None:
        pay(context)

    @classmethod
    def pay_by_class(cls, context: OrderContext) -> None:
        pay(context)

    def __call__(self, context: OrderContext) -> None:
        pay(context)
