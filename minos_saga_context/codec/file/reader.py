"""Avro object container files to values.

The header of a file is found by the marker that it and the file end with; then reading
is one call of fastavro, and decode.
"""

from __future__ import annotations

import json
import zlib
from binascii import a2b_base64
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import Any, Callable, Optional

from fastavro import schemaless_reader

from ...exceptions import SnapshotException, reason_of
from ..avro import limits
from ..avro.schema import without_random_names
from ..avro.varint import read_long, write_long
from ..avro.zero_byte import width_checker
from ..classes.imports import ChangedClassException
from .header import HEADERS_BY_SYNC, SYNC_SIZE, Header, read_head, remember
from .missing import without_missing_classes
from .plan import PLANS_BY_TEXT, Plan

#: The head of a block that holds one value.
_ONE = write_long(1)[0]
#: Characters of base64 that hold the marker at the end of a file, however they fall: six groups of three bytes.
_END = 24


#: So many classes of one file may have changed: it is read once more for each.
_CHANGED = 8


def guarded(read: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    """Have all that can go wrong in reading raise one exception, with the reason."""

    def read_guarded(raw: Any) -> list[Any]:
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
            raise SnapshotException(f"The snapshot cannot be read: {reason_of(exc)}") from exc

    return read_guarded


@guarded
def load(raw: bytes) -> list[Any]:
    """Read the values of an Avro object container file.

    :param raw: The bytes of the file.
    :return: The values.
    :raises MissingClassException: If a class is not there.
    :raises SnapshotException: If the bytes cannot be read, with the reason.
    """
    raw = _contiguous(raw)
    for header in HEADERS_BY_SYNC[raw[-SYNC_SIZE:]] or ():
        if raw.startswith(header.data):
            return _values(header, raw, len(header.data))
    header, is_alike = read_header(raw)
    if is_alike:
        remember(header)
    return _values(header, raw, len(header.data))


def _contiguous(raw: Any) -> bytes:
    """Give the bytes of what holds some, such as a ``bytearray`` or a ``memoryview``."""
    return raw if type(raw) is bytes else memoryview(raw).tobytes()


@guarded
def load_without_missing_classes(raw: bytes) -> list[Any]:
    """Read values as :func:`load` does, but where a class is not there, or has changed, as what they are without it."""
    raw = _contiguous(raw)
    changed: list[type] = []
    while True:
        try:
            header, _ = read_header(raw, partial(without_missing_classes, changed))
            return _values(header, raw, len(header.data))
        except ChangedClassException as exc:
            if exc.cls is None or exc.cls in changed or len(changed) == _CHANGED:
                raise
            changed.append(exc.cls)


@guarded
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
    for header in HEADERS_BY_SYNC[sync] or ():
        if text.startswith(header.text):
            raw = bytes_of(text[len(header.text) :])
            if raw.startswith(header.rest):
                return _values(header, raw, len(header.rest))
    return load(bytes_of(text))


def bytes_of(text: str) -> bytes:
    """Decode base64.

    :param text: The text. It may be broken into lines, as mail and YAML do.
    :return: The bytes.
    :raises SnapshotException: If it is no base64.
    """
    try:
        data = a2b_base64(text)
    except (ValueError, TypeError) as exc:
        raise SnapshotException(f"The snapshot is no base64: {exc}") from None
    # The decoder drops what is no base64. Then there are more characters than so many bytes take.
    if len(text) != (len(data) + 2) // 3 * 4:
        if len(packed := "".join(text.split())) < len(text):
            return bytes_of(packed)
        raise SnapshotException("The snapshot is no base64: it is cut off, or holds other characters")
    return data


def _values(header: Header, raw: bytes, at: int) -> list[Any]:
    """Read the values that stand behind a header."""
    plan = header.plan
    if at == len(raw):
        return []
    count, start, size, end = _read_block(raw, at, header.sync)
    if count == 1 and end == len(raw) and not header.is_deflated and not plan.has_zero_byte_elements and size:
        return decode(plan, raw[start : start + size], 1)
    values: list[Any] = []
    for number, block in blocks(
        raw, at, header.data, header.is_deflated, plan.has_zero_byte_elements, lambda: plan.schema
    ):
        values += decode(plan, block, number)
    return values


def blocks(
    raw: bytes, at: int, head: bytes, is_deflated: bool, has_zero_byte_elements: bool, schema: Callable[[], Any]
) -> Iterator[tuple[int, bytes]]:
    """Read the blocks of a file, within the limits.

    :param raw: The bytes of the file, or its end.
    :param at: Where the blocks begin.
    :param head: How the whole file begins, up to there.
    :param is_deflated: Whether the blocks are deflated.
    :param has_zero_byte_elements: See :func:`.zero_byte.has_zero_byte_elements`.
    :param schema: Gives the schema, parsed by fastavro.
    :return: The number of values in each block, and their data.
    :raises SnapshotException: If a block is damaged, or larger than the limits.
    """
    # One allowance for the whole file: it may have any number of blocks.
    room, empty = limits.inflated_limit(len(head) + len(raw) - at), limits.current().empty_values
    check_zero_byte_elements = None
    while at < len(raw):
        count, start, size, at = _read_block(raw, at, head[-SYNC_SIZE:])
        block = raw[start : start + size]
        if is_deflated:
            block = inflate(block, room)
            room -= len(block)
        if has_zero_byte_elements or count > len(block):
            check_zero_byte_elements = check_zero_byte_elements or width_checker(schema())
            empty -= check_zero_byte_elements(block, count, empty)
        yield count, block


def _read_block(raw: bytes, at: int, sync: bytes) -> tuple[int, int, int, int]:
    """Read the head of a block: how many values it has, where its data begins, its size, and where the block ends."""
    # Nearly every file holds one value: no call for its number.
    count, start = (1, at + 1) if raw[at] == _ONE else read_long(raw, at)
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
    limits.check_room(plan.is_deep)
    buffer, uniform, decode = BytesIO(data), plan.uniform, plan.converter.decode
    values = []
    for _ in range(count):
        if uniform is not None:
            value = uniform.read(buffer)
        else:
            value = schemaless_reader(buffer, plan.physical, None, not plan.is_natural)
        values.append(value if decode is None else decode(value))
    if buffer.tell() != len(data):
        raise SnapshotException("A block of the snapshot holds more than its values")
    return values


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


def read_header(raw: bytes, change: Optional[Callable[[Any], Any]] = None) -> tuple[Header, bool]:
    """Read the header of a file.

    :param raw: The bytes of the file.
    :param change: What to do with its schema.
    :return: The header, and whether other files may begin alike: those of minos bear random names, each its own.
    :raises SnapshotException: If it cannot be read, with the reason.
    """
    written, head, is_deflated = read_head(raw)
    text = without_random_names(written)
    plan = PLANS_BY_TEXT[text if change is None else json.dumps(change(json.loads(text)))]
    return Header(plan, head, is_deflated), text == written
