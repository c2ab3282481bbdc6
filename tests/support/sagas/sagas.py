"""A saga with every kind of step, and what minos needs to run it: a real manager, a real LMDB, a broker that answers.

Nothing here mentions this package: other processes import it too, to see what stock minos does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Optional, Union
from uuid import UUID

from minos.aggregate import InMemoryEventRepository
from minos.common import Config, DatabaseClientPool, DependencyInjector, PoolFactory
from minos.networks import BrokerMessage, BrokerMessageV1, BrokerMessageV1Payload, InMemoryBrokerPublisher
from minos.saga import (
    ConditionalSagaStep,
    ElseThenAlternative,
    IfThenAlternative,
    Saga,
    SagaContext,
    SagaManager,
    SagaRequest,
    SagaResponse,
)

from examples.shop.infrastructure import LocalLockPool, LocalTransactionRepository

CONFIG = Path(__file__).parents[3] / "examples" / "shop" / "config.yml"
#: The document's order. Stock changes the prices, the zip code and the flag.
ORDER: dict[str, Any] = {
    "order_id": 12345,
    "lines": [{"sku": "A", "qty": 2, "price": 9.5}, {"sku": "B", "qty": 1, "price": 4.0}],
    "address": {"number": 123, "zip": "01234", "gift": True},
}
#: What each callback was given: its name, the class of its context, and the context's items.
SEEN: list[tuple[str, type, dict[str, Any]]] = []


def seen(name: str, context: SagaContext) -> None:
    SEEN.append((name, type(context), dict(context)))


def total(context: SagaContext) -> SagaContext:
    seen("total", context)
    context.total = sum(line["price"] * line["qty"] for line in context.lines)
    return context


def forget_total(context: SagaContext) -> SagaContext:
    seen("forget_total", context)
    del context.total
    return context


def reserve(context: SagaContext) -> SagaRequest:
    seen("reserve", context)
    return SagaRequest("Reserve", {"lines": context.lines, "order_id": context.order_id})


async def reserved(context: SagaContext, response: SagaResponse) -> SagaContext:
    seen("reserved", context)
    context["reservation"] = await response.content()
    return context


def release(context: SagaContext) -> SagaRequest:
    seen("release", context)
    return SagaRequest("Release", context.reservation)


def is_large(context: SagaContext) -> bool:
    seen("is_large", context)
    return bool(context.total > 20)


def check_large(context: SagaContext) -> SagaContext:
    seen("check_large", context)
    context.checked = ["large", context.total]
    return context


def uncheck_large(context: SagaContext) -> SagaContext:
    seen("uncheck_large", context)
    return SagaContext(**{name: context[name] for name in context if name != "checked"})


def check_small(context: SagaContext) -> SagaContext:
    seen("check_small", context)
    context.checked = ["small", context.total]
    return context


def charge(context: SagaContext) -> SagaRequest:
    seen("charge", context)
    return SagaRequest("Charge", {"order_id": context.order_id, "amount": context.total})


async def charged(context: SagaContext, response: SagaResponse) -> Any:
    seen("charged", context)
    context.payment = await response.content()
    if context.payment.get("fails"):
        context.lines.clear()
        context.address["zip"] = None
        raise ValueError("the payment is not what was asked for")
    return context


async def refused(context: SagaContext, response: SagaResponse) -> Any:
    seen("refused", context)
    context.lines.clear()
    context.reservation["code"] = None
    return PermissionError(await response.content())


def finish(context: SagaContext) -> None:
    seen("finish", context)
    context.status = "finished"  # without a return: minos then takes the context that it handed over


LARGE = Saga().local_step(check_large).on_failure(uncheck_large).commit()
SMALL = Saga().local_step(check_small).commit()


def build() -> Saga:
    saga = Saga()
    saga.local_step(total).on_failure(forget_total)
    saga.remote_step(reserve).on_success(reserved).on_failure(release)
    saga.conditional_step(
        ConditionalSagaStep([IfThenAlternative(is_large, LARGE)], ElseThenAlternative(SMALL)),
    )
    saga.remote_step(charge).on_success(charged).on_error(refused)
    saga.local_step(finish)
    return saga.commit()


SAGA = build()


class AnsweringBroker:
    """A broker client that has the answers ready.

    :param commits: Whether the services commit.
    """

    topic = "answers"

    def __init__(self, commits: bool = True):
        self.commits = commits
        self.sent: list[BrokerMessage] = []
        self.answers: list[Any] = []
        self.status = 200
        self.uuid: Optional[UUID] = None

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[AnsweringBroker]:
        yield self

    async def send(self, message: BrokerMessage) -> None:
        self.sent.append(message)

    async def receive(self, **kwargs: Any) -> BrokerMessage:
        headers = {"saga": str(self.uuid), "related_services": "shop"}
        message = BrokerMessageV1("answers", BrokerMessageV1Payload(self.answers.pop(0), headers, self.status))
        return BrokerMessage.from_avro_bytes(message.avro_bytes)

    async def receive_many(self, count: int, **kwargs: Any) -> AsyncIterator[BrokerMessage]:
        for _ in range(count):
            yield BrokerMessageV1("answers", BrokerMessageV1Payload(None, status=200 if self.commits else 400))


class Pools(PoolFactory):  # type: ignore[misc]
    """minos's pools, but for that of the broker clients."""

    broker: AnsweringBroker

    def get_pool(self, type_: str, *args: Any, **kwargs: Any) -> Any:
        return self.broker if type_ == "broker" else super().get_pool(type_, *args, **kwargs)


class Shop:
    """A running service.

    :param injector: What minos injects.
    """

    def __init__(self, injector: DependencyInjector):
        self.manager: SagaManager = injector.saga_manager
        self.storage = self.manager.storage
        self.broker: AnsweringBroker = self.manager.broker_pool
        self.publisher: InMemoryBrokerPublisher = injector.broker_publisher

    def requests(self) -> dict[str, Any]:
        """Give the contents of the messages that were sent, as receivers get them, by their topics."""
        messages = [BrokerMessage.from_avro_bytes(message.avro_bytes) for message in self.publisher.messages]
        return {message.topic: message.content for message in messages if message.topic[0] != "_"}

    async def start(self, context: SagaContext, **kwargs: Any) -> UUID:
        """Run the saga until it pauses on disk."""
        uuid = await self.manager.run(SAGA, context, pause_on_disk=True, return_execution=False, **kwargs)
        assert isinstance(uuid, UUID)
        return uuid

    async def answer(self, uuid: UUID, content: Any, status: int = 200, **kwargs: Any) -> Any:
        """Run on with an answer."""
        response = SagaResponse(content, {"shop"}, status, uuid)
        return await self.manager.run(response=response, pause_on_disk=True, **kwargs)


def injector_of(store: Union[Path, str], commits: bool = True) -> DependencyInjector:
    """Build what minos injects into a service.

    :param store: Where the service's LMDB is; or the DSN of its PostgreSQL.
    :param commits: Whether the services of the saga commit.
    :return: The injector.
    """
    config = Config(CONFIG)
    if isinstance(store, Path):
        config._data["databases"]["default"]["path"] = str(store / "sagas.lmdb")
    else:
        client = {"client": "minos_saga_context.postgres.PostgresDatabaseClient", "dsn": store}
        config._data["databases"]["saga"] = {**client, "circuit_breaker_time": 0.2}
    pools = Pools(config, {"database": DatabaseClientPool, "lock": LocalLockPool})
    pools.broker = AnsweringBroker(commits)
    publisher = InMemoryBrokerPublisher.from_config(config)
    return DependencyInjector(
        config, [pools, publisher, LocalTransactionRepository, InMemoryEventRepository, SagaManager]
    )


@asynccontextmanager
async def running_shop(store: Union[Path, str], commits: bool = True) -> AsyncIterator[Shop]:
    """Run a service.

    :param store: Where its LMDB is; or the DSN of its PostgreSQL.
    :param commits: Whether the services of the saga commit.
    :return: The service.
    """
    injector = injector_of(store, commits)
    await injector.wire_and_setup_injections()
    SEEN.clear()
    try:
        yield Shop(injector)
    finally:
        await injector.unwire_and_destroy_injections()
