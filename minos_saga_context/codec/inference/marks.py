"""What the values of one place tell beyond their kinds, where stock minos can tell these apart by values alone."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, Flag
from typing import Any
from uuid import UUID

from ..classes.records import RecordType
from ..types.cache import Cache
from ..types.registry import find

#: In the place of the attribute that lists do not have: one is empty.
EMPTY = 1


def marked(shape: frozenset[Any], values: Iterable[Any], types: Iterable[type]) -> frozenset[Any]:
    """Mark kinds by what tells them from others, to stock minos: see sharing.py.

    :param shape: The kinds of some values.
    :param values: The values.
    :param types: Their types, but for those that need no mark.
    :return: The kinds. In the place of an attribute that they do not have, there may be a number.
    """
    marks: dict[type, int] = {}
    if list in types and any(map(is_set, types)):
        marks[list] = 0 if all(value for value in values if type(value) is list) else EMPTY
    for base in (str, int):
        if len(enums := [cls for cls in types if issubclass(cls, base) and issubclass(cls, Enum)]) > 1:
            marks.update(_in_order(enums, values))
    return frozenset(_marked(kind, marks) for kind in shape) if marks else shape


def is_set(cls: type) -> bool:
    """Tell whether it is a set, or a Model that writes itself as sets of entities do."""
    return cls is set or _IS_SET[cls]


def _is_set(cls: type) -> bool:
    return isinstance(kind := find(cls), RecordType) and kind.is_self_encoding and not issubclass(cls, UUID)


_IS_SET: Cache[type, bool] = Cache(_is_set)


def _marked(kind: Any, marks: dict[type, int]) -> Any:
    cls, number, *rest = kind if type(kind) is tuple else (kind, 0, None)
    if cls not in marks:
        return kind
    if cls is list:
        return cls, marks[cls], *rest
    return kind if rest[0] is not None else (cls, number, marks[cls])


def _in_order(enums: list[type], values: Iterable[Any]) -> dict[type, int]:
    """Order enums, where one has values of another: stock minos takes the first that has a value."""
    if not any(_MAY_TAKE[one, other] for one in enums for other in enums if one is not other):
        return {}
    used = {cls: {id(value): value for value in values if type(value) is cls}.values() for cls in enums}
    left = sorted(enums, key=lambda cls: (cls.__module__, cls.__qualname__))
    order: dict[type, int] = {}
    while left:
        free = (cls for cls in left if not any(_takes(cls, used[other]) for other in left if other is not cls))
        first = next(free, left[0])
        order[first] = len(order)
        left.remove(first)
    return order


def _takes(cls: Any, members: Iterable[Any]) -> bool:
    """Tell whether an enum has one of the values that members of another are written as."""
    encode: Any = find(cls).encodings[0].encode
    for member in members:
        try:
            cls(encode(member))
        except Exception:  # what _missing_() raises
            continue
        return True
    return False


def _may_take(pair: tuple[Any, Any]) -> bool:
    one, other = pair
    usual: Any = Enum._missing_
    if issubclass(one, Flag) or issubclass(other, Flag) or one._missing_.__func__ is not usual.__func__:
        return True
    return _takes(one, other)


_MAY_TAKE: Cache[tuple[Any, Any], bool] = Cache(_may_take)
