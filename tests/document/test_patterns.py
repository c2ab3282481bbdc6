"""More examples of context-management.md: its patterns and its validation. See test_examples.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from minos.saga import Saga, SagaContext, SagaRequest

from tests.document.test_examples import ORDER
from tests.support.sagas.sagas import Shop


def determine_processing_flow(context: SagaContext) -> str:
    if context.customer.get("tier") == "premium":
        return "express_processing"
    elif context.order.get("total", 0) > 100:
        return "standard_processing"
    else:
        return "basic_processing"


def create_dynamic_saga(context: SagaContext) -> Saga:
    saga = Saga()

    processing_type = determine_processing_flow(context)
    context.processing_type = processing_type

    if processing_type == "express_processing":
        saga.remote_step().on_execute(express_process_order)
    else:
        saga.remote_step().on_execute(standard_process_order)

    return saga.commit()


def express_process_order(context: SagaContext) -> SagaRequest:
    return SagaRequest("express", context.order)


def standard_process_order(context: SagaContext) -> SagaRequest:
    return SagaRequest("standard", context.order)


async def test_advanced_context_patterns(shop: Shop) -> None:
    # Nested data structures
    context = SagaContext()
    context.customer = {"id": "cust_123", "name": "John Doe", "tier": "premium"}
    context.order = {
        "items": [{"sku": "ITEM1", "qty": 2, "price": 25.00}, {"sku": "ITEM2", "qty": 1, "price": 49.99}],
        "shipping": {"address": "123 Main St", "method": "express"},
    }

    # Access nested data
    customer_tier = context.customer["tier"]
    first_item_sku = context.order["items"][0]["sku"]
    shipping_method = context.order["shipping"]["method"]
    assert (customer_tier, first_item_sku, shipping_method) == ("premium", "ITEM1", "express")

    # Conditional logic based on context
    saga = create_dynamic_saga(context)
    assert context.processing_type == "express_processing"
    await shop.manager.run(saga, context, pause_on_disk=True)
    assert repr(shop.requests()) == repr({"express": context.order})


@pytest.mark.parametrize(
    ("tier", "total", "expected"),
    [("premium", 1, "express"), ("basic", 101, "standard"), ("basic", 100, "basic"), (None, None, "basic")],
)
def test_conditional_logic(tier: Any, total: Any, expected: str) -> None:
    context = SagaContext(customer={"tier": tier}, order={} if total is None else {"total": total})
    assert determine_processing_flow(context) == f"{expected}_processing"


# ----- Context Validation and Type Safety -----


def validate_context_schema(context: SagaContext) -> bool:
    """Validate context has required fields with correct types."""
    required_fields: dict[str, Any] = {
        "order_id": (str, int),
        "customer_id": str,
        "total": (int, float),
        "items": list,
    }

    for field, expected_type in required_fields.items():
        if field not in context:
            raise ValueError(f"Required field '{field}' missing from context")
        if not isinstance(context[field], expected_type):
            raise TypeError(f"Field '{field}' must be of type {expected_type}")

    return True


def validate_step(context: SagaContext) -> None:
    # minos: whatever a local step returns becomes the context, unless it is None; so a step around it.
    validate_context_schema(context)


def process_validated_order(context: SagaContext) -> SagaRequest:
    return SagaRequest("orders", {"items": context.items})


def create_validated_saga() -> Saga:
    saga = Saga()

    # Add validation step at the beginning
    saga.local_step().on_execute(validate_step)

    # Continue with business logic
    saga.remote_step().on_execute(process_validated_order)

    return saga.commit()


# Context factory pattern
class OrderContextFactory:
    @staticmethod
    def create_order_context(order_data: dict[str, Any]) -> SagaContext:
        """Create standardized order context."""
        return SagaContext(
            order_id=order_data["id"],
            customer_id=order_data["customer_id"],
            items=order_data["items"],
            total=sum(item["price"] * item["quantity"] for item in order_data["items"]),
            created_at=datetime.utcnow().isoformat(),
            status="pending",
        )

    @staticmethod
    def create_payment_context(payment_data: dict[str, Any], order_context: SagaContext) -> SagaContext:
        """Extend order context with payment data."""
        order_context.update(
            payment_method=payment_data["method"],
            payment_token=payment_data["token"],
            billing_address=payment_data["billing_address"],
        )
        return order_context


async def test_context_validation_and_type_safety(shop: Shop) -> None:
    # Usage
    order_data = {"id": "ord_123", "customer_id": "cust_456", "items": [{"price": 9.5, "quantity": 2}]}
    context = OrderContextFactory.create_order_context(order_data)
    assert (context.order_id, context.total, context.status) == ("ord_123", 19.0, "pending")

    payment = {"method": "card", "token": "0123", "billing_address": {"zip": "01234", "number": 7}}
    assert OrderContextFactory.create_payment_context(payment, context) is context
    assert context.billing_address == {"zip": "01234", "number": 7}

    assert validate_context_schema(context) is True
    # What was validated stays valid: nothing is another type once it was stored.
    uuid = await shop.manager.run(create_validated_saga(), context, pause_on_disk=True, return_execution=False)
    recovered = (await shop.storage.load(uuid)).context
    assert recovered == context and validate_context_schema(recovered) is True
    assert repr(shop.requests()) == repr({"orders": {"items": [{"price": 9.5, "quantity": 2}]}})


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"order_id": 1.5}, TypeError),
        ({"customer_id": 1}, TypeError),
        ({"total": "9.99"}, TypeError),
        ({"items": ()}, TypeError),
        ({}, ValueError),
    ],
)
def test_contexts_that_are_not_valid(changes: dict[str, Any], error: type[Exception]) -> None:
    context = SagaContext(**ORDER) | changes
    if not changes:
        del context["items"]
    with pytest.raises(error):
        validate_context_schema(context)


# ----- Context Debugging and Monitoring -----
