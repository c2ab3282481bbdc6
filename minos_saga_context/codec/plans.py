"""Plans, made once for each shape and each header, and the caches that hold them."""

from __future__ import annotations

import json
from binascii import b2a_base64
from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Any, Generic, Optional, TypeVar

from fastavro import parse_schema

from ..exceptions import SnapshotException
from . import limits
from .alike import alike_reader
from .avro import is_natural
from .classes import record_kind
from .node import Node
from .plan import node_of
from .registry import ON_REGISTRATION, ByType
from .schema import SchemaBuilder
from .shape import kind_of_record, shape_of
from .varint import read_long, write_long
from .width import is_wide

MAGIC = b"Obj\x01"
#: The size of the marker at the end of a header and of each block, in bytes.
SYNC_SIZE = 16

T = TypeVar("T")


class Plan:
    """All that is needed to write and read the values of one shape.

    :param schema: The Avro schema.
    """

    def __init__(self, schema: Any):
        self.text = json.dumps(schema, separators=(",", ":"))
        limits.check_depth(schema)
        parsed = parse_schema(schema)
        self.node: Node = node_of(parsed, "")
        self.bare = self.node.bare
        self.is_natural = is_natural(parsed)
        # Where a plan is not natural, the records of unions come with their names, which alone tell them apart.
        self.is_wide = is_wide(parsed)
        self.alike = None if self.is_wide else alike_reader(self.bare, not self.is_natural, len(self.text))

    @property
    def schema(self) -> Any:
        """The whole schema, parsed by fastavro. It takes more room than all else, and is seldom asked for."""
        return parse_schema(json.loads(self.text))

    @cached_property
    def plain(self) -> Header:
        """How files begin whose blocks are not deflated."""
        return self._header(b"null")

    @cached_property
    def deflated(self) -> Header:
        """How files begin whose blocks are deflated."""
        return self._header(b"deflate")

    def _header(self, codec: bytes) -> Header:
        text = self.text.encode()
        entries = (b"avro.codec", codec, b"avro.schema", text)
        body = b"".join(write_long(len(entry)) + entry for entry in entries)
        # From the schema, so that the same context gives the same bytes.
        sync = blake2b(text, digest_size=SYNC_SIZE).digest()
        data = b"".join((MAGIC, write_long(2), body, write_long(0), sync))
        return Header(self, data, is_deflated=codec != b"null")


class Header:
    """How the files of a shape begin: all bytes of them alike, and so is their text.

    :param plan: The plan of the shape.
    :param data: The bytes.
    :param is_deflated: Whether the blocks that follow are deflated.
    """

    __slots__ = ("data", "is_deflated", "plan", "rest", "sync", "text")

    def __init__(self, plan: Plan, data: bytes, is_deflated: bool):
        self.plan, self.data, self.is_deflated = plan, data, is_deflated
        self.sync = data[-SYNC_SIZE:]
        # Base64 writes groups of three bytes. These have the same text whatever follows ...
        whole = len(data) // 3 * 3
        self.text = b2a_base64(data[:whole], newline=False).decode("ascii")
        # ... and these do not.
        self.rest = data[whole:]


def read_header(raw: bytes) -> Header:
    """Read the header of a file.

    :param raw: The bytes of the file.
    :return: The header, with a plan of its own.
    :raises SnapshotException: If it cannot be read, with the reason.
    """
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
    return Header(plan, raw[: at + SYNC_SIZE], is_deflated=codec == b"deflate")


def _read_bytes(raw: bytes, at: int) -> tuple[bytes, int]:
    size, start = read_long(raw, at)
    if size < 0 or start + size > len(raw):
        raise SnapshotException("The header of the snapshot is damaged, or cut off")
    return raw[start : start + size], start + size


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
        self._young: dict[Any, tuple[T, int]] = {}
        self._old: dict[Any, tuple[T, int]] = {}
        self._weight = 0

    def get(self, key: Any) -> Optional[T]:
        """Look a key up.

        :param key: The key.
        :return: What it holds, or ``None``.
        """
        entry = self._young.get(key)
        if entry is None:
            if (entry := self._old.get(key)) is None:
                return None
            self.set(key, *entry)
        return entry[0]

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
        self._young[key] = value, weight
        self._weight += weight

    def __len__(self) -> int:
        return len(self._young) + len(self._old)


#: Plans by shape; and headers by the marker at their end, which is at the end of every block too, and so of the file.
#: They weigh the bytes of a header; with its parsed schema and its functions, a plan takes some thirty times as much.
PLANS_BY_SHAPE: Cache[Plan] = Cache(1 << 19)
HEADERS_BY_SYNC: Cache[tuple[Header, ...]] = Cache(1 << 19)


def forget_plans() -> None:
    """Empty the caches: what plans know of types has changed."""
    PLANS_BY_SHAPE.clear()
    HEADERS_BY_SYNC.clear()


def know(header: Header) -> None:
    """Remember a header, beside that of the same shape with the other codec."""
    others = HEADERS_BY_SYNC.get(header.sync) or ()
    HEADERS_BY_SYNC.set(header.sync, (header, *others[:1]), len(header.data))


ON_REGISTRATION.append(forget_plans)


def plan_of(values: Sequence[Any], plain: set[type]) -> tuple[Plan, list[Any]]:
    """Find or make the plan for some records, and hand them over to it.

    :param values: The records.
    :param plain: See :func:`.shape.shape_of`.
    :return: The plan, and what fastavro is to write of each.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    if len(values) > 1:
        plan = _plan_of(shape_of(values, plain))
        return plan, list(map(plan.node.encode, values))  # type: ignore[arg-type]
    record = _RECORDS[type(values[0])]
    fields = record.fields(values[0])
    plan = _plan_of(kind_of_record(record, values[0], fields, plain, write_lines=True))
    return plan, [plan.node.encode_fields(fields)]  # type: ignore[misc]


_RECORDS = ByType(record_kind)


def _plan_of(shape: Any) -> Plan:
    """Find or make a plan, by a shape or its only kind."""
    plan = PLANS_BY_SHAPE.get(shape)
    if plan is None:
        plan = Plan(SchemaBuilder().build(shape if isinstance(shape, frozenset) else frozenset((shape,))))
        PLANS_BY_SHAPE.set(shape, plan, len(plan.plain.data))
        know(plan.plain)
    return plan
