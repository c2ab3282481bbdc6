"""The examples of context-management.md for debugging and monitoring. See test_examples.py."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from minos.saga import Saga, SagaContext, SagaStatus

from tests.document.conftest import in_memory
from tests.document.test_examples import ORDER, create_payment_request, handle_payment_success, validate_order_data
from tests.support.sagas.sagas import Shop


def log_context_state(context: SagaContext, step_name: str) -> None:
    """Log context state for debugging."""
    print(f"[{datetime.utcnow()}] Context at {step_name}:")
    for key, value in context.items():
        print(f"  {key}: {value}")
    print()


def create_monitored_saga() -> Saga:
    saga = Saga()

    # Add monitoring to each step
    saga.local_step().on_execute(lambda ctx: log_context_state(ctx, "start") or validate_order_data(ctx))

    saga.remote_step().on_execute(
        lambda ctx: log_context_state(ctx, "payment_request") or create_payment_request(ctx)
    ).on_success(lambda ctx, resp: log_context_state(ctx, "payment_success") or handle_payment_success(ctx, resp))

    return saga.commit()


async def test_context_debugging_and_monitoring(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    context = SagaContext(**ORDER)
    execution = await in_memory(shop, create_monitored_saga(), context, {"payment_id": 1, "transaction_id": "01"})
    assert execution.status == SagaStatus.Finished and execution.context.transaction_id == "01"
    printed = capsys.readouterr().out
    for step in ("start", "payment_request", "payment_success"):
        assert f"] Context at {step}:\n  order_id: 12345\n  customer_id: cust_456\n" in printed
    assert printed.count("  items: [{'sku': 'ITEM1', 'quantity': 2, 'price': 9.5}]\n  total: 99.99\n") == 3


# Context snapshots for debugging
class ContextSnapshot:
    def __init__(self, context: SagaContext, step_name: str):
        self.step_name = step_name
        self.timestamp = datetime.utcnow().isoformat()
        self.data = dict(context)  # Create snapshot copy

    def to_json(self) -> str:
        return json.dumps({"step": self.step_name, "timestamp": self.timestamp, "data": self.data}, indent=2)


# Usage in saga steps
def debug_step_with_snapshot(context: SagaContext) -> SagaContext:
    snapshot = ContextSnapshot(context, "debug_checkpoint")
    print(snapshot.to_json())

    # Continue with step logic
    context.debug_checkpoint = snapshot.timestamp
    return context


async def test_context_snapshots_for_debugging(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    saga = Saga().local_step(debug_step_with_snapshot).commit()
    execution = await shop.manager.run(saga, SagaContext(**ORDER))
    printed = json.loads(capsys.readouterr().out)
    assert printed == {"step": "debug_checkpoint", "timestamp": execution.context.debug_checkpoint, "data": ORDER}
    assert repr(printed["data"]) == repr(ORDER)
