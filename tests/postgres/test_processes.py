"""Replicas as they are: processes over one server, which die, and get answers twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from minos.saga import SagaStatus

from tests.support.exact import picture
from tests.support.faults.corpus import THOROUGH
from tests.support.postgres import sql
from tests.support.replica import ANSWERS, FAILS, TABLES, expected
from tests.support.sagas.sagas import running_shop

ROOT = Path(__file__).parents[2]
SAGAS, KILLS = (2_000, 60) if THOROUGH else (200, 3)
LONGEST = 900 if THOROUGH else 300


class Replicas(list[Any]):
    """Processes of one service.

    :param dsn: Their database.
    """

    def __init__(self, dsn: str):
        super().__init__()
        self.dsn = dsn
        sql(dsn, TABLES)

    def add(self, seeds: str = "0", does: str = "work") -> Any:
        # Not run as a script: the callbacks must have the names by which other processes find them.
        code = "import sys; from tests.support.replica import main; main(*sys.argv[1:])"
        command = [sys.executable, "-W", "ignore", "-c", code, self.dsn, seeds, does]
        self.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return self[-1]

    def ready(self) -> None:
        for one in self:
            if one.stdout.readline() != "ready\n":
                raise AssertionError(one.stderr.read())

    def kill(self, one: Any) -> None:
        one.send_signal(signal.SIGKILL)
        assert one.wait() == -signal.SIGKILL, one.stderr.read()
        one.stdout.close()
        one.stderr.close()
        self.remove(one)

    def until_all_is_done(self) -> None:
        end = time.monotonic() + LONGEST
        while sql(self.dsn, "SELECT 1 FROM message LIMIT 1"):
            assert time.monotonic() < end, sql(
                self.dsn, "SELECT status, step, count(*) FROM saga_execution GROUP BY 1, 2"
            )
            time.sleep(0.05)


@contextmanager
def replicas(dsn: str) -> Iterator[Replicas]:
    found = Replicas(dsn)
    try:
        yield found
    finally:
        for one in [*found]:
            found.kill(one)


async def each_ended_once_and_exact(dsn: str, count: int) -> None:
    finished: dict[int, set[str]] = {}
    for seed, context in sql(dsn, "SELECT seed, context FROM ending"):
        finished.setdefault(seed, set()).add(context)
    assert sorted(finished) == [seed for seed in range(count) if seed % FAILS]
    for seed, contexts in finished.items():
        assert contexts == {repr(picture(dict(expected(seed, ANSWERS))))}
    async with running_shop(dsn) as shop:
        compensated = [await shop.storage.load(uuid) for (uuid,) in sql(dsn, "SELECT uuid FROM saga_execution")]
    assert sorted(one.context["seed"] for one in compensated) == [*range(0, count, FAILS)]
    for one in compensated:
        assert one.status == SagaStatus.Errored
        assert picture(dict(one.context)) == picture(dict(expected(one.context["seed"], ANSWERS - 1)))


def requests(dsn: str) -> dict[Any, int]:
    """Count how often each request was sent."""
    rows = sql(dsn, "SELECT seed, topic, step, count(*) FROM request GROUP BY 1, 2, 3")
    return {(seed, topic, step): times for seed, topic, step, times in rows}


async def test_paused_by_one_that_is_killed_and_finished_by_another(dsn: str) -> None:
    with replicas(dsn) as found:
        a = found.add("1:2", "wait")
        found.ready()
        assert sql(dsn, "SELECT status FROM saga_execution") == [("paused",)]
        found.kill(a)
        found.add()
        found.ready()
        found.until_all_is_done()
    assert sql(dsn, "SELECT * FROM saga_execution") == []
    assert sql(dsn, "SELECT * FROM ending") == [(1, repr(picture(dict(expected(1, ANSWERS)))))]


async def test_every_answer_to_two_at_the_same_time(dsn: str) -> None:
    with replicas(dsn) as found:
        found.add("0:15")
        found.add()
        found.ready()
        found.until_all_is_done()
    await each_ended_once_and_exact(dsn, 15)
    # Nothing was asked for twice, though answers came twice. Each step is undone.
    assert {(topic, times) for (_, topic, _), times in requests(dsn).items()} == {("Do", 1), ("Undo", ANSWERS)}
    assert len(sql(dsn, "SELECT * FROM ending")) == 10


async def test_many_sagas_over_replicas_that_are_killed(dsn: str) -> None:
    chance = random.Random(7)
    with replicas(dsn) as found:
        found.add(f"0:{SAGAS}", "wait")
        found.ready()
        found.kill(found[0])
        assert sql(dsn, "SELECT count(*) FROM saga_execution WHERE status = 'paused'") == [(SAGAS,)]
        for _ in range(4):
            found.add()
        found.ready()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.6))
            found.kill(chance.choice(found))
            found.add()
        found.until_all_is_done()
    await each_ended_once_and_exact(dsn, SAGAS)
    asked = requests(dsn)
    assert len(asked) == ANSWERS * SAGAS + len(range(0, SAGAS, FAILS))
