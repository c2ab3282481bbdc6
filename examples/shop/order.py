"""The order saga, written as the document writes it."""

from typing import Any, Union
from uuid import UUID

from minos.common import Inject
from minos.saga import Saga, SagaContext, SagaManager, SagaRequest, SagaResponse

from . import books


class PaymentRefused(Exception):
    """The payment service did not charge the order."""


def check_order(context: SagaContext) -> SagaContext:
    """Add the order up.

    :param context: The order.
    :return: The order, with its total.
    """
    context["total"] = round(sum(item["price"] * item["quantity"] for item in context["items"]), 2)
    if context["total"] <= 0:
        raise ValueError("Invalid order total")
    return context


def reserve_items(context: SagaContext) -> SagaRequest:
    """Ask the inventory for the items.

    :param context: The order.
    :return: The request.
    """
    content = {"order_id": context["order_id"], "items": context["items"], "address": context["address"]}
    return SagaRequest("ReserveItems", content)


async def items_reserved(context: SagaContext, response: SagaResponse) -> SagaContext:
    """Keep what the inventory answered.

    :param context: The order.
    :param response: The answer.
    :return: The order, with its reservation.
    """
    context["reservation"] = await response.content()
    return context


def release_items(context: SagaContext) -> SagaRequest:
    """Give the items back: the compensation of ``reserve_items``.

    :param context: The order.
    :return: The request.
    """
    return SagaRequest("ReleaseItems", context["reservation"])


def charge_order(context: SagaContext) -> SagaRequest:
    """Ask the payment service for the money.

    :param context: The order.
    :return: The request.
    """
    content = {"order_id": context["order_id"], "customer": context["customer"]["id"], "amount": context["total"]}
    return SagaRequest("ChargeOrder", content)


async def order_charged(context: SagaContext, response: SagaResponse) -> SagaContext:
    """Keep what the payment service answered.

    :param context: The order.
    :param response: The answer.
    :return: The order, with its payment.
    """
    context["payment"] = await response.content()
    return context


async def payment_refused(context: SagaContext, response: SagaResponse) -> Union[SagaContext, Exception]:
    """Give the order up. What this step had written before it failed must not reach the compensation.

    :param context: The order.
    :param response: The answer.
    :return: The reason, which makes the saga roll back.
    """
    context["reservation"].clear()
    return PaymentRefused(await response.content())


def confirm_order(context: SagaContext) -> SagaContext:
    """Tell the customer.

    :param context: The order.
    :return: The order.
    """
    address = context["address"]
    books.write(
        "order",
        "confirmed",
        order_id=context["order_id"],
        ship_to=f"{address['number']} {address['street']}, {address['city']} {address['zip']}",
        ordered_at=context["ordered_at"].isoformat(),
        paid=context["payment"]["amount"],
    )
    return context


def _place_order_saga() -> Saga:
    saga = Saga()
    saga.local_step().on_execute(check_order)
    saga.remote_step().on_execute(reserve_items).on_success(items_reserved).on_failure(release_items)
    saga.remote_step().on_execute(charge_order).on_success(order_charged).on_error(payment_refused)
    saga.local_step().on_execute(confirm_order)
    return saga.commit()


PLACE_ORDER = _place_order_saga()


@Inject()
async def place_order(order: dict[str, Any], saga_manager: SagaManager) -> UUID:
    """Start the saga of an order; it pauses on disk whenever it waits for another service.

    :param order: The order.
    :param saga_manager: The saga manager, injected.
    :return: The identifier of the execution.
    """
    return await saga_manager.run(PLACE_ORDER, SagaContext(**order), pause_on_disk=True, return_execution=False)
