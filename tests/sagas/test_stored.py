"""Sagas in a real LMDB: from one process to another, from stock minos to us, and back."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import lmdb
import pytest
from minos.saga import SagaContext, SagaStatus
from minos.saga.testing import SagaExecutionRepositoryTestCase

import minos_saga_context
from tests.support.process import run
from tests.support.sagas.sagas import CONFIG, ORDER, injector_of, running_shop

OURS = minos_saga_context.SagaContext
TOTAL = {**ORDER, "total": 23.0}
PAYMENT = {"receipt": "01", "amount": 23.0}
RESULT = {"reservation": {"code": "007"}, "checked": ["large", 23.0], "payment": PAYMENT, "status": "finished"}


async def test_loaded_by_another_process_and_finished_there(tmp_path: Path) -> None:
    async with running_shop(tmp_path) as shop:
        uuid = await shop.start(SagaContext(ORDER))
    code = """
import asyncio, json, sys
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID
from tests.support.sagas import sagas
import minos_saga_context

async def main():
    async with sagas.running_shop(Path(sys.argv[1])) as shop:
        uuid = UUID(sys.argv[2])
        await shop.answer(uuid, {"code": "007"})
        execution = await shop.answer(uuid, {"receipt": "01", "amount": 23.0})
        kinds = {kind.__module__ for _, kind, _ in sagas.SEEN}
        print(json.dumps([execution.status.value, repr(dict(execution.context)), sorted(kinds)]))

asyncio.run(main())
"""
    status, context, kinds = run(code, str(tmp_path), str(uuid))
    assert (status, context) == ("finished", repr({**TOTAL, **RESULT}))
    assert kinds == ["minos_saga_context.context"]
    async with running_shop(tmp_path) as shop:
        with pytest.raises(Exception, match="was not found"):
            await shop.storage.load(uuid)


STOCK = """
import asyncio, json, sys
from pathlib import Path
from tempfile import TemporaryDirectory
from tests.support.sagas import sagas

async def main():
    async with sagas.running_shop(Path(sys.argv[1])) as shop:
        uuid = await shop.start(sagas.SagaContext(**sagas.ORDER))
        await shop.answer(uuid, {"code": "007"})
        context = (await shop.storage.load(uuid)).context
        assert "minos_saga_context" not in sys.modules
        print(json.dumps([str(uuid), type(context).__module__, repr(dict(context))]))

asyncio.run(main())
"""


async def test_executions_that_stock_wrote_are_read_and_finished(tmp_path: Path) -> None:
    uuid, module, stock = run(STOCK, str(tmp_path))
    assert module == "minos.saga.context"
    # Stock is not exact: that is why this package exists.
    assert "'zip': 1234" in stock and "'price': 9" in stock and "'gift': 1" in stock
    async with running_shop(tmp_path) as shop:
        execution = await shop.storage.load(UUID(uuid))
        assert type(execution.context) is OURS and repr(dict(execution.context)) == stock
        assert execution.status == SagaStatus.Paused
        execution = await shop.answer(UUID(uuid), {"receipt": "01", "amount": 23.0})
        assert execution.status == SagaStatus.Finished and execution.context.status == "finished"
        assert execution.context.payment == {"receipt": "01", "amount": 23.0}


async def test_stock_reads_what_we_wrote(tmp_path: Path) -> None:
    async with running_shop(tmp_path) as shop:
        uuid = await shop.start(SagaContext(order_id=1, lines=[{"price": 9.5, "qty": 1.0}], note="1"))
    code = """
import asyncio, json, sys
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID
from tests.support.sagas import sagas

async def main():
    async with sagas.running_shop(Path(sys.argv[1])) as shop:
        context = (await shop.storage.load(UUID(sys.argv[2]))).context
        assert "minos_saga_context" not in sys.modules
        print(json.dumps([type(context).__module__, dict(context)]))

asyncio.run(main())
"""
    module, context = run(code, str(tmp_path), str(uuid))
    assert module == "minos.saga.context"
    assert context == {"order_id": 1, "lines": [{"price": 9.5, "qty": 1.0}], "note": "1", "total": 9.5}


async def test_the_snapshot_on_disk_is_text_in_minos_s_json(tmp_path: Path) -> None:
    async with running_shop(tmp_path) as shop:
        uuid = await shop.start(SagaContext(ORDER))
    with lmdb.open(str(tmp_path / "sagas.lmdb"), max_dbs=100) as environment:
        table = environment.open_db(b"LocalState")
        with environment.begin(db=table) as transaction:
            raw = json.loads(transaction.get(str(uuid).encode()))
    assert repr(dict(OURS.from_avro_str(raw["context"]))) == repr(TOTAL)


class TestMinosOwnCaseForRepositories(SagaExecutionRepositoryTestCase):  # type: ignore[misc]
    """The test case that minos.saga ships, with our context in LMDB."""

    __test__ = True
    CONFIG_FILE_PATH = CONFIG

    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        super().setUp()

    def get_injections(self) -> list[Any]:
        return list(injector_of(Path(self.folder)).injections.values())

    def build_saga_execution_repository(self) -> Any:
        return self.injector.saga_manager.storage
