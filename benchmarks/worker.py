"""One side of the comparison, in a process of its own: it is asked, one JSON line each, and answers with numbers.

Stock's process never imports our package, and ours does it as a service would.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from timeit import Timer
from typing import Any, Callable

#: Seconds that one sample is to take: thousands of times what the clock costs, and short enough for a quiet moment.
_SAMPLE = 0.005
#: Seconds from which on a job is run once a round.
_SLOW = 0.05


class Job:
    """A job, prepared once and timed round by round.

    :param timer: Its timer.
    """

    def __init__(self, timer: Timer):
        self._timer = timer
        self._number = 0
        self._is_slow = False

    def round(self, samples: int) -> float:
        """Time the job.

        :param samples: How often.
        :return: The least seconds that it took: what disturbs a measurement can only add to it.
        """
        if not self._number:
            self._number, seconds = 1, self._timer.timeit(1)
            self._is_slow = seconds > _SLOW
            while seconds < _SAMPLE:
                self._number = max(2 * self._number, int(self._number * _SAMPLE / max(seconds, 1e-9)))
                seconds = self._timer.timeit(self._number)
        return min(self._timer.repeat(1 if self._is_slow else samples, self._number)) / self._number


class Worker:
    """What answers the questions.

    :param side: The side that it stands on.
    """

    def __init__(self, side: str):
        self._side = side
        self._jobs: dict[str, Job] = {}

    def job(self, job: str, samples: int) -> float:
        """Time a job: see jobs.py."""
        from . import jobs

        if job not in self._jobs:
            self._jobs[job] = Job(jobs.peer_timer(job) if self._side == "peers" else jobs.timer(job))
        return self._jobs[job].round(samples)

    def size(self, size: str) -> int:
        """Give the length of the text that is stored of a context."""
        from minos.saga import SagaContext

        from .data import values_of

        return len(SagaContext(**values_of(size)).avro_str)

    def saga(self, saga: int, parent: str) -> tuple[float, float]:
        """Run sagas: see saga.py."""
        from .saga import measure

        return measure(saga, parent)

    def shop(self, shop: int, count: int) -> dict[str, float]:
        """Run whole sagas: see shop.py."""
        from .shop import measure

        return measure(shop, count)

    def growth(self, growth: int, samples: int) -> tuple[float, int]:
        """Write and read a context of some size: see growth.py."""
        from .growth import measure

        return measure(self._side, growth, samples)


def main() -> None:
    """Answer until there are no more questions."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--side", choices=("stock", "ours", "peers"), required=True)
    side = parser.parse_args().side
    if side != "stock":
        import minos_saga_context  # noqa: F401 - plugs itself in

    worker = Worker(side)
    for line in sys.stdin:
        question: dict[str, Any] = json.loads(line)
        answer: Callable[..., Any] = getattr(worker, next(iter(question)))
        print(json.dumps(answer(**question)), flush=True)
        if side == "stock" and "minos_saga_context" in sys.modules:
            raise RuntimeError("Our package got into stock's process")


if __name__ == "__main__":
    main()
