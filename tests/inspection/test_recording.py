"""What a history hears of sagas: which tasks, which steps, how long; and minos.saga as it was afterwards."""

from __future__ import annotations

import asyncio
import json

import pytest
from minos.saga import LocalSagaStepExecution, SagaContext, SagaExecution, SagaManager

from minos_saga_context import ContextHistory, UnsupportedValueException
from tests.support.sagas import service as sagas
from tests.support.sagas.service import order, run


async def test_attached_it_hears_other_tasks_and_detached_nothing(manager: SagaManager) -> None:
    history = ContextHistory().attach()
    try:
        with ContextHistory() as here:
            pass
        await asyncio.gather(*(run(manager, sagas.local_saga(), order()) for _ in range(3)))
    finally:
        history.attach().detach()
    assert len(history) == 6 and len(here) == 0
    history.detach()
    await run(manager, sagas.local_saga(), order())
    assert len(history) == 6


async def test_the_with_block_hears_its_own_task_only(manager: SagaManager) -> None:
    async def recorded() -> ContextHistory:
        with ContextHistory() as history:
            await asyncio.sleep(0)
            await run(manager, sagas.local_saga(), order())
            await asyncio.sleep(0)
        return history

    histories = await asyncio.gather(recorded(), recorded())
    for history in histories:
        assert len(history) == 2 and len({it.execution for it in history}) == 1


async def test_nested_blocks_hear_the_same_once(manager: SagaManager) -> None:
    with ContextHistory() as outer, ContextHistory() as inner:
        await run(manager, sagas.local_saga(), order())
    assert outer.records == inner.records and len(outer) == 2


async def test_a_step_that_is_cancelled(manager: SagaManager) -> None:
    with ContextHistory() as history:
        saga = sagas.Saga().local_step(_forever).commit()
        task = asyncio.ensure_future(run(manager, saga, order()))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [it.outcome for it in history] == ["cancelled"]


async def _forever(context: SagaContext) -> None:
    await asyncio.sleep(30)


async def test_what_cannot_be_kept_stops_the_saga_and_not_the_history(manager: SagaManager) -> None:
    execution = SagaExecution.from_definition(sagas.local_saga(), SagaContext(order()))
    execution.context["stock"]["items"].append(object())
    with ContextHistory() as history, pytest.raises(UnsupportedValueException):
        await execution.execute(autocommit=False)
    (record,) = history
    assert record.outcome == "failed" and "object" in str(record.error)
    assert record.before is None and record.changes == [] and json.loads(history.to_json())


def test_minos_saga_is_left_as_it_was() -> None:
    stock = [vars(LocalSagaStepExecution)["execute"], vars(SagaExecution)["rollback"]]
    with ContextHistory(), ContextHistory():
        assert vars(LocalSagaStepExecution)["execute"] is not stock[0]
    assert [vars(LocalSagaStepExecution)["execute"], vars(SagaExecution)["rollback"]] == stock
