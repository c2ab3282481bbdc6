"""Plans, made once for each shape and each header, and the caches that hold them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Generic, Optional, TypeVar

from fastavro import parse_schema

from . import limits
from .avro import is_natural
from .node import Node
from .plan import node_of
from .registry import ON_REGISTRATION
from .schema import SchemaBuilder
from .shape import shape_of, shape_of_one
from .varint import write_long
from .width import is_wide

MAGIC = b"Obj\x01"
#: The size of the marker at the end of a header and of each block, in bytes.
SYNC_SIZE = 16

T = TypeVar("T")


class Plan:
    """All that is needed to write and read the values of one shape.

    :param schema: The Avro schema.
    """

    __slots__ = ("deflated_header", "header", "is_natural", "is_wide", "node", "schema", "sync", "text")

    def __init__(self, schema: Any):
        self.text = text = json.dumps(schema, separators=(",", ":"))
        limits.check_depth(schema)
        self.schema = parse_schema(schema)
        self.node: Node = node_of(self.schema, "")
        self.is_natural = is_natural(self.schema)
        self.is_wide = is_wide(self.schema)
        # From the schema, so that the same context gives the same bytes.
        self.sync = blake2b(text.encode(), digest_size=SYNC_SIZE).digest()
        self.header = self._header(text, b"null")
        self.deflated_header = self._header(text, b"deflate")

    def _header(self, text: str, codec: bytes) -> bytes:
        entries = (b"avro.codec", codec, b"avro.schema", text.encode())
        body = b"".join(write_long(len(entry)) + entry for entry in entries)
        return MAGIC + write_long(2) + body + write_long(0) + self.sync


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


#: Plans by shape, and by the header of a file. They weigh the bytes of their headers; with its parsed schema and its
#: functions, a plan takes some thirty times as much memory.
PLANS_BY_SHAPE: Cache[Plan] = Cache(1 << 19)
PLANS_BY_HEADER: Cache[tuple[Plan, bytes, bool]] = Cache(1 << 19)


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
    shape = shape_of_one(values[0], plain) if len(values) == 1 else shape_of(values, plain)
    plan = PLANS_BY_SHAPE.get(shape)
    if plan is None:
        plan = Plan(SchemaBuilder().build(shape))
        PLANS_BY_SHAPE.set(shape, plan, len(plan.header))
        PLANS_BY_HEADER.set(plan.header, (plan, plan.sync, False), len(plan.header))
    return plan
