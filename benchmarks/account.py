"""The account of one encode and one decode: where the time goes, part by part."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from io import BytesIO
from time import process_time
from timeit import Timer
from typing import Any

from fastavro import schemaless_reader, schemaless_writer

from minos_saga_context import SagaContext
from minos_saga_context.codec.avro.varint import write_long
from minos_saga_context.codec.classes.records import record_type
from minos_saga_context.codec.file import HEADERS_BY_SYNC, PLANS_BY_SHAPE
from minos_saga_context.codec.file.reader import decode, inflate
from minos_saga_context.codec.file.writer import deflate, encode
from minos_saga_context.codec.inference.single import kind_of_record
from minos_saga_context.codec.types.registry import TRUSTED

from .data import values_of

#: What the statements name.
_FUNCTIONS = (
    *(kind_of_record, inflate, deflate, write_long, a2b_base64, b2a_base64),
    *(schemaless_reader, schemaless_writer, BytesIO, SagaContext),
)
_FIND_SHAPE = "kind_of_record(record, context, record.fields(context), TRUSTED)[0]"
_FIND_HEADER = "HEADERS_BY_SYNC[a2b_base64(text[-24:])[-16:]]; text.startswith(header.text)"
_WRITE = "buffer = BytesIO(); schemaless_writer(buffer, plan.physical, data); buffer.getvalue()"
_READ = "plan.uniform.read(BytesIO(block))"
_READ_AS_IT_IS = "schemaless_reader(BytesIO(block), plan.physical)"
Account = list[tuple[str, float]]


def _parts(name: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]], dict[str, Any]]:
    context = SagaContext(values_of(name))
    plan, block = encode([context])
    for _ in range(3):
        decode(plan, block)  # finds out how to read its lists of dicts
    text, record = context.avro_str, record_type(SagaContext)
    assert record is not None
    fields = record.fields(context)
    shape = kind_of_record(record, context, fields, TRUSTED)[0]
    packed = deflate(block) if len(text) < len(block) else block
    header = plan.uncompressed if packed is block else plan.deflated
    names: dict[str, Any] = {function.__name__: function for function in _FUNCTIONS}
    names |= {"PLANS_BY_SHAPE": PLANS_BY_SHAPE, "HEADERS_BY_SYNC": HEADERS_BY_SYNC, "TRUSTED": TRUSTED}
    names |= {"context": context, "record": record, "fields": fields, "shape": shape, "plan": plan, "block": block}
    names |= {"header": header, "text": text, "packed": packed, "body": a2b_base64(text[len(header.text) :])}
    names["data"] = plan.converter.encode_fields(dict(fields))  # type: ignore[misc]
    names["read"] = schemaless_reader(BytesIO(block), plan.physical)
    reads_lines = plan.uniform is not None
    writing = [
        ("find the shape, and name the branches of unions in lists of dicts", _FIND_SHAPE),
        ("look the plan up", "PLANS_BY_SHAPE[shape]"),
        ("hand over the rest of the values", "plan.converter.encode_fields(dict(fields))"),
        ("fastavro", _WRITE),
        ("length, marker", "b''.join((header.rest, write_long(1), write_long(len(block)), packed, header.sync))"),
        ("base64", "header.text + b2a_base64(body, newline=False).decode('ascii')"),
    ]
    reading = [
        ("find the header, and its plan", _FIND_HEADER),
        ("base64", "a2b_base64(text[len(header.text) :])"),
        ("fastavro, and dicts from uniform records", _READ) if reads_lines else ("fastavro", _READ_AS_IT_IS),
        ("restore", "plan.converter.decode(dict(read))"),
    ]
    if packed is not block:
        writing.insert(4, ("deflate", "deflate(block)"))
        reading.insert(2, ("inflate", "inflate(packed, 1 << 30)"))
    return writing, reading, names


def account(name: str, rounds: int) -> tuple[Account, Account]:
    """Take the time of one encode and one decode apart.

    :param name: The name of the context.
    :param rounds: How many samples to take of each part.
    :return: The parts of both with their least seconds; the first is the whole, the last what no part accounts for.
    """
    writing, reading, names = _parts(name)
    writing = [("`avro_str`", "context.avro_str"), *writing]
    reading = [("`from_avro_str`", "SagaContext.from_avro_str(text)"), *reading]
    return _timed(writing, names, rounds), _timed(reading, names, rounds)


def _timed(parts: list[tuple[str, str]], names: dict[str, Any], rounds: int) -> Account:
    timers = [(label, Timer(statement, timer=process_time, globals=names)) for label, statement in parts]
    numbers = [max(1, int(0.01 / max(timer.timeit(1), 1e-7))) for _, timer in timers]
    samples = [[timer.timeit(number) / number for (_, timer), number in zip(timers, numbers)] for _ in range(rounds)]
    found = [(label, min(column)) for (label, _), column in zip(timers, zip(*samples))]
    rest = found[0][1] - sum(seconds for _, seconds in found[1:])
    return [*found, ("calls between the parts, checks", rest)]
