"""Executions copied from LMDB to PostgreSQL and back; and that it can be done again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from minos.saga import SagaStatus

from minos_saga_context import ConcurrentExecutionException, SagaContext
from minos_saga_context.cli import main
from tests.support.postgres import answer_to, deliver, sql
from tests.support.sagas.sagas import ORDER, running_shop
from tests.support.sagas.stores import made, raw_of


def uuids(store: Path, capsys: Any) -> list[str]:
    assert main(["list", str(store), "--json"]) == 0
    return [one["uuid"] for one in json.loads(capsys.readouterr().out)]


def test_there_and_back(store: Path, dsn: str, tmp_path: Path, capsys: Any) -> None:
    back = tmp_path / "back"
    for source, target in ((str(store), dsn), (dsn, str(back)), (str(back), dsn)):
        assert main(["copy", source, target]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "3 copied, 0 already there",
        "3 copied, 0 already there",
        "0 copied, 3 already there",
    ]
    names = uuids(back, capsys)
    assert len(names) == 3 and names == uuids(store, capsys)
    for name in names:
        assert json.loads(raw_of(back, UUID(name))) == json.loads(raw_of(store, UUID(name)))


def test_what_was_stopped_goes_on_and_what_differs_is_left_alone(dsn: str, tmp_path: Path, capsys: Any) -> None:
    contexts = [SagaContext(n=place) for place in range(300)]
    assert main(["copy", str(made(tmp_path / "first", *contexts[:200])), dsn]) == 0
    other = made(tmp_path / "all", SagaContext(n="another"), *contexts[1:])
    capsys.readouterr()
    assert main(["copy", str(other), dsn, "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out) == {"copied": 100, "there": 199, "differing": [str(UUID(int=0))]}
    assert f"{UUID(int=0)}: another state of it is there" in err
    assert sql(dsn, "SELECT fields FROM saga_execution ORDER BY uuid LIMIT 1") == [({"n": 0},)]


async def test_a_service_moves(dsn: str, tmp_path: Path) -> None:
    async with running_shop(tmp_path) as shop:
        uuid = await shop.start(SagaContext(ORDER))
    assert main(["copy", str(tmp_path / "sagas.lmdb"), dsn]) == 0
    async with running_shop(dsn) as shop:
        await shop.answer(uuid, {"code": "007"})
        execution = await shop.answer(uuid, {"receipt": "01", "amount": 23.0})
        assert execution.status == SagaStatus.Finished


async def test_it_waits_for_the_same_answer_there_and_back(dsn: str, tmp_path: Path) -> None:
    file = str(tmp_path / "sagas.lmdb")
    async with running_shop(dsn) as shop:
        uuid = await shop.start(SagaContext(ORDER))
        first = answer_to(shop, {"code": "007"})
        await deliver(shop, first)
        second = answer_to(shop, {"receipt": "01", "amount": 23.0})
    assert main(["copy", dsn, file]) == 0
    sql(dsn, "DELETE FROM saga_execution")
    assert main(["copy", file, dsn]) == 0
    async with running_shop(dsn) as shop:
        with pytest.raises(ConcurrentExecutionException, match="does not wait for this answer"):
            await deliver(shop, first)
        assert (await deliver(shop, second)).status == SagaStatus.Finished
    async with running_shop(tmp_path) as shop:
        # Storing it here notes no request: the old one must not stay.
        await shop.storage.store(await shop.storage.load(uuid))
    assert b"awaits" not in raw_of(Path(file), uuid)
    async with running_shop(tmp_path) as shop:
        assert (await deliver(shop, second)).status == SagaStatus.Finished


@pytest.mark.parametrize("raw", [{"awaits": "x"}, {"awaits": 7}, {"user": "\ud800"}])
def test_what_cannot_be_stored(raw: Any, dsn: str, tmp_path: Path, capsys: Any) -> None:
    assert main(["copy", str(made(tmp_path / "store", SagaContext(), **raw)), dsn]) == 3
    assert f"{UUID(int=0)}: it cannot be stored in" in capsys.readouterr().err
    assert sql(dsn, "SELECT * FROM saga_execution") == []


@pytest.mark.parametrize("wrong", ["FROM", "TO"])
def test_stores_that_are_not_there(wrong: str, tmp_path: Path, capsys: Any) -> None:
    nowhere = "postgresql://shop:secret@localhost:1/shop"
    store = str(made(tmp_path / "store", SagaContext()))
    assert main(["copy", nowhere, store] if wrong == "FROM" else ["copy", store, nowhere]) == 3
    err = capsys.readouterr().err
    assert err.startswith("minos-saga-context: user=shop dbname=shop host=localhost port=1: ") and "secret" not in err
