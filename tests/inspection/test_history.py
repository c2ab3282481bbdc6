"""The history of sagas: real ones, in a real LMDB, that succeed, pause, fail and are compensated."""

from __future__ import annotations

import json
import logging
from decimal import Decimal
from typing import Any

from minos.saga import SagaContext, SagaManager, SagaStatus

from minos_saga_context import ContextHistory, ContextSnapshot
from minos_saga_context.inspection.history import StepRecord, log_steps
from tests.support.sagas import service as sagas
from tests.support.sagas.service import answer, order, run


def told(history: ContextHistory) -> list[tuple[Any, ...]]:
    return [(it.step, it.kind, it.action, it.callback, it.outcome) for it in history]


async def test_a_saga_that_succeeds(manager: SagaManager) -> None:
    with ContextHistory() as history:
        execution = await run(manager, sagas.local_saga(), order())
    assert told(history) == [
        ("1", "local", "execute", "check", "finished"),
        ("2", "local", "execute", "confirm", "finished"),
    ]
    first, second = history.records
    assert [str(change) for change in first.changes] == [
        "stock.checked: False -> True",
        "+ total: Decimal('23.50')",
    ]
    assert first.before is not None and first.before.context == order()
    assert first.before.step_name == "before check" and first.after is not None
    assert type(first.after.data["total"]) is Decimal
    assert second.after is not None and second.after.context == execution.context
    assert first.execution == execution.uuid and first.duration > 0 and first.time.tzinfo is not None
    assert first.error is None


async def test_a_saga_that_pauses_and_goes_on_elsewhere(manager: SagaManager) -> None:
    with ContextHistory() as history:
        uuid = (await run(manager, sagas.remote_saga(), order())).uuid
        await run(manager, None, response=answer(uuid, {"card": "4111", "receipt": "r-1"}))
    assert told(history) == [
        ("1", "local", "execute", "check", "finished"),
        ("2", "remote", "execute", "ask", "paused"),
        ("2", "remote", "execute", "charged", "finished"),
        ("3", "local", "execute", "confirm", "finished"),
    ]
    _, paused, resumed, _ = history.records
    assert paused.changes == [] and paused.error is None
    assert {it.name for it in (paused, resumed)} == {"ask"}
    assert [str(change) for change in resumed.changes] == [
        "+ stock.items[1]: 'B'",
        "+ payment: {'card': ***, 'receipt': 'r-1'}",
    ]
    assert {it.execution for it in history} == {uuid}


async def test_a_saga_that_fails_and_is_compensated(manager: SagaManager) -> None:
    with ContextHistory() as history:
        execution = await run(manager, sagas.failing_saga(), order())
    assert execution.status == SagaStatus.Errored
    assert told(history) == [
        ("1", "local", "execute", "check", "finished"),
        ("2", "local", "execute", "fail", "failed"),
        ("1", "local", "compensate", "uncheck", "finished"),
    ]
    _, failed, undone = history.records
    assert isinstance(failed.error, ValueError) and failed.changes == []
    assert undone.after is not None and undone.after.data["stock"] == {"items": ["A"], "checked": False}


async def test_a_remote_step_that_is_refused(manager: SagaManager) -> None:
    with ContextHistory() as history:
        uuid = (await run(manager, sagas.remote_saga(), order())).uuid
        await run(manager, None, response=answer(uuid, "no", 400))
    assert told(history)[2:] == [
        ("2", "remote", "compensate", "release", "finished"),
        ("2", "remote", "execute", "refused", "failed"),
        ("1", "local", "compensate", "uncheck", "finished"),
    ]


async def test_steps_within_a_conditional_one(manager: SagaManager) -> None:
    with ContextHistory() as history:
        await run(manager, sagas.conditional_saga(), order())
    assert [(it.step, it.kind, it.name) for it in history] == [
        ("1", "local", "check"),
        ("2.1", "local", "confirm"),
        ("2", "conditional", "ConditionalSagaStep"),
    ]


async def test_memory_is_bounded_in_number(manager: SagaManager) -> None:
    with ContextHistory(limit=3) as history:
        for _ in range(3):
            await run(manager, sagas.local_saga(), order())
    assert (len(history), history.dropped) == (3, 3)
    history.clear()
    assert (len(history), history.dropped) == (0, 0)


async def test_memory_is_bounded_in_size(manager: SagaManager) -> None:
    with ContextHistory(max_bytes=3000) as history:
        for _ in range(5):
            await run(manager, sagas.local_saga(), order())
    sizes = [len(it.avro) for record in history for it in (record.before, record.after) if it is not None]
    assert 0 < sum(sizes) <= 3000 and history.dropped + len(history) == 10


async def test_table_and_json_are_masked_unless_asked(manager: SagaManager) -> None:
    with ContextHistory() as history:
        await run(manager, sagas.failing_saga(), order())
    for text in (str(history), history.to_json(), repr(history.records)):
        assert "tok_12345678" not in text and "***" in text
    for text in (history.table(reveal=True), history.to_json(reveal=True)):
        assert "tok_12345678" in text


async def test_the_table(manager: SagaManager) -> None:
    with ContextHistory() as history:
        await run(manager, sagas.failing_saga(), order())
    head, _, *rows = [line.split(maxsplit=6) for line in str(history).splitlines()]
    assert head == ["saga", "step", "callback", "action", "outcome", "ms", "changes"]
    assert rows[0][1:5] == ["1", "check", "execute", "finished"] and rows[0][6] == "stock.checked: False -> True"
    assert rows[0][0] == str(history.records[0].execution)[:8]
    assert rows[1] == ["+", "total:", "Decimal('23.50')"]
    assert rows[2][1:5] == ["2", "fail", "execute", "failed"] and rows[2][6] == "ValueError('Not with ***')"
    assert repr(history) == "<ContextHistory: 3 records, 0 dropped>"


async def test_json_holds_exact_contexts_where_asked(manager: SagaManager) -> None:
    with ContextHistory() as history:
        await run(manager, sagas.local_saga(), order())
    masked, revealed = (json.loads(history.to_json(reveal))["records"][0] for reveal in (False, True))
    assert masked["after"]["data"]["payment_token"] == "***" and "avro" not in masked["after"]
    assert masked["changes"][1] == {
        "path": "total",
        "kind": "added",
        "after": {"$type": "decimal", "value": "23.50"},
    }
    after = history.records[0].after
    assert after is not None and SagaContext.from_avro_str(revealed["after"]["avro"]) == after.context


async def test_hooks_hear_each_record_and_stop_nothing(manager: SagaManager, caplog: Any) -> None:
    heard: list[StepRecord] = []

    def broken(record: StepRecord) -> None:
        raise RuntimeError("broken hook")

    with ContextHistory(broken, heard.append, limit=0) as history:
        execution = await run(manager, sagas.local_saga(), order())
    assert execution.status == SagaStatus.Finished
    assert [it.callback for it in heard] == ["check", "confirm"] and len(history) == 0
    assert "broken hook" in caplog.text


async def test_the_log(manager: SagaManager, caplog: Any) -> None:
    caplog.set_level(logging.INFO)
    with ContextHistory(log_steps(logging.getLogger("shop"))):
        execution = await run(manager, sagas.failing_saga(), order())
    records = [it for it in caplog.records if it.name == "shop"]
    assert [it.levelname for it in records] == ["INFO", "WARNING", "INFO"]
    assert records[0].saga_execution == execution.uuid and records[0].saga_outcome == "finished"
    text = records[0].getMessage()
    assert text.startswith(f"saga {execution.uuid}, step 1: execute check: finished in ")
    assert text.endswith("(stock.checked: False -> True; + total: Decimal('23.50'))")
    assert not any("tok_12345678" in it.getMessage() for it in records)


async def test_the_log_shows_secrets_where_asked(manager: SagaManager, caplog: Any) -> None:
    with ContextHistory(log_steps(reveal=True)):
        await run(manager, sagas.failing_saga(), order())
    assert "Not with tok_12345678" in caplog.text


async def test_a_snapshot_within_a_step(manager: SagaManager) -> None:
    taken: list[ContextSnapshot] = []

    def step(context: SagaContext) -> SagaContext:
        taken.append(ContextSnapshot.take(context, step="here"))
        return context

    await run(manager, sagas.Saga().local_step(step).commit(), order())
    assert taken[0].context == order()
