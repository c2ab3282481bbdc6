"""Values to their shape: what a schema has to provide for, and nothing else of them.

A shape is the frozen set of the *kinds* that stand in one place, and is found for all values of a place at once: the
values of a thousand order lines cost one pass in C, and what stands in like places is merged on the way. Kinds are

- a scalar type, for values that are written in its first encoding;
- ``(type, number of the encoding, its attribute)`` for values that are written in another, or with an
  attribute;
- ``(type, attribute, shape of the items)`` for a container; before it the shape of keys that are no strings;
- ``(class, discriminator, names, (shapes of the fields))`` for a record class;
- ``(class, schema)`` for a Model that writes itself, by the hooks of minos.common.

Shapes are trusted tuples and sets, equal for equal structure: they are the keys of the caches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import singledispatch
from itertools import chain
from typing import Any, Callable, Optional

from ...exceptions import UnsupportedValueException
from ..classes.records import RecordType
from ..types.cache import Cache
from ..types.registry import find
from ..types.rows import Array, Map, ScalarType
from ..types.scalars import has_text_keys, in_64_bits, is_utf8
from .marks import marked

#: Gives the kinds of some values of one type.
KindsOf = Callable[[Sequence[Any], set[type]], Iterable[Any]]


_STRINGS = {str}


def shape_of(values: Collection[Any], trusted: set[type]) -> frozenset[Any]:
    """Find the shape of the values of one place.

    :param values: The values.
    :param trusted: The scalar types to take for always being written in their first encoding: those of the registry
        that are ``FIRST_ENCODING``; or ``TRUSTED``, as long as nothing speaks against it.
    :return: Their shape.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    types = frozenset(map(type, values))
    if types <= trusted and (int not in types or _are_small(values)):
        return types
    if len(types) == 1:
        return kinds_in(next(iter(types)), values if isinstance(values, _SEQUENCES) else list(values), trusted)
    others = (types - trusted) | (types & _INTS)
    shapes = [kinds_in(cls, [value for value in values if type(value) is cls], trusted) for cls in others]
    found = (types - others).union(*shapes)
    return marked(found, values, others) if len(others) > 1 else found


def _are_small(values: Iterable[Any]) -> bool:
    """Tell whether the ints among some values have 32 bits."""
    for value in values:  # noqa: SIM110 - all() takes twice the time
        if type(value) is int and not -0x8000_0000 <= value <= 0x7FFF_FFFF:
            return False
    return True


def kinds_in(cls: type, values: Sequence[Any], trusted: set[type]) -> frozenset[Any]:
    """Find the kinds of some values of one type.

    :param cls: The type.
    :param values: The values.
    :param trusted: See :func:`shape_of`.
    :return: The kinds.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    if (kinds_of := _KINDS_OF[cls]) is None:
        raise UnsupportedValueException(values[0])
    return frozenset(kinds_of(values, trusted))


_FIRST = (0, None)
_SEQUENCES = (list, tuple)
_INTS = frozenset((int,))


@singledispatch
def _kinds_of(kind: Any) -> Optional[KindsOf]:
    """Build what finds the kinds of values, by what they are."""
    return None


_KINDS_OF: Cache[type, Optional[KindsOf]] = Cache(lambda cls: _kinds_of(find(cls)))


def _int_kinds(values: Sequence[Any], trusted: set[type]) -> Iterable[Any]:
    if _are_small(values):
        return (int,)
    small = [value for value in values if in_64_bits(value)]
    longs = () if not small else (int,) if _are_small(small) else ((int, 1, None),)
    return longs if len(small) == len(values) else (*longs, (int, 2, None))


@_kinds_of.register(ScalarType)
def _(row: ScalarType) -> KindsOf:
    cls, choose = row.type, row.choose
    if cls is int:
        return _int_kinds

    def kinds(values: Sequence[Any], trusted: set[type]) -> Iterable[Any]:
        if choose is None:
            return (cls,)
        return [cls if found == _FIRST else (cls, *found) for found in set(map(choose, values))]

    return kinds


@_kinds_of.register(Array)
def _(container: Array) -> KindsOf:
    cls, attribute, attribute_of = container.type, container.attribute, container.attribute_of

    def kinds(values: Sequence[Any], trusted: set[type]) -> Iterable[Any]:
        if attribute is None:
            items = values[0] if len(values) == 1 else list(chain.from_iterable(values))
            return ((cls, None, shape_of(items, trusted)),)
        groups: dict[Any, list[Any]] = {}
        for value in values:
            groups.setdefault(attribute_of(value), []).extend(value)
        return [(cls, key, shape_of(items, trusted)) for key, items in groups.items()]

    return kinds


@_kinds_of.register(Map)
def _(container: Map) -> KindsOf:
    cls, attribute, attribute_of = container.type, container.attribute, container.attribute_of

    def kinds(values: Sequence[Any], trusted: set[type]) -> Iterable[Any]:
        if attribute is None:
            return kinds_with(None, values, trusted)
        groups: dict[Any, list[Any]] = {}
        for value in values:
            groups.setdefault(attribute_of(value), []).append(value)
        return [found for key, group in groups.items() for found in kinds_with(key, group, trusted)]

    def kinds_with(key: Any, values: Sequence[Any], trusted: set[type]) -> Iterable[Any]:
        if _STRINGS.issuperset(map(type, chain.from_iterable(values))) and (
            str in trusted or all(map(is_utf8, chain.from_iterable(values)))
        ):
            columns: Any = map(cls.values, values)  # type: ignore[attr-defined]
            return ((cls, key, shape_of(list(chain.from_iterable(columns)), trusted)),)
        maps = [value for value in values if has_text_keys(value)]
        others = [value for value in values if not has_text_keys(value)]
        entries = [entry for value in others for entry in value.items()]
        keys_shape = shape_of([one for one, _ in entries], trusted)
        pairs = (cls, key, keys_shape, shape_of([value for _, value in entries], trusted))
        return (*(kinds_with(key, maps, trusted) if maps else ()), pairs)

    return kinds


@_kinds_of.register(RecordType)
def _(record: RecordType) -> KindsOf:
    cls, names_of, values_of = record.cls, record.names, record.values

    def kinds(values: Sequence[Any], trusted: set[type]) -> Iterable[Any]:
        if record.is_self_encoding:
            return {(cls, record.discriminator(value)) for value in values}
        groups: dict[Any, list[Any]] = {}
        for value in values:
            discriminator = record.discriminator(value) if record.has_discriminators else None
            groups.setdefault((discriminator, tuple(names_of(value))), []).append(value)
        found = []
        for (discriminator, names), group in groups.items():
            columns = zip(*map(values_of, group)) if names else ()
            shapes = [shape_of(column, trusted) for column in columns]
            widened = record.widen(shapes, record.hints(names, group)) if record.widens else shapes
            found.append((cls, discriminator, names, tuple(widened)))
        return found

    return kinds
