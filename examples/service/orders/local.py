"""What minos needs on a machine without RabbitMQ and PostgreSQL: a broker, locks and transactions, all in this process.

For production, name those of minos's plugins in ``config.yml`` instead, and delete this module.
"""

from __future__ import annotations

from asyncio import Lock as AsyncLock
from asyncio import get_running_loop
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable
from copy import copy
from typing import Any, NoReturn

from minos.aggregate import InMemoryTransactionRepository, TransactionEntry
from minos.common import Lock, LockPool
from minos.networks import (
    BrokerMessage,
    InMemoryBrokerPublisher,
    InMemoryBrokerSubscriber,
    InMemoryBrokerSubscriberBuilder,
)


class LocalBroker:
    """Carries messages, as Avro bytes, between the services of this process."""

    latency = 0.02  # As on any network: whoever asks has gone on before the answer comes.

    def __init__(self) -> None:
        self.subscribers: dict[str, LocalBrokerSubscriber] = {}

    def send(self, topic: str, data: bytes) -> None:
        """Carry a message.

        :param topic: The topic of the message.
        :param data: The message as Avro bytes.
        :return: This method does not return anything.
        """
        get_running_loop().call_later(self.latency, self._deliver, topic, data)

    def _deliver(self, topic: str, data: bytes) -> None:
        self.subscribers[topic].add_message(BrokerMessage.from_avro_bytes(data))


class LocalBrokerPublisher(InMemoryBrokerPublisher):
    """The in-memory publisher, which records the messages, joined to the local broker."""

    broker = LocalBroker()

    async def _send(self, message: BrokerMessage) -> None:
        await super()._send(message)
        self.broker.send(message.topic, message.avro_bytes)


class LocalBrokerSubscriber(InMemoryBrokerSubscriber):
    """The in-memory subscriber, which plays messages back, joined to the local broker."""

    broker = LocalBrokerPublisher.broker

    async def _setup(self) -> None:
        await super()._setup()
        self.broker.subscribers.update(dict.fromkeys(self.topics, self))


LocalBrokerSubscriber.set_builder(InMemoryBrokerSubscriberBuilder)


class LocalLock(Lock):
    """Lock within one process."""

    def __init__(self, key: Hashable, lock: AsyncLock):
        super().__init__(key)
        self._lock = lock

    async def acquire(self) -> None:
        """Acquire the lock.

        :return: This method does not return anything.
        """
        await self._lock.acquire()

    async def release(self) -> None:
        """Release the lock.

        :return: This method does not return anything.
        """
        self._lock.release()


class LocalLockPool(LockPool):
    """Locks by key; minos's own pool asks a SQL database for them."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._locks: defaultdict[Hashable, AsyncLock] = defaultdict(AsyncLock)

    def acquire(self, key: Hashable, *args: Any, **kwargs: Any) -> LocalLock:
        """Get the lock of a key.

        :param key: The key.
        :return: An asynchronous context manager.
        """
        return LocalLock(key, self._locks[key])

    async def _create_instance(self) -> NoReturn:
        raise NotImplementedError("The locks are made by key.")

    async def _destroy_instance(self, instance: Any) -> NoReturn:
        raise NotImplementedError("The locks are made by key.")


class LocalTransactionRepository(InMemoryTransactionRepository):
    """The in-memory transactions, handed out as copies: the stored objects themselves conflict with every change."""

    async def _select(self, **kwargs: Any) -> AsyncIterator[TransactionEntry]:
        async for entry in super()._select(**kwargs):
            yield copy(entry)
