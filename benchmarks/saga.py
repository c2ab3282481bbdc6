"""A real saga, through SagaManager and LMDB: placed, paused on disk, resumed by the answer, and finished."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, Callable, Optional
from unittest.mock import patch

from minos.aggregate import InMemoryTransactionRepository
from minos.common import Config, DatabaseClientPool, DependencyInjector
from minos.networks import BrokerClientPool, InMemoryBrokerPublisher
from minos.plugins.lmdb import LmdbDatabaseClient
from minos.saga import DatabaseSagaExecutionRepository, Saga, SagaContext, SagaManager, SagaRequest, SagaResponse

from examples.shop.infrastructure import LocalLockPool

from .data import order


class Stopwatch:
    """Stopwatch class: the seconds that are spent in some functions.

    :param clock: Tells the time.
    """

    def __init__(self, clock: Callable[[], float] = perf_counter):
        self.clock = clock
        self.seconds = 0.0

    def on(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Put the watch on a function.

        :param function: The function.
        :return: The same, timed.
        """

        def timed(*args: Any, **kwargs: Any) -> Any:
            start = self.clock()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += self.clock() - start

        return timed


def _check(context: SagaContext) -> SagaContext:
    context["total"] = 99.99
    return context


def _reserve(context: SagaContext) -> SagaRequest:
    return SagaRequest("ReserveItems", {"order_id": context["order_id"]})


async def _reserved(context: SagaContext, response: SagaResponse) -> SagaContext:
    context["reservation"] = await response.content()
    return context


def _confirm(context: SagaContext) -> SagaContext:
    context["status"] = "confirmed"
    return context


def build() -> Saga:
    """Build the saga: a step, one that asks another service, and another step."""
    saga = Saga()
    saga.local_step().on_execute(_check)
    saga.remote_step().on_execute(_reserve).on_success(_reserved)
    saga.local_step().on_execute(_confirm)
    return saga.commit()


@asynccontextmanager
async def running(builder: Any) -> AsyncIterator[SagaManager]:
    """Run what minos needs for sagas.

    :param builder: Builds the clients of the database.
    :return: The manager of the sagas.
    """
    config = Config(Path(__file__).parents[1] / "examples" / "shop" / "config.yml")
    async with DatabaseClientPool(builder) as database:
        locks = LocalLockPool()
        injections = [InMemoryBrokerPublisher(), InMemoryTransactionRepository(lock_pool=locks)]
        injector = DependencyInjector(config, injections)
        await injector.wire_and_setup_injections()
        try:
            storage = DatabaseSagaExecutionRepository(database_pool=database)
            # The pool is for the two-phase commit, which is no part of this: nothing is ever asked of it.
            async with SagaManager(storage=storage, broker_pool=BrokerClientPool({})) as manager:
                yield manager
        finally:
            await injector.unwire_and_destroy_injections()


async def cycle(manager: SagaManager, definition: Saga, values: dict[str, Any]) -> None:
    """Run a saga: it pauses on disk, and goes on with an answer.

    :param manager: The manager.
    :param definition: The saga.
    :param values: What stands in its context.
    :return: This function does not return anything.
    """
    options: Any = {"pause_on_disk": True, "autocommit": False}
    uuid = await manager.run(definition, SagaContext(**values), return_execution=False, **options)
    execution = await manager.run(response=SagaResponse({"reservation_id": "r-1"}, uuid=uuid), **options)
    if execution.context["status"] != "confirmed":
        raise RuntimeError("The saga did not finish")


@contextmanager
def _watched(watch: Stopwatch) -> Iterator[None]:
    """Put the watch on all that minos.saga does with contexts: the copies of the steps, writing and reading."""
    import minos.saga.executions.saga as execution
    from minos.saga.executions.executors import local, request, response

    cls: Any = type(SagaContext())
    write = next(vars(base)["avro_str"] for base in cls.__mro__ if "avro_str" in vars(base)).fget
    read = watch.on(SagaContext.from_avro_str)
    with ExitStack() as stack:
        for module in (local, request, response):
            stack.enter_context(patch.object(module, "SagaContext", watch.on(SagaContext)))
        reader = type("Reader", (), {"from_avro_str": staticmethod(read)})
        stack.enter_context(patch.object(execution, "SagaContext", reader))
        stack.enter_context(patch.object(cls, "avro_str", property(watch.on(write))))
        yield


async def _run(count: int, parent: Optional[str]) -> tuple[float, float]:
    # In memory nothing is waited for, and other processes need not count; a disk's time is no processor's.
    watch, definition = Stopwatch(process_time if parent else perf_counter), build()
    with TemporaryDirectory(dir=parent) as folder:
        builder = LmdbDatabaseClient.get_builder().with_kwargs({"path": str(Path(folder) / "sagas.lmdb")})
        async with running(builder) as manager:
            await cycle(manager, definition, order())
            with _watched(watch):
                start = watch.clock()
                for _ in range(count):
                    await cycle(manager, definition, order())
                return (watch.clock() - start) / count, watch.seconds / count


def measure(count: int, parent: Optional[str] = None) -> tuple[float, float]:
    """Run sagas, one after another.

    :param count: How many.
    :param parent: Where to make the folder of the database, if not where temporary files go.
    :return: The seconds that one takes, and those of them that are spent in its contexts.
    """
    logging.disable(logging.CRITICAL)
    return asyncio.run(_run(count, parent))
