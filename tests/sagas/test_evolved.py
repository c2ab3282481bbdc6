"""A saga that an earlier version of the example shop paused is finished by the shop of today."""

from __future__ import annotations

import json
from pathlib import Path
from runpy import run_module
from uuid import UUID

import lmdb
import pytest
from minos.saga import SagaContext, SagaStatus

from examples.orders import RESERVED_ORDER
from examples.shop import books
from tests.support.declared import nothing_declared
from tests.support.exact import assert_exact
from tests.support.sagas.service import answer, service

STORED = json.loads((Path(__file__).parents[1] / "golden" / "shop-0.1.0.json").read_text())


async def test_loaded_and_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with nothing_declared():
        run_module("examples.shop.past")  # says what has another name now
        await _load_and_finish(tmp_path)


async def _load_and_finish(tmp_path: Path) -> None:
    uuid, path = UUID(STORED["uuid"]), tmp_path / "sagas.lmdb"
    with lmdb.open(str(path), max_dbs=100, map_size=10**9) as environment:
        table = environment.open_db(b"LocalState")
        with environment.begin(db=table, write=True) as transaction:
            transaction.put(str(uuid).encode(), json.dumps(STORED).encode())
    async with service(path) as manager:
        execution = await manager.storage.load(uuid)
        assert_exact(execution.context, SagaContext(RESERVED_ORDER))
        payment = {"amount": 23.0, "receipt": "01"}
        await execution.execute(answer(uuid, payment), autocommit=False)
    assert execution.status == SagaStatus.Finished
    assert_exact(execution.context, SagaContext(RESERVED_ORDER, payment=payment))
    assert [entry["event"] for entry in books.read("order")] == ["confirmed"]
