"""What changed from one context to another, with the paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ..codec.classes.records import RecordType
from ..codec.types.registry import find_kept
from ..codec.types.rows import Array
from ..codec.values.children import Child, children
from ..codec.values.paths import join, member
from ..context.saga_context import SagaContext
from . import render

_MISSING: Any = object()
#: Path, kind, the value before, the value after, whether it is secret.
_Found = tuple[str, str, Any, Any, bool]


@dataclass(frozen=True, repr=False)
class Change:
    """One difference between two contexts. Printing it masks what is secret."""

    #: Where it is, such as ``order.items[1].price``.
    path: str
    #: ``added``, ``removed`` or ``changed``.
    kind: str
    #: The values before and after; ``None`` where there was none.
    before: Any
    after: Any
    #: Whether a key on the path tells a secret.
    is_secret: bool = False

    def text(self, reveal: bool = False) -> str:
        """Write the change on one line.

        :param reveal: Whether to show what is secret.
        :return: Such as ``order.items[1].price: 49.99 -> 59.99``; with ``+`` or ``-`` before what came or went.
        """
        before, after = self.values(reveal)
        if self.kind == "changed":
            return f"{self.path}: {before} -> {after}"
        return f"+ {self.path}: {after}" if self.kind == "added" else f"- {self.path}: {before}"

    def values(self, reveal: bool = False) -> tuple[str, str]:
        """Write the two values.

        :param reveal: Whether to show what is secret.
        :return: Their texts.
        """
        if self.is_secret and not reveal:
            return render.MASK, render.MASK
        return render.brief(self.before, reveal), render.brief(self.after, reveal)

    def to_json(self, reveal: bool = False) -> dict[str, Any]:
        """Turn the change into what ``json`` writes.

        :param reveal: Whether to show what is secret.
        :return: A dictionary.
        """
        hide = self.is_secret and not reveal
        sides = [name for name, absent in (("before", "added"), ("after", "removed")) if self.kind != absent]
        values = {name: render.MASK if hide else render.to_json(getattr(self, name), reveal) for name in sides}
        return {"path": self.path, "kind": self.kind, **values}

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Change {self.text()}>"


def compare(before: Any, after: Any) -> list[Change]:
    """Find what was added, removed and changed. A change of type is a change, also from ``1`` to ``1.0``.

    :param before: A context, a snapshot of one, or another mapping.
    :param after: Another.
    :return: The changes, in the order of the fields: each has a ``path``, a ``kind`` (``added``, ``removed`` or
        ``changed``), and the values ``before`` and ``after``. Printing it masks what is secret.
    """
    found = _changes("", _values(before), _values(after), False)
    return [Change(*one) for one in found]


def _values(it: Any) -> dict[str, Any]:
    # A snapshot is no mapping, and knows its context.
    context = it if isinstance(it, Mapping) else it.context
    kept = context if isinstance(context, SagaContext) else SagaContext(context)
    return {child.key: child.value for child in children(kept) or ()}


def _changes(path: str, before: Any, after: Any, secret: bool) -> Iterator[_Found]:
    one, other = _places(before), _places(after)
    if one is None or other is None or type(before) is not type(after):
        if not is_same(before, after):
            yield path, "changed", before, after, secret
        return
    changed = False
    for place in dict.fromkeys([*one, *other]):
        child = one.get(place) or other[place]
        old, new = (side[place].value if place in side else _MISSING for side in (one, other))
        for found in _one(join(path, child.step), old, new, secret or render.is_secret(child.key)):
            changed = True
            yield found
    if not changed and _frame(before, one) != _frame(after, other):
        yield path, "changed", before, after, secret


def _one(path: str, old: Any, new: Any, secret: bool) -> Iterator[_Found]:
    if old is _MISSING:
        yield path, "added", None, new, secret
    elif new is _MISSING:
        yield path, "removed", old, None, secret
    else:
        yield from _changes(path, old, new, secret)


def _places(value: Any) -> Optional[dict[Any, Child]]:
    """Give what a value holds by what tells them apart; the items of a set by themselves."""
    found = children(value)
    if found is None:
        return None
    kind = find_kept(type(value))
    if isinstance(kind, Array) and kind.unordered:
        found = (Child(member(render.brief(child.value)), child.value, child.value) for child in found)
    places: dict[Any, Child] = {}
    for child in found:
        place: Any = (type(child.key), child.key if type(child.key) in (str, int) else _stored(child.key))
        while place in places:
            # A nan is equal to none, not even to itself.
            place = (place, None)
        places[place] = child
    return places


def _stored(value: Any) -> bytes:
    return bytes(SagaContext(value=value).avro_bytes)


def is_same(before: Any, after: Any) -> bool:
    """Tell whether two values are the same in type and value: whether they are stored alike.

    :param before: A value.
    :param after: Another.
    :return: ``True`` if so.
    """
    if before is after or type(before) is not type(after):
        return before is after
    return _stored(before) == _stored(after)


def _frame(value: Any, places: dict[Any, Child]) -> Any:
    """Give what a container or a record is besides what it holds; the order of its items where that counts."""
    kind = find_kept(type(value))
    if isinstance(kind, Array):
        return kind.attribute_of(value)
    if isinstance(kind, RecordType):
        return kind.discriminator(value)
    return (kind.attribute_of(value), list(places)) if kind.tagged else None
