"""A service that declares its context: sagas/test_typed.py runs it, and test_types.py has type checkers read it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Literal, Optional, Union

from minos.saga import ConditionalSagaStep, ElseThenAlternative, IfThenAlternative, Saga, SagaRequest, SagaResponse

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


#: What each step was given.
SEEN: list[tuple[str, SagaContext]] = []


def begin(context: OrderContext) -> None:
    SEEN.append(("begin", context))


def forget(context: OrderContext) -> None:
    SEEN.append(("forget", context))
    context.status = "pending"


def reserve(context: OrderContext) -> SagaRequest:
    SEEN.append(("reserve", context))
    return SagaRequest("Reserve", {"order_id": context.order_id, "total": str(total(context))})


async def reserved(context: Optional[OrderContext], response: SagaResponse) -> Optional[OrderContext]:
    if context is not None:
        SEEN.append(("reserved", context))
        context["code"] = await response.content()
    return context


async def release(context: OrderContext) -> SagaRequest:
    SEEN.append(("release", context))
    return SagaRequest("Release", context["code"])


def is_free(context: OrderContext) -> bool:
    SEEN.append(("is_free", context))
    return total(context) == 0


def finish(context: OrderContext) -> OrderContext:
    SEEN.append(("finish", context))
    pay(context)
    return context


def build() -> Saga:
    saga = Saga()
    saga.local_step(begin).on_failure(forget)
    saga.remote_step(reserve).on_success(reserved).on_failure(release)
    free, charged = (Saga().local_step(callback).commit() for callback in (pay, pay_later))
    saga.conditional_step(ConditionalSagaStep([IfThenAlternative(is_free, free)], ElseThenAlternative(charged)))
    saga.local_step(finish)
    return saga.commit()


SAGA = build()
