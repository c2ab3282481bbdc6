"""What the plug notes of executions that it stores, and says of those that it cannot load."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from minos.common import DatabaseClientException
from minos.saga import Saga, SagaExecution, SagaExecutionNotFoundException, SagaManager, SagaStatus

from minos_saga_context import SagaContext, SnapshotException, activate, deactivate
from tests.support.process import run
from tests.support.sagas import places
from tests.support.sagas import service as sagas
from tests.support.sagas.sagas import running_shop
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


def _never(context: Any) -> bool:
    return False


async def test_a_condition_that_was_not_met_before_the_pause_does_not_keep_a_saga_from_going_on(tmp_path: Path) -> None:
    async with running_shop(tmp_path) as shop:
        saga = Saga().local_step(places.charge).on_failure(places.refund)
        saga = saga.conditional_step().if_then(_never, places.LAST).remote_step(places.ask)
        execution = await places.run_through(shop, saga.commit(), on_disk=True)
        assert execution.status == SagaStatus.Finished and execution.context.charged


async def test_a_context_that_does_not_load_names_its_execution(tmp_path: Path) -> None:
    async with sagas.service(tmp_path / "store") as manager:
        execution = await paused(manager)
    raw = {**execution.raw, "context": SagaContext(a=1).avro_str[:-8]}
    with pytest.raises(SnapshotException, match=f"The context of the execution {execution.uuid}: "):
        SagaExecution.from_raw(raw)


async def test_a_store_that_is_full_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    async with sagas.service(tmp_path / "store") as manager:
        first = await paused(manager)
        async with manager.storage.database_pool.acquire() as client:
            client._environment.set_mapsize(1 << 17)
        second = SagaExecution.from_definition(sagas.remote_saga(), SagaContext(large="x" * (1 << 18)))
        with pytest.raises(
            DatabaseClientException, match=rf"execution {second.uuid} .*MDB_MAP_FULL.*larger 'map_size'"
        ):
            await manager.storage.store(second)
        assert await manager.storage.load(first.uuid) == first
        with pytest.raises(SagaExecutionNotFoundException):
            await manager.storage.load(second.uuid)


def test_a_disk_that_is_full_is_told_and_keeps_what_it_has(tmp_path: Path) -> None:
    code = """
import asyncio, json, resource, sys
import minos_saga_context
from pathlib import Path
from minos.saga import SagaContext, SagaExecution
from tests.support.process import run
from tests.support.sagas import places
from tests.support.sagas import service as sagas
from tests.support.sagas.sagas import running_shop

async def main():
    async with sagas.service(Path(sys.argv[1])) as manager:
        first = await sagas.run(manager, sagas.remote_saga(), sagas.order())
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 17, 1 << 17))
        second = SagaExecution.from_definition(sagas.remote_saga(), SagaContext(large="x" * (1 << 18)))
        try:
            await manager.storage.store(second)
        except Exception as exc:
            said = [type(exc).__name__, str(exc), str(second.uuid)]
        print(json.dumps([*said, await manager.storage.load(first.uuid) == first]))

asyncio.run(main())
"""
    name, text, uuid, is_kept = run(code, str(tmp_path / "store"))
    assert name == "DatabaseClientException" and uuid in text and "Look at the disk" in text and is_kept


def test_a_store_that_may_not_be_written_is_told_and_keeps_what_it_has(tmp_path: Path) -> None:
    code = """
import asyncio, json, os, sys
import minos_saga_context
from pathlib import Path
from minos.saga import SagaContext, SagaExecution
from tests.support.process import run
from tests.support.sagas import places
from tests.support.sagas import service as sagas
from tests.support.sagas.sagas import running_shop

path = Path(sys.argv[1])

async def main(uuid=None):
    async with sagas.service(path) as manager:
        if uuid is None:
            execution = await sagas.run(manager, sagas.remote_saga(), sagas.order())
            await manager.storage.store(execution)
            return execution.uuid
        if os.getuid() == 0:  # who may write whatever the mode
            os.setegid(65534)
            os.seteuid(65534)
        said = []
        new = SagaExecution.from_definition(sagas.remote_saga())
        for work in (manager.storage.store(new), manager.storage.load(uuid)):
            try:
                await work
            except Exception as exc:
                said.append([type(exc).__name__, str(exc)])
        if os.getuid() == 0:
            os.seteuid(0)
        return said

uuid = asyncio.run(main())
os.chmod(path, 0o500)
os.chmod(path / "data.mdb", 0o400)
said = asyncio.run(main(uuid))
os.chmod(path, 0o700)
os.chmod(path / "data.mdb", 0o600)

async def load():
    async with sagas.service(path) as manager:
        return (await manager.storage.load(uuid)).uuid == uuid

print(json.dumps([*said, asyncio.run(load())]))
"""
    stored, loaded, is_kept = run(code, str(tmp_path / "store"))
    for (name, text), done in ((stored, "stored"), (loaded, "loaded")):
        assert name == "DatabaseClientException" and f"could not be {done}" in text and "denied" in text
    assert is_kept
