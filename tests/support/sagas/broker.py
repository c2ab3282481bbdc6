"""Messages of minos, as a broker carries them: through Avro bytes."""

import sys
from typing import Any

from minos.networks import BrokerMessage, BrokerMessageV1, BrokerMessageV1Payload

if sys.version_info >= (3, 13) and "minos_saga_context" not in sys.modules:
    # What the plug does: stock's messages cannot be sent there.
    BrokerMessage.version = BrokerMessageV1.version = 1


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
