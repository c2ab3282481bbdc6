"""A store to try the tool on: ``python -m minos_saga_context.example sagas.lmdb``.

A shop's saga ran three times: one waits for the inventory, one for the payment, and one was refused and rolled
back. It is a real saga of minos; only nobody is there who would answer its requests but this module.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from importlib import import_module
from typing import Any, Optional
from uuid import UUID

from minos.aggregate import InMemoryEventRepository, InMemoryTransactionRepository
from minos.common import DependencyInjector
from minos.networks import InMemoryBrokerPublisher
from minos.saga import (
    Saga,
    SagaExecution,
    SagaFailedExecutionStepException,
    SagaPausedExecutionStepException,
    SagaRequest,
    SagaResponse,
)

from .cli.errors import PROG, ToolError
from .cli.stores.sources import open_store
from .context import SagaContext

ORDER: dict[str, Any] = {
    "order_id": 12345,
    "customer": {"id": "cust_456", "name": "John Doe", "orders": 3, "premium": True},
    "items": [{"sku": "ITEM1", "quantity": 2, "price": 9.50}, {"sku": "ITEM2", "quantity": 1, "price": 4.00}],
    "address": {"number": 123, "street": "Main St", "city": "Agawam", "zip": "01001"},
    "ordered_at": datetime(2026, 11, 23, 9, 30),
}
CARD = {"holder": "John Doe", "number": "4111 1111 1111 1111"}
DEAR = [{"sku": "ITEM1", "quantity": 2, "price": 25.00}, {"sku": "ITEM2", "quantity": 1, "price": 49.99}]
RESERVING = UUID("0b7d2f6e-6c0f-4f6e-9d0b-3a5f3f0a1c01")
CHARGING = UUID("5c1f9a34-2f5e-4d0a-8f57-6f1a9be0c902")
REFUSED = UUID("9e0a7c52-8d1b-4c3e-a6f4-1d2b3c4d5e03")
_MADE = (RESERVING, CHARGING, REFUSED)


def check_order(context: SagaContext) -> SagaContext:
    """Add the order up."""
    context["total"] = round(sum(item["price"] * item["quantity"] for item in context["items"]), 2)
    return context


def reserve_items(context: SagaContext) -> SagaRequest:
    """Ask the inventory for the items."""
    return SagaRequest("ReserveItems", {"order_id": context["order_id"], "items": context["items"]})


async def items_reserved(context: SagaContext, response: SagaResponse) -> SagaContext:
    """Keep what the inventory answered."""
    context["reservation"] = await response.content()
    return context


def release_items(context: SagaContext) -> SagaRequest:
    """Give the items back."""
    return SagaRequest("ReleaseItems", context["reservation"])


def charge_order(context: SagaContext) -> SagaRequest:
    """Ask for the money."""
    return SagaRequest("ChargeOrder", {"order_id": context["order_id"], "amount": context["total"]})


async def order_charged(context: SagaContext, response: SagaResponse) -> SagaContext:
    """Keep what the payment service answered."""
    context["payment"] = await response.content()
    return context


async def payment_refused(context: SagaContext, response: SagaResponse) -> Exception:
    """Give the order up."""
    return ValueError(await response.content())


def confirm_order(context: SagaContext) -> SagaContext:
    """Tell the customer."""
    context["confirmed"] = True
    return context


def _saga() -> Saga:
    saga = Saga()
    saga.local_step().on_execute(check_order)
    saga.remote_step().on_execute(reserve_items).on_success(items_reserved).on_failure(release_items)
    saga.remote_step().on_execute(charge_order).on_success(order_charged).on_error(payment_refused)
    saga.local_step().on_execute(confirm_order)
    return saga.commit()


def fill(path: str) -> None:
    """Put the executions into a store.

    :param path: Where it is, or is to be made. What is there of them is left alone.
    :return: This function does not return anything.
    :raises ToolError: If there are other executions: nobody wants these among them.
    """
    made = {str(raw["uuid"]): raw for raw in asyncio.run(_executions())}
    with open_store(path, writes=True) as store:
        there = {key for key, _ in store.items()}
        if there - made.keys():
            raise ToolError(f"{path}: other executions are there. Name a path where nothing is yet")
        for uuid in made.keys() - there:
            store.put(uuid, made[uuid])


class _Service:
    """What sagas want to know of a service's configuration."""

    def get_injectable_name(self) -> str:
        return "config"

    def get_name(self) -> str:
        return "order"


async def _executions() -> list[dict[str, Any]]:
    reserved = SagaResponse({"boxes": 2, "code": "0012345"}, {"inventory"})
    reserved_too = SagaResponse({"boxes": 2, "code": "0012346"}, {"inventory"})
    refusal = SagaResponse("The card does not cover the amount.", {"payment"}, 400)
    ran: tuple[tuple[UUID, dict[str, Any], list[SagaResponse], timedelta], ...] = (
        (RESERVING, ORDER, [], timedelta(hours=3)),
        (CHARGING, {**ORDER, "card": CARD}, [reserved], timedelta(days=2)),
        (REFUSED, {**ORDER, "order_id": 12346, "items": DEAR}, [reserved_too, refusal], timedelta(minutes=20)),
    )
    service: Any = _Service()
    async with InMemoryBrokerPublisher() as publisher:
        # Nothing is committed here, so that nothing is locked.
        transactions = InMemoryTransactionRepository(lock_pool=service)
        events = InMemoryEventRepository(publisher, transactions, lock_pool=service)
        injector = DependencyInjector(service, [service, publisher, transactions, events])
        injector.wire_injections()
        try:
            return [await _run(*one) for one in ran]
        finally:
            injector.unwire_injections()


async def _run(uuid: UUID, order: dict[str, Any], answers: list[SagaResponse], age: timedelta) -> dict[str, Any]:
    execution = SagaExecution.from_definition(_saga(), SagaContext(order), uuid)
    begin: list[Optional[SagaResponse]] = [None]
    for answer in [*begin, *answers]:
        with suppress(SagaPausedExecutionStepException, SagaFailedExecutionStepException):
            await execution.execute(answer, autocommit=False)
    now = datetime.now(timezone.utc)
    times = {"started": now - age, "stored": now}
    return {**execution.raw, **{name: at.isoformat(timespec="milliseconds") for name, at in times.items()}}


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m minos_saga_context.example", description="Make a store to look into."
    )
    parser.add_argument("path", metavar="PATH", help="where to make it, such as sagas.lmdb")
    path = parser.parse_args().path
    try:
        fill(path)
    except ToolError as exc:
        print(f"{PROG}: {exc}", file=sys.stderr)
        return exc.code
    print(f"{path} holds {len(_MADE)} executions to try the tool on: {PROG} list {path}")
    return 0


if __name__ == "__main__":
    # The saga's callbacks are found again by the name of this module, which is another one here.
    sys.exit(import_module("minos_saga_context.example").main())
