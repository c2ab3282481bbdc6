"""A record that is written alone, as contexts and messages are: its kind, and its fields made ready on the way.

What was looked at for the shape need not be looked at again to be written: lists of dicts, such as the lines of an
order, are written down as fastavro takes them, and records in records come with their fields.
"""

from __future__ import annotations

from typing import Any, Callable, Optional

from ..classes.records import RecordType
from ..converters.uniform import OpenRecord, UniformDicts, lines_of
from ..types.cache import Cache
from ..types.registry import find
from ..types.rows import Array, ScalarType
from .marks import is_set
from .shape import kinds_in, shape_of

_FIRST = (0, None)
_STRINGS = {str}
#: The shape of a place where one value of a trusted scalar type stands.
_ALONE: Cache[type, frozenset[Any]] = Cache(lambda cls: frozenset((cls,)))
#: The shapes of lists of dicts, by the types of the values in these.
_LINES: Cache[frozenset[type], frozenset[Any]] = Cache(
    lambda types: frozenset(((list, None, frozenset(((dict, None, types),))),))
)
#: The shapes of lists, by those of the items.
_LISTS: Cache[Any, frozenset[Any]] = Cache(lambda shape: frozenset(((list, None, shape),)))


def kind_of_record(
    record: RecordType, instance: Any, fields: dict[str, Any], trusted: set[type]
) -> tuple[tuple[Any, ...], frozenset[Any]]:
    """Find the kind of one record, and put in the place of fields what need not be looked at again to be written.

    :param record: Its kind.
    :param instance: The record.
    :param fields: Its fields.
    :param trusted: See :func:`.shape.shape_of`.
    :return: Its kind, and the shape of a place where it stands alone; the same objects for records that are alike.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    # Else a text may be one that is written as bytes.
    may_be_ready = str in trusted
    found: list[Any] = [record]
    for name, value in fields.items():
        cls = type(value)
        if cls in trusted and (cls is not int or -0x8000_0000 <= value <= 0x7FFF_FFFF):
            found.append(cls)
        elif may_be_ready and (ready := _READY[cls]) is not None:
            shape, fields[name] = ready(value, trusted)
            found.append(shape)
        else:
            found.append(_SHAPES_OF_ONE[cls](value, trusted))
    names = tuple(fields)
    discriminator = record.discriminator(instance) if record.has_discriminators else None
    hints = record.hints(names, (instance,)) if record.widens else None
    found += (discriminator, hints, *names)
    if (known := KINDS[(key := tuple(found))]) is None:
        shapes = [_ALONE[one] if isinstance(one, type) else one for one in found[1 : len(names) + 1]]
        kind = record.cls, discriminator, names, tuple(record.widen(shapes, hints) if record.widens else shapes)
        known = KINDS[key] = kind, frozenset((kind,))
    return known


#: The kinds of records, by what decides about them: most are of a kind that was seen, whose parts need not be put
#: together again, nor compared one by one where its plan is looked up.
KINDS: Cache[Any, tuple[tuple[Any, ...], frozenset[Any]]] = Cache(None, 1 << 13, lambda found: 1 + len(found[0][2]))


def _shape_of_one(cls: type) -> Callable[[Any, set[type]], frozenset[Any]]:
    """Find what finds the shape of one value: for most values of a context, which stand alone, with fewer calls."""
    kind = find(cls)
    if isinstance(kind, ScalarType) and cls is not int and (choose := kind.choose) is not None:
        return lambda value, _: _ALONE[cls] if (found := choose(value)) == _FIRST else frozenset(((cls, *found),))
    if isinstance(kind, Array) and kind.attribute is None:
        return lambda value, trusted: frozenset(((cls, None, shape_of(value, trusted)),))
    return lambda value, trusted: kinds_in(cls, (value,), trusted)


_SHAPES_OF_ONE = Cache(_shape_of_one)
#: Gives the shape of one value, and what is to stand in its place.
_Ready = Callable[[Any, set[type]], tuple[frozenset[Any], Any]]


def _find_ready(cls: type) -> Optional[_Ready]:
    if cls is list:
        return _ready_list
    if cls is dict:
        return _ready_dict
    kind = find(cls)
    return _ready_record(kind) if isinstance(kind, RecordType) and not kind.is_self_encoding else None


_READY = Cache(_find_ready)


def _ready_list(value: list[Any], trusted: set[type]) -> tuple[frozenset[Any], Any]:
    made, first = None, type(value[0]) if value else list
    if first is dict:
        made = _uniform_dicts(value)
    elif first not in trusted and first is not list and (ready := _READY[first]) is not None:
        made = _uniform_records(value, first, ready, trusted)
    return made or (_SHAPES_OF_ONE[list](value, trusted), value)


def _uniform_dicts(value: list[Any]) -> Optional[tuple[frozenset[Any], Any]]:
    """Find the shape of a list of uniform dicts, and write these down; ``None`` if they are not uniform."""
    if (lines := lines_of(value)) is None:
        return None
    types, data = lines
    # Where all values are of one type, there is no union.
    return _LINES[frozenset(types)], UniformDicts((data,)) if len(types) > 1 else value


def _uniform_records(
    value: list[Any], cls: type, ready: _Ready, trusted: set[type]
) -> Optional[tuple[frozenset[Any], Any]]:
    """Find the shape of a list of records, and open these; ``None`` if they are of several kinds."""
    common, opened = None, []
    for item in value:
        if type(item) is not cls:
            return None
        shape, one = ready(item, trusted)
        if shape is not common and common is not None:
            return None
        common = shape
        opened.append(one)
    return _LISTS[common], opened


def _ready_dict(value: dict[Any, Any], trusted: set[type]) -> tuple[frozenset[Any], Any]:
    """Find the shape of a dict; its only list, which has a shape of its own therefore, may be one of uniform dicts."""
    lists = [key for key, item in value.items() if type(item) is list]
    # Beside sets, lists have another shape.
    if len(lists) == 1 and _STRINGS.issuperset(map(type, value)) and not any(map(is_set, map(type, value.values()))):
        shape, ready = _ready_list(value[lists[0]], trusted)
        others = [item for item in value.values() if type(item) is not list]
        return frozenset(((dict, None, shape | shape_of(others, trusted)),)), {**value, lists[0]: ready}
    return _SHAPES_OF_ONE[dict](value, trusted), value


def _ready_record(record: RecordType) -> _Ready:
    def ready(value: Any, trusted: set[type]) -> tuple[frozenset[Any], Any]:
        fields = record.fields(value)
        return kind_of_record(record, value, fields, trusted)[1], OpenRecord((fields,))

    return ready
