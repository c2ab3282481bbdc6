"""What a snapshot may cost: bounds for the wrong and the hostile, which its user can raise."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..exceptions import SnapshotException

TOO_DEEP = "it is nested too deeply, or refers to itself"
FLATTEN = "Nest it less deeply; a context holds trees, no graphs."


class Limits(NamedTuple):
    """What a snapshot may cost."""

    #: How deep containers may be nested.
    depth: int = 256
    #: The size to which the deflated blocks of a file may grow together, in bytes ...
    inflated: int = 128 << 10
    #: ... or as many times the size of the file, whichever is more. A byte may become an object of a thousand bytes.
    inflation: int = 16
    #: How many values may take no bytes at all, such as the items of an array of nulls.
    empty_values: int = 100_000


_limits = Limits()


def set_limits(**limits: int) -> Limits:
    """Change what a snapshot may cost, for the whole process.

    :param limits: Any of the fields of :class:`Limits`.
    :return: The limits that were in force.
    :raises TypeError: If there is no such limit.
    :raises ValueError: If a limit is not a positive number.
    """
    global _limits  # noqa: PLW0603 - one for the process, as its memory is
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


def check_depth(schema: Any) -> None:
    """Refuse a schema so deep that parsing it could exhaust the stack of C.

    :param schema: The schema, not parsed yet.
    :return: This function does not return anything.
    :raises SnapshotException: If it is deeper than twelve levels for each container that may be nested.
    """
    level, depth = [schema], 0
    while level:
        depth += 1
        if depth > 12 * _limits.depth:
            raise SnapshotException("The schema of the snapshot is nested too deeply")
        children: list[Any] = []
        for part in level:
            if isinstance(part, dict):
                children.extend(part.values())
            elif isinstance(part, list):
                children.extend(part)
        level = children
