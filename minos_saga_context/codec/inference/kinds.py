"""What a shape is made of: see shape.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import singledispatch
from typing import Any

from ..classes.imports import path_of
from ..classes.records import RecordType
from ..types.registry import find, rank
from ..types.rows import Container, EnumType, ScalarType


def class_of(kind: Any) -> type:
    """Give the class of a kind."""
    found: type = kind[0] if isinstance(kind, tuple) else kind
    return found


def holds_others(kind: Any) -> bool:
    """Tell whether the values of a kind hold others."""
    row = find(class_of(kind))
    return not (isinstance(row, ScalarType) or (isinstance(row, RecordType) and row.is_self_encoding))


def with_room_for_dates(shape: frozenset[Any]) -> frozenset[Any]:
    """Have ints written as longs where dates take the int, which have no other way, and nothing else takes the long."""
    if not {int, date} <= shape or not _LONGS.isdisjoint(map(class_of, shape)):
        return shape
    return shape - {int} | {(int, 1, None)}


_LONGS = frozenset((time, timedelta, datetime))


def place_of(kind: Any) -> tuple[Any, ...]:
    """Give the place of a kind among others, the same in every process. The first of an Avro type is not boxed."""
    rest = kind[1:] if isinstance(kind, tuple) else ()
    return _order(find(class_of(kind)), kind, rest)


@singledispatch
def _order(found: Any, kind: Any, rest: Sequence[Any]) -> tuple[Any, ...]:
    raise NotImplementedError


@_order.register(ScalarType)
def _(row: ScalarType, kind: Any, rest: Sequence[Any]) -> tuple[Any, ...]:
    return (0, *rank(row), str(kind))


@_order.register(Container)
def _(container: Container, kind: Any, rest: Sequence[Any]) -> tuple[Any, ...]:
    return (1, *rank(container), len(rest), str(rest[0]))


@_order.register(EnumType)
def _(enum: EnumType, kind: Any, rest: Sequence[Any]) -> tuple[Any, ...]:
    path, encoding = path_of(enum.type), enum.encodings[rest[0] if rest else 0]
    if rest and isinstance(rest[1], int):
        path = f"{rest[1]:03} {path}"
    if encoding.avro == "string" and not encoding.tagged and not any(other.takes_first for other in enum.encodings):
        # It has no other way to be written; UUIDs, which follow bytes in the table, have.
        return (0, rank(find(bytes))[0], path, str([*rest]))
    return (2, path, str([*rest]))


@_order.register(RecordType)
def _(record: RecordType, kind: Any, rest: Sequence[Any]) -> tuple[Any, ...]:
    return (3, path_of(kind[0]), str(rest[0]), tuple(rest[1:2]))
