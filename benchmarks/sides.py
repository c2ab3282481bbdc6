"""The sides of the comparison, seen from outside.

pyperf would start a process for each benchmark and run it to its end before the next one, so that minutes lie between
stock's and ours; and a machine's speed changes by more than a tenth in that time. Here all sides stay open and take
turns, which pyperf's processes cannot; what it does inside of them is ``timeit``'s, and so it is here.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

ROOT = Path(__file__).parents[1]
SIDES = ("stock", "ours", "peers")


def environment() -> dict[str, str]:
    """Give the environment in which a side runs: the modules of this checkout can be imported, and nothing warns."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "ignore", "TZ": "UTC"}


class Side:
    """A process that measures one side; it ends with the ``with`` block.

    :param name: The side: one of ``SIDES``.
    """

    def __init__(self, name: str):
        command = [sys.executable, "-m", "benchmarks.worker", "--side", name]
        self._name = name
        self._process = Popen(command, cwd=ROOT, env=environment(), stdin=PIPE, stdout=PIPE, text=True)

    def __enter__(self) -> Side:
        return self

    def __exit__(self, *args: Any) -> None:
        if args[0] is not None:
            self._process.kill()
        with self._process:
            pass

    def ask(self, **question: Any) -> Any:
        """Ask the process.

        :param question: What it is to measure: a method of its worker, by the name of the first argument.
        :return: What it measured.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The side {self._name!r} ended at {question}")
        return json.loads(line)


def measure(jobs: Iterable[tuple[str, str]], rounds: int, samples: int = 3) -> dict[tuple[str, str], float]:
    """Time jobs on their sides, in turns: a machine that slows down for a while does so for all of them.

    :param jobs: Pairs of side and job.
    :param rounds: How many times to go round.
    :param samples: How many samples to take of a job at a time.
    :return: The least seconds of each.
    """
    wanted = list(dict.fromkeys(jobs))
    found: dict[tuple[str, str], float] = {}
    with ExitStack() as stack:
        sides = {name: stack.enter_context(Side(name)) for name in dict.fromkeys(side for side, _ in wanted)}
        for _ in range(rounds):
            for side, job in wanted:
                seconds = sides[side].ask(job=job, samples=samples)
                found[side, job] = min(seconds, found.get((side, job), seconds))
    return found


def sizes(names: Iterable[str]) -> dict[tuple[str, str], int]:
    """Find the sizes of contexts as both sides store them.

    :param names: The names of the contexts.
    :return: Sizes by side and name.
    """
    with Side("stock") as stock, Side("ours") as ours:
        sides = {"stock": stock, "ours": ours}
        return {(label, name): side.ask(size=name) for name in names for label, side in sides.items()}


def shops(lines: Iterable[int], count: int, rounds: int) -> dict[tuple[str, int], dict[str, float]]:
    """Time whole sagas of the example shop: see shop.py.

    :param lines: How many lines the orders have.
    :param count: How many sagas to run at a time.
    :param rounds: How many times to go round.
    :return: The seconds of the fastest, by part; by side and lines.
    """
    found: dict[tuple[str, int], dict[str, float]] = {}
    with Side("stock") as stock, Side("ours") as ours:
        for _ in range(rounds):
            for number in lines:
                for label, side in (("stock", stock), ("ours", ours)):
                    parts = side.ask(shop=number, count=count)
                    known = found.setdefault((label, number), parts)
                    found[label, number] = {part: min(seconds, known[part]) for part, seconds in parts.items()}
    return found


def sagas(count: int, rounds: int) -> dict[tuple[str, str], tuple[float, float]]:
    """Time a real saga, with the database in memory, where there is such a place, and on disk.

    :param count: How many sagas to run at a time.
    :param rounds: How many times to go round.
    :return: The least seconds of one, and those of them that its contexts take, by side and place.
    """
    memory = "/dev/shm"
    places = {**({"memory": memory} if os.access(memory, os.W_OK) else {}), "disk": None}
    found: dict[tuple[str, str], tuple[float, float]] = {}
    with Side("stock") as stock, Side("ours") as ours:
        for _ in range(rounds):
            for place, parent in places.items():
                for label, side in (("stock", stock), ("ours", ours)):
                    seconds = tuple(side.ask(saga=count, parent=parent))
                    found[label, place] = min(seconds, found.get((label, place), seconds))
    return found
