"""The client where something fails: lost connections, a server that is down or frozen, statements that end early."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import psutil
import psycopg
import pytest
from minos.common import ConnectionException
from minos.saga import SagaContext, SagaStatus
from psycopg.conninfo import conninfo_to_dict

from minos_saga_context.postgres import schema
from tests.support.postgres import FACTORY, client, raw, server, sql, terminate
from tests.support.sagas.sagas import ORDER, SAGA, running_shop


async def test_a_connection_that_is_lost_while_the_table_is_made(dsn: str) -> None:
    async with client(dsn) as found:
        with psycopg.connect(dsn) as other:
            other.execute(schema.TURN)
            making = asyncio.ensure_future(found.execute(FACTORY.build_store(uuid4(), **raw())))
            await asyncio.sleep(0.1)
            await asyncio.to_thread(terminate, dsn, other.info.backend_pid)
        await making
    assert sql(dsn, "SELECT count(*) FROM saga_execution") == [(1,)]


async def test_connections_that_were_lost_are_taken_up_again(dsn: str) -> None:
    async with running_shop(dsn) as shop:
        uuid = await shop.start(SagaContext(ORDER))
        terminate(dsn)
        await shop.answer(uuid, {"code": "007"})
        terminate(dsn)
        assert (await shop.answer(uuid, {"receipt": "01", "amount": 23.0})).status == SagaStatus.Finished


async def test_a_database_that_is_down_and_comes_back(dsn: str) -> None:
    admin, name = server(), conninfo_to_dict(dsn)["dbname"]
    uuid = uuid4()
    async with client(dsn) as impatient, client(dsn) as patient:
        for each in (impatient, patient):
            await each.execute(FACTORY.build_store(uuid, **raw({"n": 1})))
        impatient._patience = 0.5
        sql(admin, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        sql(admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", name)
        for operation in (FACTORY.build_store(uuid, **raw({"n": 2})), FACTORY.build_load(uuid)):
            with pytest.raises(ConnectionException):
                await impatient.execute(operation)
        with pytest.raises(ConnectionException):
            await impatient.claim(uuid)
        waiting = asyncio.ensure_future(patient.execute(FACTORY.build_store(uuid, **raw({"n": 3}))))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        sql(admin, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await waiting
        impatient._patience = 30
        await impatient.execute(FACTORY.build_load(uuid))
        assert SagaContext.from_avro_str((await impatient.fetch_one())["context"]) == {"n": 3}


async def test_a_database_that_would_have_its_transactions_serializable(dsn: str) -> None:
    sql(dsn, f"ALTER DATABASE {conninfo_to_dict(dsn)['dbname']} SET default_transaction_isolation = 'serializable'")
    async with running_shop(dsn) as shop:
        runs = (shop.manager.run(SAGA, SagaContext(ORDER), pause_on_disk=True) for _ in range(40))
        paused = await asyncio.gather(*runs)
        await asyncio.gather(*(shop.answer(one.uuid, {"code": "007"}) for one in paused))
    assert sql(dsn, "SELECT step, count(*) FROM saga_execution GROUP BY 1") == [("4/5 charge", 40)]


@pytest.mark.parametrize("work", ["first store", "store", "load", "delete", "claim"])
async def test_a_connection_that_is_lost_while_a_statement_runs(work: str, dsn: str) -> None:
    uuid, version = uuid4(), uuid4()
    async with client(dsn) as found:
        await found.execute(FACTORY.build_store(uuid, new=version, **raw({"n": 1})))
        operations = {
            "first store": FACTORY.build_store(uuid4(), **raw({"n": 2})),
            "store": FACTORY.build_store(uuid, version=version, **raw({"n": 2})),
            "load": FACTORY.build_load(uuid),
            "delete": FACTORY.build_delete(uuid, version),
        }
        with psycopg.connect(dsn) as other:
            other.execute("LOCK TABLE saga_execution")
            running = asyncio.ensure_future(
                found.execute(operations[work]) if work in operations else found.claim(uuid)
            )
            for _ in range(3):
                await asyncio.sleep(0.1)
                await asyncio.to_thread(terminate, dsn, other.info.backend_pid)
        assert await running in (None, True)
    rows = {"first store": [1, 2], "store": [2], "delete": []}.get(work, [1])
    assert sql(dsn, "SELECT (fields->'n')::int FROM saga_execution ORDER BY 1") == [(n,) for n in rows]


async def test_a_statement_that_is_cancelled_changes_nothing(dsn: str) -> None:
    uuid = uuid4()
    async with client(dsn) as found:
        await found.execute(FACTORY.build_store(uuid, **raw({"n": 1})))
        with psycopg.connect(dsn) as other:
            other.execute("LOCK TABLE saga_execution")
            running = asyncio.ensure_future(found.execute(FACTORY.build_store(uuid, **raw({"n": 2}))))
            await asyncio.sleep(0.1)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        await found.execute(FACTORY.build_load(uuid))
        assert SagaContext.from_avro_str((await found.fetch_one())["context"]) == {"n": 1}


async def test_a_server_that_does_not_even_cancel_is_waited_for_no_longer_than_patience(dsn: str) -> None:
    uuid = uuid4()
    async with client(dsn) as found:
        for work in (lambda: found.execute(FACTORY.build_load(uuid)), lambda: found.claim(uuid), None):
            await found.execute(FACTORY.build_load(uuid))
            # The claim of the session that was frozen ends with it, once the server sees that it was left.
            while work is None and not await found.claim(uuid):
                await asyncio.sleep(0.02)
            assert found._connection is not None
            backend = psutil.Process(found._connection.info.backend_pid)
            backend.suspend()
            try:
                found._patience = 0.3
                start = time.monotonic()
                if work is None:
                    await found.release(uuid)
                else:
                    with pytest.raises(ConnectionException):
                        await work()
                # psycopg gives a server some ten seconds to cancel.
                assert time.monotonic() - start < 5
            finally:
                backend.resume()
                found._patience = 30
