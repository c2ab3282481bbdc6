"""What is timed, as statements. Those of stock and of ours are the same text: a service does not know which it has."""

from __future__ import annotations

import copy
import io
import pickle
from itertools import count
from time import process_time
from timeit import Timer
from typing import Any
from uuid import UUID

from .data import values_of

#: By the name of the work, on a context: for stock and ours.
_STATEMENTS = {
    "copy": "SagaContext(**context)",
    "encode": "context.avro_str",
    "decode": "SagaContext.from_avro_str(text)",
    "set": "context.total = 5.5",
    "get": "context.total",
    "item": "context['total']",
    "iterate": "for name in context: pass",
    "new": "SagaContext.from_avro_str(fresh().avro_str)",
    "build": "BrokerMessageV1('Topic', BrokerMessageV1Payload(values, headers=headers), reply_topic='reply')",
    "send": "message.avro_bytes",
    "receive": "BrokerMessage.from_avro_bytes(raw)",
}
#: By the name of the peer and of the work.
_PEER_STATEMENTS = {
    ("deepcopy", "copy"): "deepcopy(values)",
    ("pickle", "encode"): "dumps(values)",
    ("pickle", "decode"): "loads(pickled)",
    ("jsonpickle", "encode"): "jsonpickle.encode(values, keys=True)",
    ("jsonpickle", "decode"): "jsonpickle.decode(jsonpickled, keys=True)",
    ("fastavro", "encode"): "buffer = BytesIO(); write(buffer, schema, data); buffer.getvalue()",
    ("fastavro", "decode"): "read(BytesIO(block), schema)",
}


def timer(job: str) -> Timer:
    """Prepare a job of stock or ours.

    :param job: Work and context: ``"copy order"``.
    :return: Its timer.
    """
    work, _, name = job.partition(" ")
    return _timer(_STATEMENTS[work], _names(work, name))


def peer_timer(job: str) -> Timer:
    """Prepare a job of a peer.

    :param job: Peer, work and context: ``"pickle encode order"``.
    :return: Its timer.
    """
    peer, work, name = job.split(" ", 2)
    return _timer(_PEER_STATEMENTS[peer, work], _peer_names(peer, name))


def _timer(statement: str, names: dict[str, Any]) -> Timer:
    # The time of this process: what others on the machine take is not ours. None of the statements waits for anything.
    return Timer(statement, timer=process_time, globals=names)


def _names(work: str, name: str) -> dict[str, Any]:
    # By minos.saga's own name on both sides: with our package it is a front, whose cost is part of ours.
    from minos.saga import SagaContext

    values = values_of(name)
    if work in ("build", "send", "receive"):
        return _message_names(values)
    names: dict[str, Any] = {"SagaContext": SagaContext, "context": SagaContext(**values)}
    if work == "decode":
        names["text"] = names["context"].avro_str
    if work == "new":
        numbers = count()

        def fresh() -> Any:
            number = next(numbers)
            return SagaContext(**{f"{name}_{number}": value for name, value in values.items()})

        names["fresh"] = fresh
    return names


def _message_names(values: Any) -> dict[str, Any]:
    from minos.networks import BrokerMessage, BrokerMessageV1, BrokerMessageV1Payload

    headers = {"saga": str(UUID(int=1)), "transactions": str(UUID(int=1))}
    message = BrokerMessageV1("Topic", BrokerMessageV1Payload(values, headers=headers), reply_topic="reply")
    classes = {cls.__name__: cls for cls in (BrokerMessage, BrokerMessageV1, BrokerMessageV1Payload)}
    return {**classes, "values": values, "headers": headers, "message": message, "raw": message.avro_bytes}


def _peer_names(peer: str, name: str) -> dict[str, Any]:
    values = values_of(name)
    if peer in ("deepcopy", "pickle"):
        pickled = pickle.dumps(values)
        return {
            "values": values,
            "deepcopy": copy.deepcopy,
            "dumps": pickle.dumps,
            "loads": pickle.loads,
            "pickled": pickled,
        }
    if peer == "jsonpickle":
        import jsonpickle

        return {"values": values, "jsonpickle": jsonpickle, "jsonpickled": jsonpickle.encode(values, keys=True)}
    from fastavro import schemaless_reader, schemaless_writer

    from minos_saga_context import SagaContext
    from minos_saga_context.codec import file

    context = SagaContext(values)
    plan, block = file.encode([context])
    # The values themselves where fastavro takes them; else what our own writer hands to it.
    data = values if name in ("order", "large", "natural") or name.isdigit() else plan.converter.encode(context)  # type: ignore[misc]
    buffer = io.BytesIO()
    schemaless_writer(buffer, plan.schema, data)
    if buffer.getvalue() != block:
        raise RuntimeError(f"fastavro writes something else of the context {name!r}: it is no yardstick")
    return {
        "BytesIO": io.BytesIO,
        "write": schemaless_writer,
        "read": schemaless_reader,
        "schema": plan.schema,
        "data": data,
        "block": block,
    }
