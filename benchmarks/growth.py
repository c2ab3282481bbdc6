"""Time and peak memory of writing and reading a context, by the number of its values."""

from __future__ import annotations

import tracemalloc
from time import process_time
from typing import Any, Callable

from .data import values_of

#: The numbers of values. At the last one, stock takes seconds.
SIZES = (10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)


def _there_and_back(side: str, size: int) -> Callable[[], Any]:
    values = values_of(str(size))
    if side == "peers":
        import jsonpickle

        return lambda: jsonpickle.decode(jsonpickle.encode(values, keys=True), keys=True)
    from minos.saga import SagaContext

    context = SagaContext(**values)
    return lambda: SagaContext.from_avro_str(context.avro_str)


def measure(side: str, size: int, samples: int) -> tuple[float, int]:
    """Write a context of some size, and read it.

    :param side: The side.
    :param size: The number of values.
    :param samples: How often, at least; for a tenth of a second in any case.
    :return: The least seconds, and the bytes of memory that were in use at the most.
    """
    work = _there_and_back(side, size)
    work()
    times: list[float] = []
    while len(times) < samples or sum(times) < 0.1:
        start = process_time()
        work()
        times.append(process_time() - start)
    # Apart from the time, as watching the memory costs some.
    tracemalloc.start()
    try:
        work()
        return min(times), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
