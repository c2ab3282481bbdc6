"""Values that take no bytes: an array of nulls is nothing but its count, and a corrupt count is a loop without an end.

Our own schemas give every item a byte. Schemas of others are looked through here, and where such items are possible, so
is the data, before fastavro reads it.
"""

from __future__ import annotations

from typing import Any, Callable, Optional

from ...exceptions import SnapshotException
from .schema import walk
from .varint import read_long

#: So many values without bytes for each byte of the data cost no more than the bytes could.
_HARMLESS = 2
#: A record without bytes costs as much as so many nulls.
_RECORD = 8
_SIZES = {"boolean": 1, "float": 4, "double": 8}


def has_zero_byte_elements(schema: Any) -> bool:
    """Tell whether data of a schema may hold far more values than bytes.

    :param schema: The schema, parsed by fastavro.
    :return: ``True`` if so.
    """
    return any(_has_wide_items(one) for one in walk(schema) if isinstance(one, dict))


def _has_wide_items(schema: dict[str, Any]) -> bool:
    if schema["type"] == "array":
        return _empties(schema["items"]) > _HARMLESS or _size(schema["items"]) == 0
    return schema["type"] == "map" and _empties(schema["values"]) > _HARMLESS


def widened(schema: Any, width: int = 0) -> Any:
    """Give what stands in an array or a map a byte for each value without one, where they are too many to be harmless.

    :param schema: The schema of the items, which is changed.
    :param width: How many bytes stand beside each item.
    :return: The schema: nulls, and records without fields, are unions of one branch.
    """
    if isinstance(schema, list):
        return [widened(branch, width + 1) for branch in schema]
    return schema if _empties(schema) <= _HARMLESS * (_size(schema) + width) else _filled(schema)


def _filled(schema: Any) -> Any:
    if schema == "null":
        return [schema]
    if isinstance(schema, dict) and schema["type"] == "record":
        for field in schema["fields"]:
            field["type"] = _filled(field["type"])
        return schema if schema["fields"] else [schema]
    return schema


def width_checker(schema: Any) -> Callable[[bytes, int, int], int]:
    """Build the function that refuses data with more values without bytes than a limit allows, beyond those that its
    bytes make up for.

    :param schema: The schema, parsed by fastavro.
    :return: A function of the data, the number of records in it, and the number of values that may take no bytes. It
        gives how much of that was used up, and raises :class:`.SnapshotException` if there are more.
    """
    # Once for all blocks and items: to ask the schema again for each would cost its size each time.
    size, cost, skip = _size(schema), _cost(schema), _skipper(schema)

    def check(data: bytes, count: int, limit: int) -> int:
        left = limit + _HARMLESS * len(data)

        def spend(number: int) -> None:
            nonlocal left
            left -= number
            if left < 0:
                raise SnapshotException("The snapshot holds more values without bytes than the limit: see set_limits()")

        if size == 0:
            spend(count * cost)
        else:
            at = 0
            for _ in range(count):
                at = skip(data, at, spend)
        return max(0, limit - left)

    return check


def _size(schema: Any) -> int:
    """Give the least number of bytes that a value of the schema takes."""
    if isinstance(schema, list):
        return 1 + min(map(_size, schema), default=0)
    kind = schema["type"] if isinstance(schema, dict) else schema
    if kind == "record":
        return sum(_size(field["type"]) for field in schema["fields"])
    if kind == "fixed":
        return int(schema["size"])
    return 0 if kind == "null" else _SIZES.get(kind, 1)


def _empties(schema: Any) -> int:
    """Give the number of values without bytes that every value of the schema holds."""
    if isinstance(schema, list):
        return max(map(_empties, schema), default=0)
    kind = schema["type"] if isinstance(schema, dict) else schema
    if kind == "record":
        return sum(_empties(field["type"]) for field in schema["fields"]) + (not schema["fields"])
    return int(kind == "null")


def _cost(schema: Any) -> int:
    """Give what a value that takes no bytes costs, in nulls."""
    kind = schema["type"] if isinstance(schema, dict) else schema
    if kind == "record":
        return _RECORD + sum(_cost(field["type"]) for field in schema["fields"])
    return 1


#: Goes past one value, from where it begins, and tells of those without bytes; gives where it ends.
_Skip = Callable[[bytes, int, Callable[[int], None]], int]


def _skipper(schema: Any) -> _Skip:
    """Build the function that goes past the values of a schema."""
    if isinstance(schema, list):
        return _past_union(list(map(_skipper, schema)))
    kind = schema["type"] if isinstance(schema, dict) else schema
    if kind == "record":
        return _past_fields([_skipper(field["type"]) for field in schema["fields"]])
    if kind == "map":
        return _past_items(_past_fields([_past_bytes, _skipper(schema["values"])]), None)
    if kind == "array":
        item = schema["items"]
        return _past_items(_skipper(item), _cost(item) if _size(item) == 0 else None)
    if kind == "null":
        return _past_null
    if kind in ("string", "bytes"):
        return _past_bytes
    if kind in ("int", "long", "enum"):
        return lambda data, at, spend: read_long(data, at)[1]
    size = _size(schema)
    return lambda data, at, spend: _past(data, size, at)


def _past_union(branches: list[_Skip]) -> _Skip:
    def skip(data: bytes, at: int, spend: Callable[[int], None]) -> int:
        branch, at = read_long(data, at)
        return branches[branch](data, at, spend)

    return skip


def _past_fields(fields: list[_Skip]) -> _Skip:
    def skip(data: bytes, at: int, spend: Callable[[int], None]) -> int:
        for field in fields:
            at = field(data, at, spend)
        return at

    return skip if fields else _past_null


def _past_items(skip_item: _Skip, cost: Optional[int]) -> _Skip:
    def skip(data: bytes, at: int, spend: Callable[[int], None]) -> int:
        count, at = read_long(data, at)
        while count:
            if count < 0:
                count, (_, at) = -count, read_long(data, at)
            if cost is not None:
                spend(count * cost)
            else:
                for _ in range(count):
                    at = skip_item(data, at, spend)
            count, at = read_long(data, at)
        return at

    return skip


def _past_null(data: bytes, at: int, spend: Callable[[int], None]) -> int:
    spend(1)
    return at


def _past_bytes(data: bytes, at: int, spend: Callable[[int], None]) -> int:
    return _past(data, *read_long(data, at))


def _past(data: bytes, size: int, at: int) -> int:
    if size < 0 or at + size > len(data):
        raise SnapshotException("The data of the snapshot is cut off")
    return at + size
