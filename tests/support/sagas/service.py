"""A minos service in this process, with a real LMDB and a broker that only records; and sagas to run in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Union

from minos.common import Config, DependencyInjector
from minos.saga import Saga, SagaContext, SagaManager, SagaRequest, SagaResponse

_CONFIG = """
version: 2
name: tests
databases:
  default:
    client: minos.plugins.lmdb.LmdbDatabaseClient
    path: {path}
interfaces:
  http: {{}}
  broker:
    publisher:
      client: minos.networks.InMemoryBrokerPublisher
    subscriber:
      client: minos.networks.InMemoryBrokerSubscriber
pools:
  lock: examples.shop.infrastructure.LocalLockPool
  database: minos.common.DatabaseClientPool
  broker: minos.networks.BrokerClientPool
aggregate:
  entities: []
  repositories:
    transaction: examples.shop.infrastructure.LocalTransactionRepository
    event: minos.aggregate.InMemoryEventRepository
saga:
  manager: minos.saga.SagaManager
"""


@asynccontextmanager
async def service(store: Path) -> AsyncIterator[SagaManager]:
    """Run a service.

    :param store: Where it keeps its executions.
    :return: Its saga manager.
    """
    store.parent.mkdir(parents=True, exist_ok=True)
    path = store.with_suffix(".yml")
    path.write_text(_CONFIG.format(path=store))
    config = Config(path)
    injector = DependencyInjector(config, config.get_injections())
    await injector.wire_and_setup_injections()
    try:
        yield injector.saga_manager
    finally:
        await injector.unwire_and_destroy_injections()


async def run(manager: SagaManager, saga: Saga, context: Any = None, **kwargs: Any) -> Any:
    """Run a saga, or go on with one, without the commit, which would ask other services."""
    kwargs = {"pause_on_disk": True, "autocommit": False, "raise_on_error": False, **kwargs}
    return await manager.run(saga, context, **kwargs)


def answer(uuid: Any, content: Any, status: int = 200) -> SagaResponse:
    """Build the answer that another service gives to a remote step."""
    return SagaResponse(content, {"other"}, status, uuid)


def check(context: SagaContext) -> SagaContext:
    context["total"] = Decimal("23.50")
    context["stock"]["checked"] = True
    return context


def uncheck(context: SagaContext) -> SagaContext:
    context["stock"]["checked"] = False
    return context


def ask(context: SagaContext) -> SagaRequest:
    return SagaRequest("ChargeOrder", {"amount": float(context["total"])})


async def charged(context: SagaContext, response: SagaResponse) -> SagaContext:
    context["payment"] = await response.content()
    context["stock"]["items"].append("B")
    return context


def refused(context: SagaContext, response: SagaResponse) -> Union[SagaContext, Exception]:
    return ValueError(f"Refused for {context['payment_token']}")


def release(context: SagaContext) -> SagaRequest:
    return SagaRequest("ReleaseOrder", {"amount": float(context["total"])})


def confirm(context: SagaContext) -> None:
    context["status"] = "confirmed"


def fail(context: SagaContext) -> SagaContext:
    context["stock"]["items"].clear()
    raise ValueError(f"Not with {context['payment_token']}")


def is_large(context: SagaContext) -> bool:
    return bool(context["total"] > 20)


def order() -> SagaContext:
    """Build the context of an order."""
    return SagaContext(order_id=7, stock={"items": ["A"], "checked": False}, payment_token="tok_12345678")


def local_saga() -> Saga:
    saga = Saga()
    saga.local_step().on_execute(check).on_failure(uncheck)
    saga.local_step().on_execute(confirm)
    return saga.commit()


def remote_saga() -> Saga:
    saga = Saga()
    saga.local_step().on_execute(check).on_failure(uncheck)
    saga.remote_step().on_execute(ask).on_success(charged).on_error(refused).on_failure(release)
    saga.local_step().on_execute(confirm)
    return saga.commit()


def failing_saga() -> Saga:
    saga = Saga()
    saga.local_step().on_execute(check).on_failure(uncheck)
    saga.local_step().on_execute(fail)
    return saga.commit()


def conditional_saga() -> Saga:
    saga = Saga()
    saga.local_step().on_execute(check)
    saga.conditional_step().if_then(is_large, Saga().local_step(confirm).commit())
    return saga.commit()
