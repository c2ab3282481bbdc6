"""The Avro object container file around the data, and the caches of plans.

Per shape, the schema, its plan and the header of the file are made once. Then writing is: find the shape, one call of
fastavro, join; and reading: cut the header off, look it up, one call of fastavro, restore.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from hashlib import blake2b
from io import BytesIO
from typing import Any, Generic, Optional, TypeVar

from fastavro import parse_schema, schemaless_reader, schemaless_writer

from ..exceptions import SnapshotException, UnsupportedValueException
from . import limits
from .plan import Node, node_of
from .registry import ON_REGISTRATION, OPTIMISTIC, PLAIN
from .schema import SchemaBuilder, avro_type
from .shape import shape_of
from .varint import read_long, write_long
from .width import check_width, is_wide

_MAGIC = b"Obj\x01"
_SYNC_SIZE = 16
#: Blocks beyond this size, in bytes, are deflated. Smaller ones gain less than the time is worth.
_DEFLATE_FROM = 4096
_ONE = write_long(1)

T = TypeVar("T")


class Plan:
    """All that is needed to write and read the values of one shape.

    :param schema: The Avro schema.
    """

    __slots__ = ("deflated_header", "header", "is_wide", "node", "schema", "sync", "text")

    def __init__(self, schema: Any):
        self.text = text = json.dumps(schema, separators=(",", ":"))
        limits.check_depth(schema)
        self.schema = parse_schema(schema)
        self.node: Node = node_of(self.schema, "")
        self.is_wide = is_wide(self.schema)
        # From the schema, so that the same context gives the same bytes.
        self.sync = blake2b(text.encode(), digest_size=_SYNC_SIZE).digest()
        self.header = self._header(text, b"null")
        self.deflated_header = self._header(text, b"deflate")

    def _header(self, text: str, codec: bytes) -> bytes:
        entries = (b"avro.codec", codec, b"avro.schema", text.encode())
        body = b"".join(write_long(len(entry)) + entry for entry in entries)
        return _MAGIC + write_long(2) + body + write_long(0) + self.sync


class Cache(Generic[T]):
    """A bounded cache of two generations: what was not asked for during the life of one is dropped.

    Looking up takes no lock: a race costs a plan that is made twice.

    :param limit: The weight that one generation may reach.
    """

    def __init__(self, limit: int):
        self._limit = limit
        self.clear()

    def clear(self) -> None:
        """Forget all."""
        self._young: dict[Any, T] = {}
        self._old: dict[Any, T] = {}
        self._weight = 0

    def get(self, key: Any) -> Optional[T]:
        """Look a key up.

        :param key: The key.
        :return: What it holds, or ``None``.
        """
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self._young[key] = found
        return found

    def set(self, key: Any, value: T, weight: int) -> None:
        """Remember a value.

        :param key: Its key.
        :param value: The value.
        :param weight: Its weight. What would fill the cache alone is not remembered.
        :return: This method does not return anything.
        """
        if weight > self._limit // 8:
            return
        if self._weight + weight > self._limit:
            self._old, self._young, self._weight = self._young, {}, 0
        self._young[key] = value
        self._weight += weight

    def __len__(self) -> int:
        return len(self._young) + len(self._old)


#: Plans by shape, and by the header of a file. They weigh the bytes of their headers; with its parsed schema and its
#: functions, a plan takes some thirty times as much memory.
PLANS_BY_SHAPE: Cache[Plan] = Cache(1 << 20)
PLANS_BY_HEADER: Cache[tuple[Plan, bytes, bool]] = Cache(1 << 20)


def forget_plans() -> None:
    """Empty the caches: what plans know of types has changed."""
    PLANS_BY_SHAPE.clear()
    PLANS_BY_HEADER.clear()


ON_REGISTRATION.append(forget_plans)


def plan_of(values: Sequence[Any], plain: set[type]) -> Plan:
    """Find or make the plan for some values.

    :param values: The values.
    :param plain: See :func:`.shape.shape_of`.
    :return: The plan.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    shape = shape_of(values, plain)
    plan = PLANS_BY_SHAPE.get(shape)
    if plan is None:
        plan = Plan(SchemaBuilder().build(shape))
        PLANS_BY_SHAPE.set(shape, plan, len(plan.header))
        PLANS_BY_HEADER.set(plan.header, (plan, plan.sync, False), len(plan.header))
    return plan


def dump(values: Sequence[Any]) -> bytes:
    """Write values as an Avro object container file.

    :param values: The values, which records can hold: models, dataclasses, contexts.
    :return: The bytes of the file.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    plan, block = encode(values)
    header = plan.header
    if len(block) > _DEFLATE_FROM:
        deflated = deflate(block)
        if limits.may_inflate(len(deflated), len(block)):
            header, block = plan.deflated_header, deflated
    return b"".join((header, _ONE if len(values) == 1 else write_long(len(values)), write_long(len(block)), block, plan.sync))


def encode(values: Sequence[Any]) -> tuple[Plan, bytes]:
    """Write the data of values, without the file around it.

    :param values: The values.
    :return: Their plan, and the data.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    try:
        try:
            return limits.with_room(_encode, values, OPTIMISTIC)
        except UnicodeEncodeError:
            # A lone surrogate somewhere: look at every string.
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
    end = raw.find(raw[-_SYNC_SIZE:]) + _SYNC_SIZE
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
    end = start + size + _SYNC_SIZE
    if count < 0 or size < 0 or raw[start + size : end] != sync:
        raise SnapshotException("A block of the snapshot is damaged, or cut off")
    return count, start, size, end


def join(schema: Any, data: Any) -> bytes:
    """Write data by a schema of its own.

    :param schema: The schema, or a list with it.
    :param data: The data.
    :return: The bytes of an Avro file.
    :raises SnapshotException: If the one does not fit the other.
    """
    try:
        plan = Plan(schema[0] if isinstance(schema, list) and len(schema) == 1 else schema)
        buffer = BytesIO()
        schemaless_writer(buffer, plan.schema, data)
    except SnapshotException:
        raise
    except Exception as exc:
        raise SnapshotException(f"The data does not fit the schema: {exc!r}") from exc
    block = buffer.getvalue()
    return b"".join((plan.header, write_long(1), write_long(len(block)), block, plan.sync))


def plain_data(data: Any, schema: Any) -> Any:
    """Take the names of branches off the data of unions in which the value alone tells the branch.

    :param data: The data, with a (name, value) pair wherever the schema has a union.
    :param schema: Its schema, parsed by fastavro.
    :return: The data, with pairs only where there are records or logical types to choose from.
    """
    if isinstance(schema, list):
        name, data = data
        branch = next(one for one in schema if (one["name"] if avro_type(one) == "record" else avro_type(one)) == name)
        plain = plain_data(data, branch)
        return (name, plain) if _needs_names(schema) else plain
    if avro_type(schema) == "record":
        return {field["name"]: plain_data(data[field["name"]], field["type"]) for field in schema["fields"]}
    if avro_type(schema) == "map":
        return {key: plain_data(value, schema["values"]) for key, value in data.items()}
    return [plain_data(value, schema["items"]) for value in data] if avro_type(schema) == "array" else data


def _needs_names(schema: Any) -> bool:
    # Where a name is missing, fastavro tries the branches, and then it understands no names further down.
    if isinstance(schema, list):
        return any(avro_type(one) == "record" or "logicalType" in one or _needs_names(one) for one in schema)
    if avro_type(schema) == "record":
        return any(_needs_names(field["type"]) for field in schema["fields"])
    return isinstance(schema, dict) and _needs_names(schema.get("items", schema.get("values", "null")))


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
    values = [schemaless_reader(buffer, schema, None, return_record_name=True) for _ in range(count)]
    if buffer.tell() != len(data):
        raise SnapshotException("A block of the snapshot holds more than its values")
    return values if restore is None else list(map(restore, values))


def _read_header(raw: bytes) -> tuple[Plan, int, bytes, bool]:
    if raw[:4] != _MAGIC:
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
    sync = raw[at : at + _SYNC_SIZE]
    codec = meta.get(b"avro.codec", b"null")
    if len(sync) < _SYNC_SIZE or b"avro.schema" not in meta:
        raise SnapshotException("The header of the snapshot is damaged, or cut off")
    if codec not in (b"null", b"deflate"):
        raise SnapshotException(f"The codec {codec.decode(errors='replace')!r} is not supported")
    limits.check_text(meta[b"avro.schema"])
    plan = Plan(json.loads(meta[b"avro.schema"]))
    return plan, at + _SYNC_SIZE, sync, codec == b"deflate"


def _read_bytes(raw: bytes, at: int) -> tuple[bytes, int]:
    size, start = read_long(raw, at)
    if size < 0 or start + size > len(raw):
        raise SnapshotException("The header of the snapshot is damaged, or cut off")
    return raw[start : start + size], start + size


def deflate(block: bytes) -> bytes:
    """Deflate a block, as Avro's codec does: without the header of zlib."""
    compressor = zlib.compressobj(1, zlib.DEFLATED, -15)
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
        raise SnapshotException("A deflated block of the snapshot is cut off, or larger than the limit: see set_limits()")
    return data
