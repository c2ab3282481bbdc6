"""Avro files written by hand, to say what no writer would."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any

from minos_saga_context.codec.avro.varint import write_long as number

SYNC = b"S" * 16
ONE = {"type": "record", "name": "X", "namespace": "a.b", "fields": [{"name": "v", "type": "boolean"}]}


def file(schema: Any, *blocks: tuple[int, bytes], codec: bytes = b"null") -> bytes:
    """Write an Avro file.

    :param schema: The schema, or its text.
    :param blocks: The number of records and the bytes of each block.
    :param codec: The codec that the file names.
    :return: The bytes.
    """
    text = schema if isinstance(schema, bytes) else json.dumps(schema).encode()
    meta = (b"avro.codec", codec, b"avro.schema", text)
    header = b"Obj\x01" + number(2) + b"".join(number(len(part)) + part for part in meta) + number(0) + SYNC
    return header + b"".join(number(count) + number(len(data)) + data + SYNC for count, data in blocks)


def deflated(schema: Any, *blocks: tuple[int, bytes]) -> bytes:
    """The same, deflated as far as it goes."""
    return file(schema, *((count, squeeze(data)) for count, data in blocks), codec=b"deflate")


def squeeze(data: bytes) -> bytes:
    """Deflate bytes as far as it goes."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(data) + compressor.flush()


def context(*fields: Any) -> dict[str, Any]:
    """Give the schema of a context.

    :param fields: The types of its fields, or fields with all that they say.
    :return: The schema.
    """
    named = [
        field if isinstance(field, dict) and "name" in field and "type" in field and field["type"] != "record"
        and "symbols" not in field and "size" not in field else {"name": f"f{place}", "type": field}
        for place, field in enumerate(fields)
    ]  # fmt: skip
    return {"type": "record", "name": "SagaContext", "namespace": "minos.saga.context.s1", "fields": named}


def array(items: Any, **attributes: Any) -> dict[str, Any]:
    """Give the schema of an array."""
    return {"type": "array", "items": items, **attributes}


def items(count: int, data: bytes = b"\0") -> bytes:
    """Give an array of so many items."""
    return number(count) + data * count + b"\0"


def text(value: bytes) -> bytes:
    """Give a string."""
    return number(len(value)) + value


def record(name: str, types: Iterable[Any], **attributes: Any) -> dict[str, Any]:
    """Give the schema of a record."""
    fields = [{"name": f"v{place}", "type": one} for place, one in enumerate(types)]
    return {"type": "record", "name": name, "namespace": "", "fields": fields, **attributes}
