"""SIGKILL at any moment: every execution in the store loads, with the exact context of one of its steps."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import lmdb
from minos.saga import SagaStatus

from tests.support.exact import picture
from tests.support.faults.corpus import THOROUGH
from tests.support.faults.killed import JOURNAL, expected
from tests.support.sagas.sagas import running_shop

KILLS = 200 if THOROUGH else 12
ROOT = Path(__file__).parents[2]


def run_and_kill(folder: Path, start: int, delay: float) -> None:
    """Run the service; kill it so many seconds after it has gone on with all that it found, and begun a saga."""
    # Not run as a script: the callbacks must have the names by which this process finds them.
    code = "import sys; from tests.support.faults.killed import main; main(*sys.argv[1:])"
    command = [sys.executable, "-c", code, str(folder), str(start)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline() if process.stdout else ""
        if line != "ready\n":
            process.kill()
            raise AssertionError(process.stderr.read() if process.stderr else "")
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


def stored(folder: Path) -> list[UUID]:
    """Find the executions that are in the store, by looking into it."""
    with lmdb.open(str(folder / "sagas.lmdb"), max_dbs=100, readonly=True, lock=False) as store:
        names = [name for name, _ in store.begin().cursor()]
        tables = [store.open_db(name, create=False) for name in names]
        return [UUID(key.decode()) for table in tables for key, _ in store.begin(db=table).cursor()]


async def test_killed_at_any_moment(tmp_path: Path) -> None:
    chance, found, begun = random.Random(5), 0, set()
    for kill in range(KILLS):
        run_and_kill(tmp_path, kill * 100_000, chance.uniform(0, 0.25))
        journal = dict(line.split(":")[::-1] for line in (tmp_path / JOURNAL).read_text().split())
        async with running_shop(tmp_path) as shop:
            for uuid in stored(tmp_path):
                execution = await shop.storage.load(uuid)
                assert execution.status == SagaStatus.Paused
                context = execution.context
                # Killed between the store and the journal: the context itself tells which saga it is.
                assert int(journal.get(str(uuid), context["seed"])) == context["seed"]
                assert len(context["steps"]) == len(execution.executed_steps)
                assert picture(dict(context)) == picture(dict(expected(context["seed"], len(context["steps"]))))
                found += 1
                begun.add(len(context["steps"]))
                if str(uuid) not in journal:
                    await shop.storage.delete(uuid)  # Nobody would go on with it.
    assert found >= KILLS // 3, found
    assert len(begun) > 2, begun
