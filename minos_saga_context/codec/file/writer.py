"""The Avro object container file around the data.

Per shape, the schema, its plan and the header of the file are made once, and the base64 of the header too. Then
writing is: find the shape, one call of fastavro, join; and reading: find the header by the marker that it and the file
end with, one call of fastavro, decode.
"""

from __future__ import annotations

import zlib
from binascii import b2a_base64
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from fastavro import schemaless_writer

from ...exceptions import UnsupportedValueException
from ..avro import limits
from ..avro.varint import write_long
from ..types.registry import FIRST_ENCODING, TRUSTED
from .header import Header
from .plan import Plan, plan_of

#: Blocks beyond this size, in bytes, are deflated. Smaller ones gain less than the time is worth.
_DEFLATE_FROM = 4096
#: One more would make order lines two in a hundred smaller, and take more than half as long again.
_LEVEL = 5
#: Of what is on its way: a tenth larger, in half the time.
LIGHT = 2
_ONE = write_long(1)


def dump(values: Sequence[Any], level: int = _LEVEL) -> bytes:
    """Write values as an Avro object container file.

    :param values: The values, which records can hold: models, dataclasses, contexts.
    :param level: How hard to deflate what is large.
    :return: The bytes of the file.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    plan, block = encode(values)
    return file_of(plan, len(values), block, level)


def dump_text(values: Sequence[Any]) -> str:
    """Write values as :func:`dump` does, in base64."""
    plan, block = encode(values)
    header, body = _body(plan, len(values), block)
    return header.text + b2a_base64(header.rest + body, newline=False).decode()


def file_of(plan: Plan, count: int, block: bytes, level: int = _LEVEL) -> bytes:
    """Put the file around data.

    :param plan: The plan of the data.
    :param count: The number of values in it.
    :param block: The data.
    :param level: See :func:`dump`.
    :return: The bytes of the file.
    """
    header, body = _body(plan, count, block, level)
    return header.data + body


def _body(plan: Plan, count: int, block: bytes, level: int = _LEVEL) -> tuple[Header, bytes]:
    """Give the header of a file, and what follows it."""
    header = plan.uncompressed
    if len(block) > _DEFLATE_FROM:
        deflated = deflate(block, level)
        if limits.may_inflate(len(deflated), len(block)):
            header, block = plan.deflated, deflated
    head = _ONE if count == 1 else write_long(count)
    return header, b"".join((head, write_long(len(block)), block, header.sync))


def encode(values: Sequence[Any], trusted: set[type] = TRUSTED) -> tuple[Plan, bytes]:
    """Write the data of values, without the file around it.

    :param values: The values.
    :param trusted: See :func:`.shape.shape_of`.
    :return: Their plan, and the data.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    try:
        plan, data = plan_of(values, trusted)
        limits.check_room(plan.is_deep)
        buffer, schema = BytesIO(), plan.physical
        for one in data:
            schemaless_writer(buffer, schema, one)
        return plan, buffer.getvalue()
    except (UnicodeEncodeError, RecursionError):
        if trusted is FIRST_ENCODING:
            raise
    # A lone surrogate somewhere: look at every string. Or a stack that is rather full.
    try:
        return limits.with_room(encode, values, FIRST_ENCODING)
    except RecursionError:
        raise UnsupportedValueException(values[0], reason=limits.TOO_DEEP, remedy=limits.FLATTEN) from None


def deflate(block: bytes, level: int = _LEVEL) -> bytes:
    """Deflate a block, as Avro's codec does: without the header of zlib."""
    compressor = zlib.compressobj(level, zlib.DEFLATED, -15)
    return compressor.compress(block) + compressor.flush()
