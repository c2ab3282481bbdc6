"""Values that take no bytes: an array of nulls is nothing but its count, and a corrupt count is a loop without an end.

Our own schemas give every item a byte. Schemas of others are looked through here, and where such items are possible, so
is the data, before fastavro reads it.
"""

from __future__ import annotations

from typing import Any, Callable

from ...exceptions import SnapshotException
from .varint import read_long

#: So many values without bytes for each byte of the data cost no more than the bytes could.
_HARMLESS = 2
#: A record without bytes costs as much as so many nulls.
_RECORD = 8
_SIZES = {"boolean": 1, "float": 4, "double": 8}


def is_wide(schema: Any) -> bool:
    """Tell whether data of a schema may hold far more values than bytes.

    :param schema: The schema, parsed by fastavro.
    :return: ``True`` if so.
    """
    if isinstance(schema, list):
        return any(map(is_wide, schema))
    if not isinstance(schema, dict):
        return False
    if schema["type"] == "record":
        return any(is_wide(field["type"]) for field in schema["fields"])
    if schema["type"] not in ("array", "map"):
        return is_wide(schema["type"])
    item = schema["items" if schema["type"] == "array" else "values"]
    return is_wide(item) or _empties(item) > _HARMLESS or (schema["type"] == "array" and _size(item) == 0)


def check_width(schema: Any, data: bytes, count: int, limit: int) -> int:
    """Refuse data that holds more values without bytes than the limit allows, beyond those that its bytes make up for.

    :param schema: The schema, parsed by fastavro.
    :param data: The data.
    :param count: The number of records in it.
    :param limit: The number of values that may take no bytes.
    :return: How much of the limit was used up.
    :raises SnapshotException: If there are more.
    """
    free = _HARMLESS * len(data)
    left = limit + free

    def spend(number: int) -> None:
        nonlocal left
        left -= number
        if left < 0:
            raise SnapshotException("The snapshot holds more values without bytes than the limit: see set_limits()")

    if _size(schema) == 0:
        spend(count * _cost(schema))
    else:
        at = 0
        for _ in range(count):
            at = _skip(schema, data, at, spend)
    return max(0, limit - left)


def _size(schema: Any) -> int:
    """Give the least number of bytes that a value of the schema takes."""
    if isinstance(schema, list):
        return 1 + min(map(_size, schema), default=0)
    kind = schema["type"] if isinstance(schema, dict) else schema
    if isinstance(kind, (dict, list)):
        return _size(kind)
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
    if isinstance(kind, (dict, list)):
        return _empties(kind)
    if kind == "record":
        return sum(_empties(field["type"]) for field in schema["fields"]) + (not schema["fields"])
    return int(kind == "null")


def _cost(schema: Any) -> int:
    """Give what a value that takes no bytes costs, in nulls."""
    kind = schema["type"] if isinstance(schema, dict) else schema
    if isinstance(kind, dict):
        return _cost(kind)
    if kind == "record":
        return _RECORD + sum(_cost(field["type"]) for field in schema["fields"])
    return 1


def _skip(schema: Any, data: bytes, at: int, spend: Callable[[int], None]) -> int:
    """Go past one value; give where it ends."""
    if isinstance(schema, list):
        branch, at = read_long(data, at)
        return _skip(schema[branch], data, at, spend)
    kind = schema["type"] if isinstance(schema, dict) else schema
    if isinstance(kind, (dict, list)):
        return _skip(kind, data, at, spend)
    if kind == "record":
        spend(not schema["fields"])
        for field in schema["fields"]:
            at = _skip(field["type"], data, at, spend)
        return at
    if kind in ("array", "map"):
        return _skip_items(schema["items" if kind == "array" else "values"], kind == "map", data, at, spend)
    if kind == "null":
        spend(1)
        return at
    if kind in ("string", "bytes"):
        return _past(data, *read_long(data, at))
    if kind in ("int", "long", "enum"):
        return read_long(data, at)[1]
    return _past(data, _size(schema), at)


def _skip_items(item: Any, has_keys: bool, data: bytes, at: int, spend: Callable[[int], None]) -> int:
    count, at = read_long(data, at)
    while count:
        if count < 0:
            count, (_, at) = -count, read_long(data, at)
        if not has_keys and _size(item) == 0:
            spend(count * _cost(item))
        else:
            for _ in range(count):
                at = _past(data, *read_long(data, at)) if has_keys else at
                at = _skip(item, data, at, spend)
        count, at = read_long(data, at)
    return at


def _past(data: bytes, size: int, at: int) -> int:
    if size < 0 or at + size > len(data):
        raise SnapshotException("The data of the snapshot is cut off")
    return at + size
