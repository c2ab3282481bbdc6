"""The examples of context-management.md, in its words and with its imports, run by minos 0.7.0.

Comments that begin with "minos:" say where minos 0.7.0 differs from the document. There, minos rules.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from minos.saga import Saga, SagaContext, SagaManager, SagaRequest, SagaResponse, SagaStatus

import minos_saga_context
from tests.support.sagas.sagas import Shop, running_shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path) as shop:
        yield shop


# ----- Basic Context Operations -----


def test_basic_context_operations(capsys: pytest.CaptureFixture[str]) -> None:
    # Initialize context with data
    context = SagaContext(order_id=12345, customer_id="cust_456", items=[{"sku": "ITEM1", "quantity": 2}], total=99.99)

    # Dictionary-style access
    print(f"Order ID: {context['order_id']}")
    context["status"] = "processing"

    # Attribute-style access
    print(f"Customer: {context.customer_id}")
    context.payment_method = "credit_card"

    # Check for data
    if "discount" in context:
        raise AssertionError("there is no discount")

    # Get with default
    shipping_cost = context.get("shipping_cost", 0.0)

    assert capsys.readouterr().out == "Order ID: 12345\nCustomer: cust_456\n"
    assert type(context) is minos_saga_context.SagaContext and shipping_cost == 0.0
    assert dict(context) == {
        "order_id": 12345,
        "customer_id": "cust_456",
        "items": [{"sku": "ITEM1", "quantity": 2}],
        "total": 99.99,
        "status": "processing",
        "payment_method": "credit_card",
    }


# ----- Context in Saga Steps -----


def create_order_processing_saga() -> Saga:
    saga = Saga()

    # Step 1: Validate order
    saga.local_step().on_execute(validate_order_data)

    # Step 2: Reserve inventory
    saga.remote_step().on_execute(create_inventory_request).on_success(handle_inventory_success).on_failure(
        release_reservation
    )

    # Step 3: Process payment
    saga.remote_step().on_execute(create_payment_request).on_success(handle_payment_success).on_failure(refund_payment)

    return saga.commit()


def validate_order_data(context: SagaContext) -> SagaContext:
    """Local step - modify context directly"""
    if not context.get("total") or context.total <= 0:
        raise ValueError("Invalid order total")

    # Add validation timestamp
    context.validated_at = datetime.utcnow().isoformat()
    return context


def create_inventory_request(context: SagaContext) -> SagaRequest:
    """Remote step - use context to create request"""
    return SagaRequest(target="inventory-service", content={"items": context.items, "order_id": context.order_id})


# minos: the content of a response is awaited, so those who read it are coroutines.
async def handle_inventory_success(context: SagaContext, response: SagaResponse) -> SagaContext:
    """Success handler - update context with response data"""
    reservation_data = await response.content()
    context.reservation_id = reservation_data["reservation_id"]
    context.inventory_status = "reserved"
    return context


def create_payment_request(context: SagaContext) -> SagaRequest:
    """Payment step - access multiple context fields"""
    return SagaRequest(
        target="payment-service",
        content={
            "amount": context.total,
            "customer_id": context.customer_id,
            "order_id": context.order_id,
            "payment_method": context.get("payment_method", "default"),
        },
    )


async def handle_payment_success(context: SagaContext, response: SagaResponse) -> SagaContext:
    """Update context with payment details"""
    payment_data = await response.content()
    context.payment_id = payment_data["payment_id"]
    context.transaction_id = payment_data["transaction_id"]
    context.payment_status = "completed"
    return context


def release_reservation(context: SagaContext) -> SagaRequest:
    return SagaRequest("inventory-release", {"reservation_id": context.reservation_id})


def refund_payment(context: SagaContext) -> SagaRequest:
    return SagaRequest("payment-refund", {"order_id": context.order_id})


ORDER: dict[str, Any] = {
    "order_id": 12345,
    "customer_id": "cust_456",
    "items": [{"sku": "ITEM1", "quantity": 2, "price": 9.5}],
    "total": 99.99,
}


async def test_context_in_saga_steps(shop: Shop) -> None:
    saga = create_order_processing_saga()
    uuid = await shop.manager.run(saga, SagaContext(**ORDER), pause_on_disk=True, return_execution=False)
    await shop.answer(uuid, {"reservation_id": "007"})
    execution = await shop.answer(uuid, {"payment_id": "0001", "transaction_id": 17})
    assert execution.status == SagaStatus.Finished

    context = execution.context
    datetime.fromisoformat(context.validated_at)
    assert (context.reservation_id, context.inventory_status) == ("007", "reserved")
    assert (context.payment_id, context.transaction_id, context.payment_status) == ("0001", 17, "completed")
    assert {name: context[name] for name in ORDER} == ORDER
    # The amount is charged to the cent, beside an int and in any order.
    assert repr(shop.requests()) == repr(
        {
            "inventory-service": {"items": ORDER["items"], "order_id": 12345},
            "payment-service": {
                "amount": 99.99,
                "customer_id": "cust_456",
                "order_id": 12345,
                "payment_method": "default",
            },
        }
    )


async def test_context_in_saga_steps_that_fail(shop: Shop) -> None:
    saga = create_order_processing_saga()
    uuid = await shop.manager.run(saga, SagaContext(**ORDER), pause_on_disk=True, return_execution=False)
    await shop.answer(uuid, {"reservation_id": "007"})
    # A payment without its identifiers makes handle_payment_success fail.
    execution = await shop.answer(uuid, {}, raise_on_error=False)
    assert execution.status == SagaStatus.Errored and "payment_id" not in execution.context
    assert shop.requests()["payment-refund"] == {"order_id": 12345}
    assert shop.requests()["inventory-release"] == {"reservation_id": "007"}


async def test_an_invalid_order_total(shop: Shop) -> None:
    with pytest.raises(Exception, match="Invalid order total"):
        await shop.manager.run(create_order_processing_saga(), SagaContext(total=0.0), pause_on_disk=True)


# ----- Context Persistence and Recovery -----


def count_step(context: SagaContext) -> SagaContext:
    context.step_count += 1
    return context


def ask(context: SagaContext) -> SagaRequest:
    return SagaRequest("service", context.data)


long_running_saga = Saga().local_step(count_step).remote_step(ask).local_step(count_step).commit()


async def test_context_persistence_and_recovery(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    repo, broker = shop.storage, shop.broker

    # Initial context
    context = SagaContext(process_id="proc_123", data={"key": "value"}, step_count=0)

    # Execute saga with pause capability
    manager = SagaManager(storage=repo, broker_pool=broker)
    execution_uuid = await manager.run(
        definition=long_running_saga,
        context=context,
        pause_on_disk=True,  # Context saved to disk
        return_execution=False,
    )

    # Later - reload execution and context
    execution = await repo.load(execution_uuid)
    recovered_context = execution.context

    # Context is fully restored
    print(f"Process ID: {recovered_context.process_id}")
    print(f"Data: {recovered_context.data}")
    print(f"Step count: {recovered_context.step_count}")
    assert capsys.readouterr().out == "Process ID: proc_123\nData: {'key': 'value'}\nStep count: 1\n"

    # Continue execution with recovered context
    some_response = SagaResponse({"done": True}, {"shop"}, uuid=execution_uuid)
    final_result = await manager.run(response=some_response, pause_on_disk=True)
    assert final_result.status == SagaStatus.Finished and final_result.context.step_count == 2
    assert context.step_count == 0
