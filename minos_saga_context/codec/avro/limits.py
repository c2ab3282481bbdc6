"""What a snapshot may cost: bounds for the wrong and the hostile, which its user can raise."""

from __future__ import annotations

import os
import re
import sys
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from threading import Lock, Thread, local, stack_size
from typing import Any, Callable, NamedTuple, TypeVar

from ...exceptions import SnapshotException

TOO_DEEP = "it is nested too deeply, or refers to itself"
FLATTEN = "Nest it less deeply; a context holds trees, no graphs."
#: Types for each container that may be nested: an array of entries, which hold a union, of which a branch is boxed.
_LEVELS = 4
#: So many of them take no more of the stack than the smallest have: 1 MB, in Python 3.9.
_SHALLOW = 400
#: The stack of a thread for those that are deeper, in bytes.
_STACK = 32 << 20
#: JSON levels for each.
_JSON_LEVELS = 12
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
    """Change what reading a stored context may cost, for the whole process: ``set_limits(depth=400)``.

    What is over a limit is refused with a ``SnapshotException``. The limits, and what they are at first:

    - ``depth``, 220: how deep containers may be nested;
    - ``inflated``, 128 KiB, and ``inflation``, 16: to how many bytes, or to how many times the size of the file, what
      is compressed in it may grow;
    - ``empty_values``, 100,000: how many values may take no bytes, such as the items of an array of nulls;
    - ``source``, 512 Ki characters: how much source may be read to find the modules that have the classes.

    :param limits: Any of them, by name.
    :return: The limits that were in force, a named tuple.
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


def check_depth(schema: Any) -> bool:
    """Refuse a schema so deep that parsing it, or reading by it, could exhaust the stack of C.

    :param schema: The schema, not parsed yet.
    :return: Whether it is so deep that it takes a large stack: see :func:`check_room`.
    :raises SnapshotException: If it is deeper than what is written of containers that are nested as deep as they may.
    """
    deepest = 0
    todo: list[tuple[Any, int, int]] = [(schema, 0, 0)]
    while todo:
        part, depth, held = todo.pop()
        deepest = max(deepest, depth)
        # Beside what is counted when it is assigned: the context itself, and the containers without others in them.
        if held > _limits.depth + 3 or depth > _LEVELS * _limits.depth:
            raise SnapshotException("The schema of the snapshot is nested too deeply")
        if isinstance(part, list):
            todo += ((branch, depth + 1, held) for branch in part)
        elif isinstance(part, dict):
            fields = part["fields"] if isinstance(part.get("fields"), list) else []
            inner = depth + (bool(fields) or "items" in part or "values" in part)
            held += inner > depth and part.get("python") != "box" and not _is_entry(fields)
            todo += ((value, inner, held) for value in (*part.values(), *fields) if value is not fields)
    return deepest > _SHALLOW


def _is_entry(fields: list[Any]) -> bool:
    return [field.get("name") for field in fields if isinstance(field, dict)] == ["key", "value"]


_STRING = re.compile(rb'"[^"]*"?')
_BRACKET = re.compile(rb"[][{}]")


def check_text(text: bytes) -> None:
    """Refuse the text of a schema so deep that parsing its JSON could exhaust the stack of C.

    :param text: The text.
    :return: This function does not return anything.
    :raises SnapshotException: If it is too deep.
    """
    most = _JSON_LEVELS * _limits.depth
    if text.count(b"[") + text.count(b"{") <= most:
        return
    # The brackets in strings do not count, nor do escaped quotes end a string.
    physical = _STRING.sub(b"", text.replace(rb"\\", b"").replace(rb"\"", b""))
    depth = 0
    for found in _BRACKET.finditer(physical):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found.group(), 0)
        if depth > most:
            raise SnapshotException("The schema of the snapshot is nested too deeply")


#: The limit of recursion that makes room, once it is known.
_room: dict[str, int] = {}
_starting = Lock()
if hasattr(os, "register_at_fork"):
    # A forked child must not wait for a thread that it does not have.
    os.register_at_fork(after_in_child=_starting._at_fork_reinit)  # type: ignore[attr-defined]


class _Here(local):
    #: Whether this thread is one that was started for its stack.
    is_roomy = False


_here = _Here()


def with_room(function: Callable[..., T], *args: Any) -> T:
    """Call a function; again in a thread with a large stack, if its limit of recursion was reached.

    How deep a context may be nested must not depend on how deep the stack is where it is stored or loaded, nor on how
    large: that of a thread may be 1 MB, and Python up to 3.13 dies where it ends. The limit of recursion is raised once
    in the life of a process, and never lowered: Python up to 3.13 aborts if another thread is above it.

    :param function: The function.
    :param args: Its arguments.
    :return: What it returns.
    """
    try:
        return function(*args)
    except RecursionError:
        if _here.is_roomy:
            raise
    found: Any = Future()

    def run() -> None:
        _here.is_roomy = True
        try:
            found.set_result(function(*args))
        except BaseException as exc:
            found.set_exception(exc)

    _start(partial(copy_context().run, run))
    try:
        return found.result()  # type: ignore[no-any-return]
    finally:
        found = None  # the frames of what was raised hold it, and it holds that


def _make_room() -> None:
    # Without a lock, which a forked child might inherit: of threads that come at once, all get what the first one put.
    limit = _room.setdefault("limit", sys.getrecursionlimit() + _FRAMES)
    if sys.getrecursionlimit() < limit:
        sys.setrecursionlimit(limit)


def check_room(is_deep: bool) -> None:
    """Have :func:`with_room` call again what is going to be deep, before a small stack is exhausted."""
    if is_deep and not _here.is_roomy:
        raise RecursionError


def _start(run: Callable[[], None]) -> None:
    """Start a thread with a large stack."""
    _make_room()
    with _starting:
        # A thread that another one starts meanwhile merely has more room than it needs.
        before = stack_size(_STACK)
        try:
            Thread(target=run, name="minos-saga-context", daemon=True).start()
        finally:
            stack_size(before)
