"""The steps alone, and the saga in the running service."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from minos.saga import SagaRequest
from orders.__main__ import ORDER, rolled_back
from orders.others import PaymentService, StockService
from orders.saga import Line, OrderContext, add_up, charge, place_order


def test_steps() -> None:
    context = OrderContext(ORDER)
    add_up(context)
    assert context.total == Decimal("23.00")
    assert charge(context) == SagaRequest("Charge", {"order_id": 1, "amount": Decimal("23.00")})


def test_an_order_that_costs_nothing() -> None:
    with pytest.raises(ValueError, match="cost something"):
        add_up(OrderContext(order_id=2, lines=[]))


def test_what_a_step_must_not_put() -> None:
    context = OrderContext(ORDER)
    with pytest.raises(TypeError, match="'status' is of type 'str', but OrderContext declares"):
        context.status = "payed"  # type: ignore[assignment]


def test_an_order_is_paid(run: Any) -> None:
    assert run(rolled_back(run(place_order(ORDER)))) is None
    assert PaymentService.paid == {1: Decimal("23.00")}
    assert StockService.reserved == {1: ORDER["lines"]}


def test_a_refused_order_is_rolled_back(run: Any) -> None:
    order = {"order_id": 3, "lines": [Line("A", 2, Decimal("49.99"))]}
    context = run(rolled_back(run(place_order(order))))
    assert context == {**order, "total": Decimal("99.98"), "status": "pending", "receipt": None}
    assert 3 not in PaymentService.paid
    # The compensation is a message on its way: no saga waits for its answer.
    run(asyncio.wait_for(released(3), timeout=10))


async def released(order_id: int) -> None:
    while order_id in StockService.reserved:
        await asyncio.sleep(0.02)
