"""The values that a value holds, each with the step that leads to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import Any, Callable, NamedTuple, Optional

from ..classes.records import RecordType
from ..types.cache import Cache
from ..types.registry import find_kept
from ..types.rows import Array, Map
from .paths import ANY_ITEM, ANY_MEMBER, item, step_to


class Child(NamedTuple):
    """A value that another one holds."""

    #: What it adds to the path: see paths.py.
    step: str
    #: The key of a mapping, the name of a field, or the place in a list.
    key: Any
    value: Any


#: Gives what a value holds.
Look = Callable[[Any], Iterator[Child]]


def children(value: Any) -> Optional[Iterator[Child]]:
    """Give what a value holds.

    :param value: The value.
    :return: Its children, or ``None`` if it is no container and no record that can be looked into.
    """
    look = _LOOKS[type(value)]
    return None if look is None else look(value)


def shown_children(value: Any) -> Optional[Iterator[Child]]:
    """Give what is to be shown of a value in parts: what it holds, also where it is a Model that writes itself.

    To others such a Model is a whole, for its form is its own. But what is secret within is not to be shown with it.

    :param value: The value.
    :return: Its children, or ``None`` if it is shown as a whole, such as a reference that holds an identifier alone.
    """
    found = children(value)
    kind = find_kept(type(value)) if found is None else None
    if not isinstance(kind, RecordType):
        return found
    held = [Child(step_to(name), name, it) for name, it in zip(kind.names(value), kind.values(value))]
    return iter(held) if any(shown_children(child.value) is not None for child in held) else None


def find_at(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    """Find what stands at a path.

    :param value: The value from which it leads, such as a context.
    :param steps: The steps of the path; ``[]`` and ``{}`` lead to every item.
    :return: The values there: none, one, or several where a step leads to every item.
    """
    if not steps:
        yield value
        return
    first, rest = steps[0], steps[1:]
    for child in shown_children(value) or ():
        if child.step == first or (first == ANY_ITEM and child.step == item(child.key)):
            yield from find_at(child.value, rest)
            if first not in (ANY_ITEM, ANY_MEMBER):
                return


@singledispatch
def _look(kind: Any) -> Optional[Look]:
    return None


@_look.register(Map)
def _(kind: Map) -> Look:
    return lambda value: (Child(step_to(key), key, held) for key, held in value.items())


@_look.register(Array)
def _(kind: Array) -> Look:
    step = (lambda at: ANY_MEMBER) if kind.unordered else item
    return lambda value: (Child(step(at), at, held) for at, held in enumerate(value))


@_look.register(RecordType)
def _(kind: RecordType) -> Optional[Look]:
    if kind.is_self_encoding:
        return None
    names, values = kind.names, kind.values
    return lambda value: (Child(step_to(key), key, held) for key, held in zip(names(value), values(value)))


def _looker(cls: type) -> Optional[Look]:
    kind = find_kept(cls)
    look = _look(kind)
    # Of a subclass, what its base holds: its own methods may tell another tale.
    return look if look is None or getattr(kind, "type", cls) is cls else lambda value: look(kind.upcast(value))


_LOOKS: Cache[type, Optional[Look]] = Cache(_looker)
