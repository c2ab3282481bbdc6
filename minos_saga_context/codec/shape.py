"""Values to their shape: what a schema has to provide for, and nothing else of them.

A shape is the frozen set of the *kinds* that stand in one place, and is found for all values of a place at once: the
values of a thousand order lines cost one pass in C, and what stands in like places is merged on the way. Kinds are

- a scalar type, for values that are written in its first form;
- ``(type, number of the form, its attribute)`` for values that are written in another form, or one with an attribute;
- ``(type, attribute, shape of the items)`` for a container; before it the shape of keys that are no strings;
- ``(class, label, names, (shapes of the fields))`` for a record class;
- ``(class, schema)`` for a Model that writes itself, by the hooks of minos.common.

Shapes are plain tuples and sets, equal for equal structure: they are the keys of the caches.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any, Callable, Optional

from ..exceptions import UnsupportedValueException
from .classes import RecordKind, record_kind
from .enums import enum_row
from .registry import CONTAINER_BY_TYPE, SCALAR_BY_TYPE, ByType
from .special import in_64_bits, is_utf8
from .table import Container, Row

#: Gives the kinds of some values of one type.
KindsOf = Callable[[Sequence[Any], set[type]], Iterable[Any]]

_STRINGS = {str}


def shape_of(values: Collection[Any], plain: set[type]) -> frozenset[Any]:
    """Find the shape of the values of one place.

    :param values: The values.
    :param plain: The scalar types to take for always being written in their first form: those of the registry that are
        ``PLAIN``; or ``OPTIMISTIC``, as long as nothing speaks against it.
    :return: Their shape.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    types = frozenset(map(type, values))
    if types <= plain and (int not in types or _are_small([value for value in values if type(value) is int])):
        return types
    if len(types) == 1:
        return _kinds(next(iter(types)), values if isinstance(values, _SEQUENCES) else list(values), plain)
    others = (types - plain) | (types & _INTS)
    shapes = [_kinds(cls, [value for value in values if type(value) is cls], plain) for cls in others]
    return (types - others).union(*shapes)


def _are_small(ints: Iterable[int]) -> bool:
    try:
        array("i", ints)  # looks at all of them in C
    except OverflowError:
        return False
    return True


def _kinds(cls: type, values: Sequence[Any], plain: set[type]) -> frozenset[Any]:
    if (kinds_of := _KINDS_OF[cls]) is None:
        raise UnsupportedValueException(values[0])
    return frozenset(kinds_of(values, plain))


def shape_of_one(value: Any, plain: set[type]) -> frozenset[Any]:
    """Find the shape of a place where one value stands: see :func:`shape_of`."""
    cls = type(value)
    if cls in plain and (cls is not int or -0x8000_0000 <= value <= 0x7FFF_FFFF):
        return _ALONE[cls]
    return _SHAPES_OF_ONE[cls](value, plain)


_FIRST = (0, None)
_SEQUENCES = (list, tuple)
_INTS = frozenset((int,))


#: The shape of a place where one value of a plain scalar type stands.
_ALONE = ByType(lambda cls: frozenset((cls,)))


def _kinds_of(cls: Any) -> Optional[KindsOf]:
    if cls is int:
        return _int_kinds
    if (row := SCALAR_BY_TYPE.get(cls) or enum_row(cls)) is not None:
        return _scalar_kinds(row)
    if (container := CONTAINER_BY_TYPE.get(cls)) is not None:
        return _map_kinds(container) if container.avro == "map" else _array_kinds(container)
    if (record := record_kind(cls)) is not None:
        return _record_kinds(record)
    return None


_KINDS_OF = ByType(_kinds_of)


def _shape_of_one(cls: Any) -> Callable[[Any, set[type]], frozenset[Any]]:
    """Find what finds the shape of one value: for most values of a context, which stand alone, with fewer calls."""
    row, container = SCALAR_BY_TYPE.get(cls), CONTAINER_BY_TYPE.get(cls)
    if cls is not int and row is not None and (variant := row.variant) is not None:
        return lambda value, plain: (
            _ALONE[cls] if (found := variant(value)) == _FIRST else frozenset(((cls, *found),))  # type: ignore[misc]
        )
    if container is not None and container.avro == "array" and container.attribute is None:
        return lambda value, plain: frozenset(((cls, None, shape_of(value, plain)),))
    return lambda value, plain: _kinds(cls, (value,), plain)


_SHAPES_OF_ONE = ByType(_shape_of_one)


def _int_kinds(values: Sequence[Any], plain: set[type]) -> Iterable[Any]:
    if _are_small(values):
        return (int,)
    small = [value for value in values if in_64_bits(value)]
    longs = () if not small else (int,) if _are_small(small) else ((int, 1, None),)
    return longs if len(small) == len(values) else (*longs, (int, 2, None))


def _scalar_kinds(row: Row) -> KindsOf:
    cls, variant = row.type, row.variant

    def kinds(values: Sequence[Any], plain: set[type]) -> Iterable[Any]:
        if variant is None:
            return (cls,)
        return [cls if found == _FIRST else (cls, *found) for found in set(map(variant, values))]

    return kinds


def _array_kinds(container: Container) -> KindsOf:
    cls, attribute = container.type, container.attribute

    def kinds(values: Sequence[Any], plain: set[type]) -> Iterable[Any]:
        if attribute is None:
            items = values[0] if len(values) == 1 else list(chain.from_iterable(values))
            return ((cls, None, shape_of(items, plain)),)
        groups: dict[Any, list[Any]] = {}
        for value in values:
            groups.setdefault(getattr(value, attribute), []).extend(value)
        return [(cls, key, shape_of(items, plain)) for key, items in groups.items()]

    return kinds


def has_text_keys(value: Any) -> bool:
    """Tell whether a dict can be written as Avro's map.

    :param value: The dict.
    :return: ``True`` if its keys are strings that can be written as UTF-8.
    """
    return set(map(type, value)) <= _STRINGS and all(map(is_utf8, value))


def _map_kinds(container: Container) -> KindsOf:
    cls = container.type

    def kinds(values: Sequence[Any], plain: set[type]) -> Iterable[Any]:
        if _STRINGS.issuperset(map(type, chain.from_iterable(values))) and (
            str in plain or all(map(is_utf8, chain.from_iterable(values)))
        ):
            columns: Any = map(cls.values, values)  # type: ignore[attr-defined]
            return ((cls, None, shape_of(list(chain.from_iterable(columns)), plain)),)
        maps = [value for value in values if has_text_keys(value)]
        others = [value for value in values if not has_text_keys(value)]
        entries = [entry for value in others for entry in value.items()]
        keys_shape = shape_of([key for key, _ in entries], plain)
        pairs = (cls, None, keys_shape, shape_of([value for _, value in entries], plain))
        return (*(kinds(maps, plain) if maps else ()), pairs)

    return kinds


def _record_kinds(record: RecordKind) -> KindsOf:
    cls, names_of, values_of = record.cls, record.names, record.values
    # Asked of every context at every step: most kinds have nothing to say.
    label_of = None if type(record).label is RecordKind.label else record.label
    widen = None if type(record).widen is RecordKind.widen else record.widen

    def kinds(values: Sequence[Any], plain: set[type]) -> Iterable[Any]:
        if record.is_foreign:
            return {(cls, record.label(value)) for value in values}
        if len(values) == 1:
            value = values[0]
            label, names = label_of and label_of(value), tuple(names_of(value))
            shapes = [shape_of_one(item, plain) for item in values_of(value)]
            return ((cls, label, names, tuple(widen(shapes, names, values) if widen else shapes)),)
        groups: dict[Any, list[Any]] = {}
        for value in values:
            groups.setdefault((label_of and label_of(value), tuple(names_of(value))), []).append(value)
        found = []
        for (label, names), group in groups.items():
            columns = zip(*map(values_of, group)) if names else ()
            shapes = [shape_of(column, plain) for column in columns]
            found.append((cls, label, names, tuple(widen(shapes, names, group) if widen else shapes)))
        return found

    return kinds
