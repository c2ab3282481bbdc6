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
    refused = _refused(value, copy) or UnsupportedValueException(value)
    if refused.reason == limits.TOO_DEEP:
        # Not level by level: that would take for ever where there are thousands.
        return _circle(value, path) or UnsupportedValueException(value, path, limits.TOO_DEEP, limits.FLATTEN)
    is_child = True
    while is_child:
        is_child = False
        for step, child in _children(value):
            if (within := _refused(child, copy)) is not None:
                value, path, refused, is_child = child, join(path, step), within, True
                break
    return refused.at(path)


def _circle(value: Any, path: str) -> Optional[UnsupportedValueException]:
    """Find what refers to itself; ``None`` if nothing does within the limit of depth."""
    around, open_ids = [(path, value, _children(value))], {id(value)}
    seen = set(open_ids)
    while around:
        path, value, rest = around[-1]
        step, child = next(rest, (None, None))
        if step is None:
            open_ids.remove(id(value))
            around.pop()
        elif id(child) in open_ids:
            remedy = "Break the circle: a context holds trees, no graphs."
            return UnsupportedValueException(child, join(path, step), "it refers to itself", remedy)
        elif id(child) not in seen and len(around) <= limits.current().depth:
            open_ids.add(id(child))
            seen.add(id(child))
            around.append((join(path, step), child, _children(child)))
    return None


def _refused(value: Any, copy: Callable[[Any], Any]) -> Optional[UnsupportedValueException]:
    try:
        copy(value)
    except UnsupportedValueException as exc:
        return exc.with_traceback(None)  # whose frames would hold this one, and all that was called
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
