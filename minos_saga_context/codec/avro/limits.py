"""What a snapshot may cost: bounds for the wrong and the hostile, which its user can raise."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Collection
from typing import Any, Callable, NamedTuple, TypeVar

from ...exceptions import SnapshotException

TOO_DEEP = "it is nested too deeply, or refers to itself"
FLATTEN = "Nest it less deeply; a context holds trees, no graphs."
#: How many keys may share one hash.
ALIKE = 256
#: Types whose hashes differ from process to process.
_SALTED = {str, bytes}
#: JSON levels of a schema for each container that may be nested.
_LEVELS = 12
#: Frames that the deepest context takes, beyond those that its user has taken already.
_FRAMES = 4_000

T = TypeVar("T")


class Limits(NamedTuple):
    """What a snapshot may cost."""

    #: How deep containers may be nested.
    depth: int = 220
    #: The size to which the deflated blocks of a file may grow together, in bytes ...
    inflated: int = 128 << 10
    #: ... or as many times the size of the file, whichever is more. A byte may become an object of a thousand bytes.
    inflation: int = 16
    #: How many values may take no bytes at all, such as the items of an array of nulls.
    empty_values: int = 100_000
    #: How much source may be read to find out which modules that are not imported yet have the classes, in characters.
    source: int = 512 << 10


_limits = Limits()


def set_limits(**limits: int) -> Limits:
    """Change what a snapshot may cost, for the whole process.

    :param limits: Any of the fields of :class:`Limits`.
    :return: The limits that were in force.
    :raises TypeError: If there is no such limit.
    :raises ValueError: If a limit is not a positive number.
    """
    global _limits
    if unknown := limits.keys() - set(Limits._fields):
        raise TypeError(f"There is no limit {min(unknown)!r}. Limits are: {', '.join(Limits._fields)}")
    if wrong := [name for name, limit in limits.items() if type(limit) is not int or limit < 1]:
        raise ValueError(f"The limit {wrong[0]!r} must be a positive int. Obtained: {limits[wrong[0]]!r}")
    before, _limits = _limits, _limits._replace(**limits)
    return before


def current() -> Limits:
    """Give the limits that are in force."""
    return _limits


def inflated_limit(size: int) -> int:
    """Give the size to which the deflated blocks of a file of that size may grow."""
    return max(_limits.inflated, _limits.inflation * size)


def may_inflate(size: int, inflated: int) -> bool:
    """Tell whether every reader takes a deflated block, so that a writer may write it."""
    return inflated <= max(Limits().inflated, Limits().inflation * size)


def collide(keys: Collection[Any]) -> bool:
    """Tell whether so many keys share one hash that a set or a dict of them would take the square of their number.

    Those of numbers can be chosen, by who writes a file.

    :param keys: The keys.
    :return: ``True`` if so.
    """
    if len(keys) <= ALIKE or _SALTED.issuperset(map(type, keys)):
        return False
    # That most of them differ costs half as much to find out.
    return len(keys) - len(set(map(hash, keys))) >= ALIKE and max(Counter(map(hash, keys)).values()) > ALIKE


def check_depth(schema: Any) -> None:
    """Refuse a schema so deep that parsing it could exhaust the stack of C.

    :param schema: The schema, not parsed yet.
    :return: This function does not return anything.
    :raises SnapshotException: If it is deeper than twelve levels for each container that may be nested.
    """
    level, depth = [schema], 0
    while level:
        depth += 1
        if depth > _LEVELS * _limits.depth:
            raise SnapshotException("The schema of the snapshot is nested too deeply")
        children: list[Any] = []
        for part in level:
            if isinstance(part, dict):
                children.extend(part.values())
            elif isinstance(part, list):
                children.extend(part)
        level = children


_STRING = re.compile(rb'"[^"]*"?')
_BRACKET = re.compile(rb"[][{}]")


def check_text(text: bytes) -> None:
    """Refuse the text of a schema so deep that parsing its JSON could exhaust the stack of C.

    :param text: The text.
    :return: This function does not return anything.
    :raises SnapshotException: If it is too deep.
    """
    most = _LEVELS * _limits.depth
    if text.count(b"[") + text.count(b"{") <= most:
        return
    # The brackets in strings do not count, nor do escaped quotes end a string.
    bare = _STRING.sub(b"", text.replace(rb"\\", b"").replace(rb"\"", b""))
    depth = 0
    for found in _BRACKET.finditer(bare):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found.group(), 0)
        if depth > most:
            raise SnapshotException("The schema of the snapshot is nested too deeply")


#: The limit of recursion that makes room, once it is known.
_room: dict[str, int] = {}


def with_room(function: Callable[..., T], *args: Any) -> T:
    """Call a function; again with a higher limit of recursion, if that was reached.

    How deep a context may be nested must not depend on how deep the stack is where it is stored or loaded. The limit
    is raised once in the life of a process, and never lowered: Python up to 3.13 aborts if another thread is above it.

    :param function: The function.
    :param args: Its arguments.
    :return: What it returns.
    """
    try:
        return function(*args)
    except RecursionError:
        _make_room()
    return function(*args)


def _make_room() -> None:
    # Without a lock, which a forked child might inherit: of threads that come at once, all get what the first one put.
    limit = _room.setdefault("limit", sys.getrecursionlimit() + _FRAMES)
    if sys.getrecursionlimit() < limit:
        sys.setrecursionlimit(limit)
