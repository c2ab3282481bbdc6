"""Messages of minos, as a broker carries them: through Avro bytes."""

from typing import Any

from minos.networks import BrokerMessage, BrokerMessageV1, BrokerMessageV1Payload

from examples.shop import infrastructure  # noqa: F401 - without it, minos's messages fail on Python 3.13


def message(content: Any) -> BrokerMessageV1:
    """Build a message.

    :param content: Its content.
    :return: The message.
    """
    return BrokerMessageV1("Topic", BrokerMessageV1Payload(content, headers={"a": "1"}))


def carried(content: Any) -> Any:
    """Send content in a message, and receive it.

    :param content: The content.
    :return: What the receiver gets.
    """
    return BrokerMessage.from_avro_bytes(message(content).avro_bytes).content
