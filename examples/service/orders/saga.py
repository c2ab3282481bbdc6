"""The saga of an order: what it knows, its steps, and how it is started."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Optional, Union
from uuid import UUID

from minos.common import Inject
from minos.saga import Saga, SagaManager, SagaRequest, SagaResponse

from minos_saga_context import SagaContext


@dataclass
class Line:
    """A line of an order."""

    sku: str
    quantity: int
    price: Decimal


class OrderContext(SagaContext):
    """What the saga knows. The steps that are annotated with it are given one, and it is checked there."""

    order_id: int
    lines: list[Line]
    total: Decimal = Decimal(0)
    status: Literal["pending", "paid"] = "pending"
    receipt: Optional[str] = None


class PaymentRefused(Exception):
    """The payment service did not charge the order."""


def add_up(context: OrderContext) -> None:
    """Add the order up."""
    context.total = sum((line.quantity * line.price for line in context.lines), Decimal(0))
    if context.total <= 0:
        raise ValueError("An order has to cost something")


def reserve_stock(context: OrderContext) -> SagaRequest:
    """Ask the stock for the lines."""
    return SagaRequest("ReserveStock", {"order_id": context.order_id, "lines": context.lines})


def release_stock(context: OrderContext) -> SagaRequest:
    """Give the lines back: the compensation, if a later step fails."""
    return SagaRequest("ReleaseStock", {"order_id": context.order_id})


def charge(context: OrderContext) -> SagaRequest:
    """Ask for the money."""
    return SagaRequest("Charge", {"order_id": context.order_id, "amount": context.total})


async def charged(context: OrderContext, response: SagaResponse) -> OrderContext:
    """Keep the receipt."""
    context.receipt = await response.content()
    context.status = "paid"
    return context


async def refused(context: OrderContext, response: SagaResponse) -> Union[OrderContext, Exception]:
    """Give the order up: an exception that is returned makes the saga roll back."""
    return PaymentRefused(await response.content())


def confirm(context: OrderContext) -> None:
    """Tell the customer. A saga that has finished is deleted: the last step is where its result goes elsewhere."""
    print(f"Order {context.order_id} is {context.status}: {context.total}, receipt {context.receipt}")


def _place_order() -> Saga:
    saga = Saga()
    saga.local_step(add_up)
    saga.remote_step(reserve_stock).on_failure(release_stock)
    saga.remote_step(charge).on_success(charged).on_error(refused)
    saga.local_step(confirm)
    return saga.commit()


PLACE_ORDER = _place_order()


async def place_order(order: dict[str, Any]) -> UUID:
    """Start the saga of an order. While it waits for another service, it is paused in the store.

    :param order: The fields of an ``OrderContext``.
    :return: The identifier of the execution: ``minos-saga-context show sagas.lmdb UUID`` looks into it.
    """
    manager: SagaManager = Inject.resolve(SagaManager)
    uuid: UUID = await manager.run(PLACE_ORDER, OrderContext(order), pause_on_disk=True, return_execution=False)
    return uuid
