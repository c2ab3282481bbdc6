"""The broker of the service template, but for services that are slow: what they are sent is kept on disk meanwhile."""

from __future__ import annotations

from pathlib import Path

from ..service.orders import local
from ..service.orders.local import LocalLockPool, LocalTransactionRepository

__all__ = ["BROKER", "LocalBrokerPublisher", "LocalBrokerSubscriber", "LocalLockPool", "LocalTransactionRepository"]


class SlowBroker(local.LocalBroker):
    """Keeps on disk what a service is too slow to take."""

    mailbox = Path("mailbox")

    def __init__(self) -> None:
        super().__init__()
        self._held: set[str] = set()

    def send(self, topic: str, data: bytes) -> None:
        """Carry a message, or keep it.

        :param topic: The topic of the message.
        :param data: The message as Avro bytes.
        :return: This method does not return anything.
        """
        if topic not in self._held:
            super().send(topic, data)
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


BROKER = SlowBroker()


class LocalBrokerPublisher(local.LocalBrokerPublisher):
    """The publisher of the shop."""

    broker = BROKER


class LocalBrokerSubscriber(local.LocalBrokerSubscriber):
    """The subscriber of the shop."""

    broker = BROKER
