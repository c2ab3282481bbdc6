"""The Avro object container file around the data.

Per shape, the schema, its plan and the header of the file are made once, and the base64 of the header too. Then
writing is: find the shape, one call of fastavro, join; and reading: find the header by the marker that it and the file
end with, one call of fastavro, restore.
"""

from __future__ import annotations

import zlib
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Callable

from fastavro import schemaless_reader, schemaless_writer

from ..exceptions import SnapshotException, UnsupportedValueException
from . import limits
from .plans import HEADERS_BY_SYNC, SYNC_SIZE, Header, Plan, know, plan_of, read_header
from .registry import OPTIMISTIC, PLAIN
from .varint import read_long, write_long
from .width import check_width

#: Blocks beyond this size, in bytes, are deflated. Smaller ones gain less than the time is worth.
_DEFLATE_FROM = 4096
#: One more would make order lines two in a hundred smaller, and take more than half as long again.
_LEVEL = 5
_ONE = write_long(1)
#: Characters of base64 that hold the marker at the end of a file, however they fall: six groups of three bytes.
_END = 24


def dump(values: Sequence[Any]) -> bytes:
    """Write values as an Avro object container file.

    :param values: The values, which records can hold: models, dataclasses, contexts.
    :return: The bytes of the file.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    plan, block = encode(values)
    return file_of(plan, len(values), block)


def dump_text(values: Sequence[Any]) -> str:
    """Write values as :func:`dump` does, in base64."""
    plan, block = encode(values)
    header, body = _body(plan, len(values), block)
    return header.text + b2a_base64(header.rest + body, newline=False).decode()


def file_of(plan: Plan, count: int, block: bytes) -> bytes:
    """Put the file around data.

    :param plan: The plan of the data.
    :param count: The number of values in it.
    :param block: The data.
    :return: The bytes of the file.
    """
    header, body = _body(plan, count, block)
    return header.data + body


def _body(plan: Plan, count: int, block: bytes) -> tuple[Header, bytes]:
    """Give the header of a file, and what follows it."""
    header = plan.plain
    if len(block) > _DEFLATE_FROM:
        deflated = deflate(block)
        if limits.may_inflate(len(deflated), len(block)):
            header, block = plan.deflated, deflated
    head = _ONE if count == 1 else write_long(count)
    return header, b"".join((head, write_long(len(block)), block, header.sync))


def encode(values: Sequence[Any], plain: set[type] = OPTIMISTIC) -> tuple[Plan, bytes]:
    """Write the data of values, without the file around it.

    :param values: The values.
    :param plain: See :func:`.shape.shape_of`.
    :return: Their plan, and the data.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    try:
        plan, data = plan_of(values, plain)
        buffer, schema = BytesIO(), plan.bare
        for one in data:
            schemaless_writer(buffer, schema, one)
        return plan, buffer.getvalue()
    except (UnicodeEncodeError, RecursionError):
        if plain is PLAIN:
            raise
    # A lone surrogate somewhere: look at every string. Or a stack that is rather full.
    try:
        return limits.with_room(encode, values, PLAIN)
    except RecursionError:
        raise UnsupportedValueException(values[0], reason=limits.TOO_DEEP, remedy=limits.FLATTEN) from None


def _guarded(read: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    """Have all that can go wrong in reading raise one exception, with the reason."""

    def guarded(raw: Any) -> list[Any]:
        try:
            try:
                return read(raw)
            except RecursionError:
                return limits.with_room(read, raw)
        except SnapshotException:
            raise
        except RecursionError:
            raise SnapshotException(f"The snapshot cannot be read: {limits.TOO_DEEP}") from None
        except Exception as exc:
            # Whatever wrong bytes made fastavro, zlib or a constructor raise.
            raise SnapshotException(f"The snapshot cannot be read: {exc!r}") from exc

    return guarded


@_guarded
def load(raw: bytes) -> list[Any]:
    """Read the values of an Avro object container file.

    :param raw: The bytes of the file.
    :return: The values.
    :raises SnapshotException: If the bytes cannot be read, with the reason.
    """
    for header in HEADERS_BY_SYNC.get(raw[-SYNC_SIZE:]) or ():
        if raw.startswith(header.data):
            return _values(header, raw, len(header.data))
    header = read_header(raw)
    know(header)
    return _values(header, raw, len(header.data))


@_guarded
def load_text(text: str) -> list[Any]:
    """Read what :func:`dump_text` gave.

    :param text: The file, in base64.
    :return: The values.
    :raises SnapshotException: If the text cannot be read, with the reason.
    """
    # Most of a small file is its header: one that is known need not be decoded again.
    try:
        sync = a2b_base64(text[-_END:])[-SYNC_SIZE:]
    except (ValueError, TypeError):
        sync = b""
    for header in HEADERS_BY_SYNC.get(sync) or ():
        if text.startswith(header.text):
            raw = bytes_of(text[len(header.text) :])
            if raw.startswith(header.rest):
                return _values(header, raw, len(header.rest))
    return load(bytes_of(text))


def bytes_of(text: str) -> bytes:
    """Decode base64.

    :param text: The text.
    :return: The bytes.
    :raises SnapshotException: If it is no base64.
    """
    try:
        data = a2b_base64(text)
    except (ValueError, TypeError) as exc:
        raise SnapshotException(f"The snapshot is no base64: {exc}") from None
    # The decoder drops what is no base64. Then there are more characters than so many bytes take.
    if len(text) != (len(data) + 2) // 3 * 4:
        raise SnapshotException("The snapshot is no base64: it is cut off, or holds other characters")
    return data


def _values(header: Header, raw: bytes, at: int) -> list[Any]:
    """Read the values that stand behind a header."""
    plan, sync = header.plan, header.sync
    if at == len(raw):
        return []
    count, start, size, end = _read_block(raw, at, sync)
    if count == 1 and end == len(raw) and not header.is_deflated and not plan.is_wide and size:
        return decode(plan, raw[start : start + size], 1)
    values: list[Any] = []
    # One allowance for the whole file: it may have any number of blocks.
    room, empty = limits.inflated_limit(len(header.data) + len(raw) - at), limits.current().empty_values
    schema = None
    while True:
        block = raw[start : start + size]
        if header.is_deflated:
            block = inflate(block, room)
            room -= len(block)
        if plan.is_wide or count > len(block):
            schema = schema or plan.schema
            empty -= check_width(schema, block, count, empty)
        values += decode(plan, block, count)
        if end == len(raw):
            return values
        count, start, size, end = _read_block(raw, end, sync)


def _read_block(raw: bytes, at: int, sync: bytes) -> tuple[int, int, int, int]:
    """Read the head of a block: how many values it has, where its data begins, its size, and where the block ends."""
    # Nearly every file holds one value: no call for its number.
    count, start = (1, at + 1) if raw[at] == _ONE[0] else read_long(raw, at)
    size, start = read_long(raw, start)
    end = start + size + SYNC_SIZE
    if count < 0 or size < 0 or raw[start + size : end] != sync:
        raise SnapshotException("A block of the snapshot is damaged, or cut off")
    return count, start, size, end


def decode(plan: Plan, data: bytes, count: int = 1) -> list[Any]:
    """Read the values that some data holds.

    :param plan: The plan of the data.
    :param data: The data.
    :param count: The number of values.
    :return: The values.
    :raises SnapshotException: If the data holds more, or less.
    """
    buffer, alike, restore = BytesIO(data), plan.alike, plan.node.restore
    values = []
    for _ in range(count):
        if alike is not None:
            value = alike.read(buffer)
        else:
            value = schemaless_reader(buffer, plan.bare, None, not plan.is_natural)
        values.append(value if restore is None else restore(value))
    if buffer.tell() != len(data):
        raise SnapshotException("A block of the snapshot holds more than its values")
    return values


def deflate(block: bytes) -> bytes:
    """Deflate a block, as Avro's codec does: without the header of zlib."""
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    return compressor.compress(block) + compressor.flush()


def inflate(block: bytes, limit: int) -> bytes:
    """Inflate a block.

    :param block: The block.
    :param limit: The size to which it may grow.
    :return: Its data.
    :raises SnapshotException: If the data would be larger than the limit.
    """
    decompressor = zlib.decompressobj(-15)
    # For zlib, 0 would be no limit at all.
    data = decompressor.decompress(block, limit + 1)
    if not decompressor.eof or len(data) > limit:
        raise SnapshotException(
            "A deflated block of the snapshot is cut off, or larger than the limit: see set_limits()"
        )
    return data
