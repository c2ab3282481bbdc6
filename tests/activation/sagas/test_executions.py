"""What the plug notes of executions that it stores, and says of those that it cannot load."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from minos.saga import SagaExecution, SagaManager

from minos_saga_context import SagaContext, SnapshotException, activate, deactivate
from tests.support.sagas import service as sagas
from tests.support.sagas.service import order
from tests.support.sagas.stores import raw_of


async def paused(manager: SagaManager) -> SagaExecution:
    return await sagas.run(manager, sagas.remote_saga(), order())


async def test_started_stays_and_stored_moves(tmp_path: Path) -> None:
    async with sagas.service(tmp_path / "store") as manager:
        before = datetime.now(timezone.utc) - timedelta(milliseconds=1)
        execution: Any = await paused(manager)
        first: Any = await manager.storage.load(execution.uuid)
        assert before <= first.started <= first.stored <= datetime.now(timezone.utc)
        await manager.storage.store(first)
        second: Any = await manager.storage.load(execution.uuid)
        assert second.started == first.started and second.stored > first.stored - timedelta(milliseconds=1)
        assert second == first


async def test_stock_passes_over_them(tmp_path: Path) -> None:
    async with sagas.service(tmp_path / "store") as manager:
        uuid = (await paused(manager)).uuid
    raw = json.loads(raw_of(tmp_path / "store", uuid))
    assert {"started", "stored"} < set(raw)
    deactivate()
    try:
        assert not hasattr(SagaExecution.from_raw(raw), "started")
    finally:
        activate()
    del raw["started"], raw["stored"]
    found: Any = SagaExecution.from_raw(raw)
    assert found.stored is None and found.started.tzinfo is timezone.utc


async def test_a_context_that_does_not_load_names_its_execution(tmp_path: Path) -> None:
    async with sagas.service(tmp_path / "store") as manager:
        execution = await paused(manager)
    raw = {**execution.raw, "context": SagaContext(a=1).avro_str[:-8]}
    with pytest.raises(SnapshotException, match=f"The context of the execution {execution.uuid}: "):
        SagaExecution.from_raw(raw)
