"""The Avro object container file around the data.

Per shape, the schema, its plan and the header of the file are made once. Then writing is: find the shape, one call of
fastavro, join; and reading: cut the header off, look it up, one call of fastavro, restore.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from fastavro import schemaless_reader, schemaless_writer

from ..exceptions import SnapshotException, UnsupportedValueException
from . import limits
from .plans import MAGIC, PLANS_BY_HEADER, SYNC_SIZE, Plan, plan_of
from .registry import OPTIMISTIC, PLAIN
from .varint import read_long, write_long
from .width import check_width

#: Blocks beyond this size, in bytes, are deflated. Smaller ones gain less than the time is worth.
_DEFLATE_FROM = 4096
#: More would make order lines a tenth smaller, and twice as slow to deflate.
_LEVEL = 3
_ONE = write_long(1)


def dump(values: Sequence[Any]) -> bytes:
    """Write values as an Avro object container file.

    :param values: The values, which records can hold: models, dataclasses, contexts.
    :return: The bytes of the file.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    plan, block = encode(values)
    return file_of(plan, len(values), block)


def file_of(plan: Plan, count: int, block: bytes) -> bytes:
    """Put the file around data.

    :param plan: The plan of the data.
    :param count: The number of values in it.
    :param block: The data.
    :return: The bytes of the file.
    """
    header = plan.header
    if len(block) > _DEFLATE_FROM:
        deflated = deflate(block)
        if limits.may_inflate(len(deflated), len(block)):
            header, block = plan.deflated_header, deflated
    return b"".join((header, _ONE if count == 1 else write_long(count), write_long(len(block)), block, plan.sync))


def encode(values: Sequence[Any]) -> tuple[Plan, bytes]:
    """Write the data of values, without the file around it.

    :param values: The values.
    :return: Their plan, and the data.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    try:
        return _encode(values, OPTIMISTIC)
    except (UnicodeEncodeError, RecursionError):
        pass
    # A lone surrogate somewhere: look at every string. Or a stack that is rather full.
    try:
        return limits.with_room(_encode, values, PLAIN)
    except RecursionError:
        raise UnsupportedValueException(values[0], reason=limits.TOO_DEEP, remedy=limits.FLATTEN) from None


def _encode(values: Sequence[Any], plain: set[type]) -> tuple[Plan, bytes]:
    plan = plan_of(values, plain)
    write, schema, encode_one = schemaless_writer, plan.schema, plan.node.encode
    buffer = BytesIO()
    for value in values:
        write(buffer, schema, encode_one(value))  # type: ignore[misc]
    return plan, buffer.getvalue()


def load(raw: bytes) -> list[Any]:
    """Read the values of an Avro object container file.

    :param raw: The bytes of the file.
    :return: The values.
    :raises SnapshotException: If the bytes cannot be read, with the reason.
    """
    try:
        try:
            return _load(raw)
        except RecursionError:
            return limits.with_room(_load, raw)
    except SnapshotException:
        raise
    except RecursionError:
        raise SnapshotException(f"The snapshot cannot be read: {limits.TOO_DEEP}") from None
    except Exception as exc:
        # Whatever wrong bytes made fastavro, zlib or a constructor raise.
        raise SnapshotException(f"The snapshot cannot be read: {exc!r}") from exc


def _load(raw: bytes) -> list[Any]:
    # A file ends with the marker that its header ends with: so the header of a known shape is found without reading it.
    end = raw.find(raw[-SYNC_SIZE:]) + SYNC_SIZE
    known = PLANS_BY_HEADER.get(raw[:end])
    if known is None:
        plan, end, sync, is_deflated = _read_header(raw)
        PLANS_BY_HEADER.set(raw[:end], (plan, sync, is_deflated), end)
    else:
        plan, sync, is_deflated = known
    if end == len(raw):
        return []
    count, start, size, end = _read_block(raw, end, sync)
    if count == 1 and end == len(raw) and not is_deflated and not plan.is_wide and size:
        return decode(plan, raw[start : start + size], 1)
    values: list[Any] = []
    # One allowance for the whole file: it may have any number of blocks.
    room, empty = limits.inflated_limit(len(raw)), limits.current().empty_values
    while True:
        block = raw[start : start + size]
        if is_deflated:
            block = inflate(block, room)
            room -= len(block)
        if plan.is_wide or count > len(block):
            empty -= check_width(plan.schema, block, count, empty)
        values += decode(plan, block, count)
        if end == len(raw):
            return values
        count, start, size, end = _read_block(raw, end, sync)


def _read_block(raw: bytes, at: int, sync: bytes) -> tuple[int, int, int, int]:
    """Read the head of a block: how many values it has, where its data begins, its size, and where the block ends."""
    count, start = read_long(raw, at)
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
    buffer, schema, restore = BytesIO(data), plan.schema, plan.node.restore
    # The records of unions come with their names: their fields alone do not tell them apart.
    names: dict[str, Any] = {} if plan.is_natural else {"return_record_name": True}
    values = [schemaless_reader(buffer, schema, None, **names) for _ in range(count)]
    if buffer.tell() != len(data):
        raise SnapshotException("A block of the snapshot holds more than its values")
    return values if restore is None else list(map(restore, values))


def _read_header(raw: bytes) -> tuple[Plan, int, bytes, bool]:
    if raw[:4] != MAGIC:
        raise SnapshotException("This is no Avro file: it does not begin with 'Obj' and 1")
    meta: dict[bytes, bytes] = {}
    count, at = read_long(raw, 4)
    while count:
        if count < 0:
            count, (_, at) = -count, read_long(raw, at)
        for _ in range(count):
            key, at = _read_bytes(raw, at)
            meta[key], at = _read_bytes(raw, at)
        count, at = read_long(raw, at)
    sync = raw[at : at + SYNC_SIZE]
    codec = meta.get(b"avro.codec", b"null")
    if len(sync) < SYNC_SIZE or b"avro.schema" not in meta:
        raise SnapshotException("The header of the snapshot is damaged, or cut off")
    if codec not in (b"null", b"deflate"):
        raise SnapshotException(f"The codec {codec.decode(errors='replace')!r} is not supported")
    limits.check_text(meta[b"avro.schema"])
    plan = Plan(json.loads(meta[b"avro.schema"]))
    return plan, at + SYNC_SIZE, sync, codec == b"deflate"


def _read_bytes(raw: bytes, at: int) -> tuple[bytes, int]:
    size, start = read_long(raw, at)
    if size < 0 or start + size > len(raw):
        raise SnapshotException("The header of the snapshot is damaged, or cut off")
    return raw[start : start + size], start + size


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
