"""Two replicas over one table, in one process: who holds what is stale is refused; one alone goes on with an answer."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from minos.saga import SagaContext, SagaFailedExecutionException, SagaStatus
from psycopg.types.json import Jsonb

from minos_saga_context import ConcurrentExecutionException, activate, deactivate
from minos_saga_context.activation.sagas import replicas
from tests.support.postgres import answer_to, claims, deliver, sql, terminate
from tests.support.sagas.sagas import ORDER, SEEN, Shop, running_shop


def row(dsn: str) -> Any:
    return sql(dsn, "SELECT * FROM saga_execution")


async def test_what_is_stale_is_refused_and_nothing_of_it_is_stored(dsn: str) -> None:
    async with running_shop(dsn) as a, running_shop(dsn) as b:
        uuid = await a.start(SagaContext(ORDER))
        stale = await b.storage.load(uuid)
        await a.answer(uuid, {"code": "007"})
        before = row(dsn)
        stale.context.note = "B"
        for refused in (b.storage.store(stale), b.storage.delete(stale)):
            with pytest.raises(ConcurrentExecutionException, match=f"{uuid}.*since it was loaded"):
                await refused
        assert row(dsn) == before
        fresh = await b.storage.load(uuid)
        for _ in range(3):
            await b.storage.store(fresh)
        await a.storage.delete(uuid)
        for refused in (b.storage.store(fresh), b.storage.delete(fresh)):
            with pytest.raises(ConcurrentExecutionException):
                await refused
        assert row(dsn) == []


async def test_a_saga_that_pauses_in_memory_is_stored_under_new_versions(dsn: str) -> None:
    async with running_shop(dsn) as shop:
        execution = await shop.storage.load(await shop.start(SagaContext(ORDER)))
        versions = set()
        for _ in range(3):
            await shop.storage.store(execution)
            versions.add(sql(dsn, "SELECT version FROM saga_execution")[0])
        assert len(versions) == 3
        started, stored = sql(dsn, "SELECT started, stored FROM saga_execution")[0]
        assert started < stored


async def test_one_answer_to_both_at_once_goes_on_once(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicas, "_PATIENCE", 600)  # on a machine that is slow, too
    chance = random.Random(7)
    async with running_shop(dsn) as a, running_shop(dsn) as b:
        for turn in range(20):
            uuid = await a.start(SagaContext(ORDER))
            SEEN.clear()
            message = answer_to(b, {"code": "007"})
            answers = (late(shop, message, turn * chance.random() / 500) for shop in (a, b, a, b))
            results = await asyncio.gather(*answers, return_exceptions=True)
            refused = [one for one in results if isinstance(one, ConcurrentExecutionException)]
            assert len(refused) == 3 and "does not wait for this answer" in str(refused[0]), results
            assert [name for name, _, _ in SEEN].count("charge") == 1
            assert (await b.storage.load(uuid)).context.reservation == {"code": "007"}


async def test_answers_to_both_while_connections_are_lost(dsn: str) -> None:
    chance, answers = random.Random(7), ({"code": "007"}, {"receipt": "01", "amount": 23.0})
    async with running_shop(dsn) as a, running_shop(dsn) as b:
        for _ in range(6):
            await a.start(SagaContext(ORDER))
            for content in answers:
                message = answer_to(b, content, *sql(dsn, "SELECT awaits FROM saga_execution")[0])
                working = asyncio.gather(deliver(a, message), deliver(b, message), return_exceptions=True)
                while not working.done():
                    await asyncio.sleep(chance.random() / 20)
                    await asyncio.to_thread(terminate, dsn)
                went_on = [one for one in await working if not isinstance(one, Exception)]
                assert went_on, await working
            # The callbacks may have run in both, which had lost their claims; what is stored is of one.
            assert went_on[0].status == SagaStatus.Finished and row(dsn) == []


async def late(shop: Shop, message: Any, seconds: float) -> Any:
    # Now all at once, now one after the other.
    await asyncio.sleep(seconds)
    return await deliver(shop, message)


async def test_an_answer_that_comes_before_the_run_that_asked_has_stored(dsn: str) -> None:
    async with running_shop(dsn) as a, running_shop(dsn) as b:
        await a.start(SagaContext(ORDER))
        early: list[Any] = []
        publish = b.publisher.send  # minos injects what was wired last

        async def send(message: Any) -> None:
            await publish(message)
            if message.topic == "Charge":
                answer = answer_to(b, {"receipt": "01", "amount": 23.0})
                early.append(asyncio.ensure_future(deliver(b, answer)))
                await asyncio.sleep(0.2)  # B has long got it; A has not stored yet

        b.publisher.send = send
        await deliver(a, answer_to(b, {"code": "007"}))
        assert (await early[0]).status == SagaStatus.Finished and row(dsn) == []


async def test_answers_to_requests_that_nobody_stored_are_refused(dsn: str) -> None:
    """A died after it had sent the request, and before it stored: B sends another, and takes the answer to that."""
    async with running_shop(dsn) as a, running_shop(dsn) as b:
        uuid = await a.start(SagaContext(ORDER))
        answer = answer_to(b, {"code": "007"})
        before = sql(dsn, "SELECT to_jsonb(saga_execution) FROM saga_execution")
        await deliver(a, answer)
        orphan = answer_to(b, {"receipt": "of A", "amount": 23.0})
        sql(dsn, "DELETE FROM saga_execution")
        sql(
            dsn,
            "INSERT INTO saga_execution SELECT * FROM jsonb_populate_record(NULL::saga_execution, %s)",
            Jsonb(before[0][0]),
        )
        for place in (0, 1):
            with pytest.raises(ConcurrentExecutionException):
                await deliver(b, orphan)
            if not place:
                await deliver(b, answer)
        execution = await deliver(b, answer_to(b, {"receipt": "of B", "amount": 23.0}))
        assert execution.uuid == uuid and execution.context.payment["receipt"] == "of B"


async def test_a_claim_ends_with_the_run_however_that_ends(dsn: str) -> None:
    async with running_shop(dsn) as shop:
        uuid = await shop.start(SagaContext(ORDER))
        await shop.answer(uuid, {"code": "007"})
        assert claims(dsn) == 0
        with pytest.raises(SagaFailedExecutionException):
            await shop.answer(uuid, {"fails": True})
        assert sql(dsn, "SELECT status FROM saga_execution") == [("errored",)]
        assert claims(dsn) == 0


async def test_a_claim_that_was_lost_with_its_connection_lets_nothing_stale_in(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_shop(dsn) as a, running_shop(dsn) as b:
        uuid = await a.start(SagaContext(ORDER))
        pool = a.storage.database_pool
        async with pool.acquire() as client:
            assert await client.claim(uuid)
        monkeypatch.setattr(replicas, "_PATIENCE", 0.1)
        with pytest.raises(ConcurrentExecutionException, match=r"going on with it for 0\.1 s"):
            await b.answer(uuid, {"code": "007"})
        stale = await a.storage.load(uuid)
        terminate(dsn)
        monkeypatch.undo()
        await b.answer(uuid, {"code": "007"})
        with pytest.raises(ConcurrentExecutionException):
            await a.storage.store(stale)
        await client.release(uuid)
        assert (await a.storage.load(uuid)).status == SagaStatus.Paused


async def test_a_store_whose_answer_was_lost_is_not_refused_when_it_is_tried_again(dsn: str) -> None:
    async with running_shop(dsn) as shop:
        execution = await shop.storage.load(await shop.start(SagaContext(ORDER)))
        version = execution._stand[0]
        factory = shop.storage.database_operation_factory
        operation = factory.build_store(**execution.raw, version=version)
        for _ in range(2):
            await shop.storage.execute_on_database(operation)
        with pytest.raises(ConcurrentExecutionException):
            await shop.storage.execute_on_database(factory.build_store(**execution.raw, version=version))


async def test_without_the_plug_minos_stores_as_it_does(dsn: str) -> None:
    async with running_shop(dsn) as shop:
        execution = await shop.storage.load(await shop.start(SagaContext(ORDER)))
        deactivate()
        try:
            await shop.storage.store(execution)
            assert (await shop.storage.load(execution.uuid)).status == SagaStatus.Paused
            await shop.storage.delete(execution)
        finally:
            activate()
        assert row(dsn) == []
