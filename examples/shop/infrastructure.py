"""What a machine without RabbitMQ and PostgreSQL needs to run minos: a broker in process, locks and transactions."""

from __future__ import annotations

from asyncio import Lock as AsyncLock
from asyncio import get_running_loop
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable
from copy import copy
from pathlib import Path
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
    """Local Broker class.

    It carries Avro bytes between the services of this process, and keeps on disk what a service is too slow to take.
    """

    latency = 0.02  # As on any network: whoever asks has gone on before the answer comes.
    mailbox = Path("mailbox")

    def __init__(self) -> None:
        self.subscribers: dict[str, LocalBrokerSubscriber] = {}
        self._held: set[str] = set()

    def send(self, topic: str, data: bytes) -> None:
        """Carry a message.

        :param topic: The topic of the message.
        :param data: The message as Avro bytes.
        :return: This method does not return anything.
        """
        if topic not in self._held:
            get_running_loop().call_later(self.latency, self._deliver, topic, data)
            return
        folder = self.mailbox / topic
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{len(list(folder.iterdir()))}.avro").write_bytes(data)

    def hold(self, topic: str) -> None:
        """Keep the messages of a topic on disk until it is released.

        :param topic: The topic.
        :return: This method does not return anything.
        """
        self._held.add(topic)

    def release(self, topic: str) -> None:
        """Deliver the messages that were kept, whichever process sent them.

        :param topic: The topic.
        :return: This method does not return anything.
        """
        self._held.discard(topic)
        for path in sorted((self.mailbox / topic).iterdir()):
            self.send(topic, path.read_bytes())
            path.unlink()

    def _deliver(self, topic: str, data: bytes) -> None:
        self.subscribers[topic].add_message(BrokerMessage.from_avro_bytes(data))


BROKER = LocalBroker()


class LocalBrokerPublisher(InMemoryBrokerPublisher):
    """The in-memory publisher, which records the messages, joined to the local broker."""

    async def _send(self, message: BrokerMessage) -> None:
        await super()._send(message)
        BROKER.send(message.topic, message.avro_bytes)


class LocalBrokerSubscriber(InMemoryBrokerSubscriber):
    """The in-memory subscriber, which plays messages back, joined to the local broker."""

    async def _setup(self) -> None:
        await super()._setup()
        BROKER.subscribers.update(dict.fromkeys(self.topics, self))


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
