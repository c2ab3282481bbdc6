"""Where a value that was refused holds what cannot be kept, and why that cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable, Optional

from ...exceptions import UnsupportedValueException
from ..avro import limits
from .children import children
from .paths import join


def explain(value: Any, path: str, copy: Callable[[Any], Any]) -> UnsupportedValueException:
    """Find what cannot be kept in a value that was refused.

    :param value: The value.
    :param path: Its path.
    :param copy: Raises for what cannot be kept.
    :return: The exception that says it.
    """
    open_ids: set[int] = set()
    while True:
        open_ids.add(id(value))
        for step, child in _children(value):
            if id(child) in open_ids:
                remedy = "Break the circle: a context holds trees, no graphs."
                return UnsupportedValueException(child, join(path, step), "it refers to itself", remedy)
            if (refused := _refused(child, copy)) is not None:
                value, path = child, join(path, step)
                break
        else:
            refused = _refused(value, copy) or UnsupportedValueException(value)
            return refused.at(path)


def _refused(value: Any, copy: Callable[[Any], Any]) -> Optional[UnsupportedValueException]:
    try:
        copy(value)
    except UnsupportedValueException as exc:
        return exc
    except RecursionError:
        return UnsupportedValueException(value, reason=limits.TOO_DEEP, remedy=limits.FLATTEN)
    except Exception as exc:
        # A hash, a function that was registered, a property: a class may have code of its own run.
        return UnsupportedValueException(value, reason=f"its class fails: {exc!r}")
    return None


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    try:
        for child in children(value) or ():
            yield child.step, child.value
            # The key of a mapping may be what cannot be kept.
            yield child.step, child.key
    except Exception:
        return  # the value itself is refused then
