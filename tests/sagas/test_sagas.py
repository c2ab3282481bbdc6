"""Real sagas: real managers and executions, stored in a real LMDB."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from minos.saga import (
    Saga,
    SagaContext,
    SagaExecution,
    SagaFailedCommitCallbackException,
    SagaFailedExecutionException,
    SagaOperation,
    SagaRequest,
    SagaStatus,
)

import minos_saga_context
from tests.support.sagas.sagas import ORDER, SAGA, SEEN, Shop, forget_total, running_shop, total

OURS = minos_saga_context.SagaContext
TOTAL = {**ORDER, "total": 23.0}
RESERVED = {**TOTAL, "reservation": {"code": "007"}}
CHECKED = {**RESERVED, "checked": ["large", 23.0]}
PAID = {**CHECKED, "payment": {"receipt": "01", "amount": 23.0}}
FINISHED = {**PAID, "status": "finished"}


def exact(value: Any, expected: Any) -> bool:
    """Tell whether values are equal and of equal types, all the way down."""
    return repr(dict(value)) == repr(dict(expected))


def names() -> list[str]:
    return [name for name, _, _ in SEEN]


def given(name: str) -> dict[str, Any]:
    """Give what a callback was given, which must be a context of ours."""
    ((kind, items),) = ((kind, items) for callback, kind, items in SEEN if callback == name)
    assert kind is OURS
    return items


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path) as shop:
        yield shop


@asynccontextmanager
async def paused_at_charge(shop: Shop) -> AsyncIterator[UUID]:
    uuid = await shop.start(SagaContext(ORDER))
    await shop.answer(uuid, {"code": "007"})
    yield uuid


async def test_ours_through_every_step(shop: Shop) -> None:
    async with paused_at_charge(shop) as uuid:
        execution = await shop.answer(uuid, PAID["payment"])
    assert execution.status == SagaStatus.Finished
    assert names() == ["total", "reserve", "reserved", "is_large", "check_large", "charge", "charged", "finish"]
    assert {kind for _, kind, _ in SEEN} == {OURS} == {type(execution.context)}
    assert exact(given("total"), ORDER)
    assert exact(given("reserve"), TOTAL) and exact(given("reserved"), TOTAL)
    assert exact(given("is_large"), RESERVED) and exact(given("check_large"), RESERVED)
    assert exact(given("charge"), CHECKED) and exact(given("charged"), CHECKED)
    assert exact(given("finish"), PAID)
    assert exact(execution.context, FINISHED)


async def test_the_other_branch(shop: Shop) -> None:
    uuid = await shop.start(SagaContext(ORDER, lines=[{"sku": "A", "qty": 1, "price": 0.5}]))
    execution = await shop.answer(uuid, {"code": "007"})
    assert "check_small" in names() and execution.context.checked == ["small", 0.5]


async def test_the_requests_that_are_sent(shop: Shop) -> None:
    async with paused_at_charge(shop):
        requests = shop.requests()
    assert repr(requests["Reserve"]) == repr({"lines": ORDER["lines"], "order_id": 12345})
    assert repr(requests["Charge"]) == repr({"order_id": 12345, "amount": 23.0})


async def test_paused_on_disk(shop: Shop) -> None:
    uuid = await shop.start(SagaContext(ORDER))
    execution = await shop.storage.load(uuid)
    assert execution.status == SagaStatus.Paused
    assert type(execution.context) is OURS and exact(execution.context, TOTAL)


async def test_paused_in_memory(shop: Shop) -> None:
    execution = SagaExecution.from_definition(SAGA, context=SagaContext(ORDER))
    shop.broker.uuid = execution.uuid
    shop.broker.answers = [{"code": "007"}, PAID["payment"]]
    await shop.manager._run(execution)
    assert execution.status == SagaStatus.Finished and exact(execution.context, FINISHED)
    assert {kind for _, kind, _ in SEEN} == {OURS}


async def test_committed(shop: Shop) -> None:
    async with paused_at_charge(shop) as uuid:
        await shop.answer(uuid, PAID["payment"])
    assert [message.topic for message in shop.broker.sent] == ["_ReserveShopTransaction"]
    assert shop.publisher.messages[-1].topic == "_CommitShopTransaction"


async def test_rejected_at_the_commit(tmp_path: Path) -> None:
    async with running_shop(tmp_path, commits=False) as shop, paused_at_charge(shop) as uuid:
        SEEN.clear()
        with pytest.raises(SagaFailedCommitCallbackException):
            await shop.answer(uuid, PAID["payment"])
        assert names() == ["charged", "finish", "uncheck_large", "release", "forget_total"]
        assert exact(given("uncheck_large"), FINISHED)
        execution = await shop.storage.load(uuid)
        rolled_back = {name: value for name, value in FINISHED.items() if name not in ("total", "checked")}
        assert execution.status == SagaStatus.Errored and exact(execution.context, rolled_back)
        assert type(execution.context) is OURS


@pytest.mark.parametrize(
    ("callback", "content", "status"), [("charged", {"fails": True}, 200), ("refused", "no money", 400)]
)
async def test_a_failing_step_leaves_the_context_of_the_compensation_untouched(
    shop: Shop, callback: str, content: Any, status: int
) -> None:
    async with paused_at_charge(shop) as uuid:
        SEEN.clear()
        with pytest.raises(SagaFailedExecutionException):
            await shop.answer(uuid, content, status)
    assert names() == [callback, "uncheck_large", "release", "forget_total"]
    # The step emptied the lines, and forgot the zip and the code, before it failed.
    assert exact(given("uncheck_large"), CHECKED)
    assert exact(given("release"), RESERVED) and exact(given("forget_total"), RESERVED)
    assert shop.requests()["Release"] == {"code": "007"}
    execution = await shop.storage.load(uuid)
    assert execution.status == SagaStatus.Errored and type(execution.context) is OURS
    assert exact(execution.context, {name: RESERVED[name] for name in RESERVED if name != "total"})


async def test_rejected_when_a_service_fails(shop: Shop) -> None:
    async with paused_at_charge(shop) as uuid:
        execution = await shop.answer(uuid, "out of order", 500, raise_on_error=False)
    assert execution.status == SagaStatus.Errored
    assert shop.publisher.messages[-1].topic == "_RejectShopTransaction"
    assert exact(execution.context, {name: RESERVED[name] for name in RESERVED if name != "total"})


async def test_what_cannot_be_kept_fails_the_step_that_assigns_it(shop: Shop) -> None:
    def assign(context: Any) -> Any:
        context.order = {"lines": [object()]}
        return context

    saga = Saga().local_step(total).on_failure(forget_total).local_step(assign).commit()
    with pytest.raises(SagaFailedExecutionException, match=r"'object' - at 'order\.lines\[0\]'"):
        await shop.manager.run(saga, SagaContext(ORDER), pause_on_disk=True)
    assert names() == ["total", "forget_total"]


async def test_a_request_that_cannot_be_sent_fails_its_step(shop: Shop) -> None:
    def ask(context: Any) -> SagaRequest:
        return SagaRequest("Charge", {"lines": [{"price": object()}]})

    saga = Saga().local_step(total).on_failure(forget_total).remote_step(ask).commit()
    with pytest.raises(SagaFailedExecutionException, match=r"'object' - at 'content\.lines\[0\]\.price'"):
        await shop.manager.run(saga, SagaContext(ORDER), pause_on_disk=True)
    assert names() == ["total", "forget_total"] and "Charge" not in shop.requests()


def test_operation_parameters_are_contexts_of_ours() -> None:
    operation = SagaOperation(total, {"price": 9.5, "qty": 1})
    twin = SagaOperation.from_raw(operation.raw)
    assert type(operation.parameters) is type(twin.parameters) is OURS
    assert exact(twin.parameters, {"price": 9.5, "qty": 1})
