"""The whole saga of the example shop: an order, two remote steps, and the commit; all services in one process.

Seven messages go through a broker that only carries their bytes. What is counted is the time of the processor.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from types import ModuleType
from typing import Any, Callable
from unittest.mock import patch

from minos.common import Config, EntrypointLauncher, Inject, Model
from minos.networks import BrokerMessage, BrokerMessageV1, BrokerMessageV1Payload
from minos.plugins.lmdb import LmdbDatabaseClient
from minos.saga import SagaContext, SagaExecution, SagaManager

from examples.orders import ORDER
from examples.shop.infrastructure import BROKER
from examples.shop.order import place_order

#: The parts of the account, in the order of the report.
PARTS = (
    *("building messages", "encoding them", "decoding them", "texts of them for logs"),
    *("contexts", "the rest of executions", "LMDB", "injections and configuration"),
)
_BUILDING, _ENCODING, _DECODING, _TEXTS, _CONTEXTS, _EXECUTIONS, _LMDB, _INJECTIONS = PARTS


class Watch:
    """Tells how long functions took, without what others that are watched took within them."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(PARTS, 0.0)
        self._open: list[list[Any]] = []

    def on(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Put the watch on a function.

        :param part: The part that its time belongs to.
        :param function: The function.
        :return: The same, timed.
        """

        def timed(*args: Any, **kwargs: Any) -> Any:
            start, within = process_time(), [0.0]
            self._open.append(within)
            try:
                return function(*args, **kwargs)
            finally:
                self._open.pop()
                taken = process_time() - start
                self.seconds[part] += taken - within[0]
                if self._open:
                    self._open[-1][0] += taken

        return timed


def _owner(cls: Any, name: str) -> Any:
    return next(vars(base)[name] for base in cls.__mro__ if name in vars(base))


@contextmanager
def _watched(watch: Watch) -> Iterator[None]:
    import minos.saga.executions.saga as execution
    from minos.saga.executions.executors import local, request, response

    context: Any = type(SagaContext())
    read = watch.on(_CONTEXTS, SagaContext.from_avro_str)
    patches: list[tuple[Any, str, Any]] = [
        *((cls, "__init__", watch.on(_BUILDING, cls.__init__)) for cls in (BrokerMessageV1, BrokerMessageV1Payload)),
        (BrokerMessageV1, "avro_bytes", property(watch.on(_ENCODING, _owner(Model, "avro_bytes").fget))),
        (BrokerMessage, "from_avro_bytes", staticmethod(watch.on(_DECODING, BrokerMessage.from_avro_bytes))),
        (Model, "__repr__", watch.on(_TEXTS, Model.__repr__)),
        *((module, "SagaContext", watch.on(_CONTEXTS, SagaContext)) for module in (local, request, response)),
        (execution, "SagaContext", type("Reader", (), {"from_avro_str": staticmethod(read)})),
        (context, "avro_str", property(watch.on(_CONTEXTS, _owner(context, "avro_str").fget))),
        (SagaExecution, "raw", property(watch.on(_EXECUTIONS, _owner(SagaExecution, "raw").fget))),
        (SagaExecution, "from_raw", staticmethod(watch.on(_EXECUTIONS, SagaExecution.from_raw))),
        *(
            (LmdbDatabaseClient, name, watch.on(_LMDB, getattr(LmdbDatabaseClient, name)))
            for name in ("_create", "_read", "_update", "_delete")
        ),
        (Inject, "_inject_on_kwargs", watch.on(_INJECTIONS, Inject._inject_on_kwargs)),
        (Inject, "resolve", staticmethod(watch.on(_INJECTIONS, Inject.resolve))),
        (Config, "get_by_key", watch.on(_INJECTIONS, Config.get_by_key)),
    ]
    if (copy := getattr(context, "__copy__", None)) is not None:  # stock makes none at the end of a step
        patches.append((context, "__copy__", watch.on(_CONTEXTS, copy)))
    with ExitStack() as stack:
        for owner, name, replacement in patches:
            stack.enter_context(patch.object(owner, name, replacement))
        yield


@contextmanager
def _launched() -> Iterator[Callable[[dict[str, Any], int], float]]:
    """Run the shop; give what places an order so many times, one after another, and tells the seconds of one."""
    if "minos_saga_context" not in sys.modules:
        # The launcher imports all plugins that it finds: ours is not to be found on stock's side.
        sys.modules.setdefault("minos.plugins.saga_context", ModuleType("saga_context"))
        if sys.version_info >= (3, 13):
            BrokerMessage.version = BrokerMessageV1.version = 1  # without it, none can be sent
    launcher = EntrypointLauncher.from_config(Config(Path(__file__).parents[1] / "examples" / "shop" / "config.yml"))
    launcher.graceful_launch()
    storage = Inject.resolve(SagaManager).storage
    finished, delete = asyncio.Event(), storage.delete

    async def delete_and_tell(*args: Any) -> None:
        await delete(*args)
        finished.set()

    async def run(order: dict[str, Any], count: int) -> float:
        start = process_time()
        for _ in range(count):
            finished.clear()
            await place_order(order)
            await asyncio.wait_for(finished.wait(), 30)
        return (process_time() - start) / count

    storage.delete = delete_and_tell
    try:
        yield lambda order, count: launcher.loop.run_until_complete(run(order, count))
    finally:
        launcher.graceful_shutdown()


def _order(lines: int) -> dict[str, Any]:
    item: Any = ORDER["items"][0]  # type: ignore[index]
    return {
        **ORDER,
        "items": [{**item, "sku": f"ITEM{number}", "price": 1.0, "quantity": 1} for number in range(lines)],
    }


def measure(lines: int, count: int) -> dict[str, float]:
    """Run sagas of orders, one after another.

    :param lines: How many lines an order has.
    :param count: How many orders.
    :return: The seconds of one, by part, and ``in all``, which is measured without the watches.
    """
    logging.disable(logging.CRITICAL)
    BROKER.latency = 0.0
    memory, before = "/dev/shm", Path.cwd()
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        os.chdir(folder)
        try:
            with _launched() as place:
                place(_order(lines), 3)
                whole, watch = place(_order(lines), count), Watch()
                with _watched(watch):
                    place(_order(lines), count)
        finally:
            os.chdir(before)
    return {"in all": whole, **{part: seconds / count for part, seconds in watch.seconds.items()}}
