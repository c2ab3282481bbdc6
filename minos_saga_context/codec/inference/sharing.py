"""Branches that kinds share for which Avro has one type, and which stock minos tells apart by what they hold.

Stock writes unions of two arrays, or of two strings, and takes the first type that a value can be cast to. Such a union
is no valid Avro. So there is one branch for all of them, and a *hint* for each but one: a record that no value is
written as, of which stock reads nothing but the type. What would be read as the other kind is boxed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from minos.common import Model

from ..avro.schema import ANY, HIDDEN, SHARED, avro_type, flat, hidden, is_box, is_record, logical_of
from ..classes.imports import path_of
from ..classes.records import RecordType
from ..types.registry import find
from ..types.rows import EnumType, ScalarType
from .kinds import class_of
from .marks import EMPTY
from .unions import Group, Hint, takes


def can_share(lists: Any, sets: Any) -> bool:
    """Tell whether lists and sets may share a branch, by what they hold: see also :func:`shared_array`.

    Stock is given the type of the sets, and finds that of a list by the list itself.

    :param lists: The kind of the lists.
    :param sets: That of the sets.
    :return: ``True`` if so.
    """
    if class_of(sets) is not set:
        return not lists[1] & EMPTY and _is_natural(lists) and _is_array_of_records(flat(json.loads(sets[-1])))
    in_sets = frozenset(map(class_of, sets[-1]))
    if not _is_natural(lists) or (not in_sets and lists[1] & EMPTY):
        return False
    return all(isinstance(kind := find(cls), ScalarType) or _is_model(kind) for cls in in_sets)


def _is_array_of_records(branches: list[Any]) -> bool:
    records = flat(branches[0]["items"]) if [*map(avro_type, branches)] == ["array"] else []
    return [*map(is_record, records)] == [True]


def _is_model(kind: Any) -> bool:
    """Tell whether it is a Model that is a record, or a reference."""
    if not isinstance(kind, RecordType) or not issubclass(kind.owner, Model):
        return False
    return not kind.is_self_encoding or issubclass(kind.owner, UUID)


def _casts(hint: Any, other: Any) -> bool:
    """Tell whether stock may take a scalar for what a schema says."""
    if avro_type(other) in ("array", "map", "null") or is_box(other):
        return False
    # To Python, a datetime is a date.
    logical = [*map(logical_of, hint if isinstance(hint, list) else [hint])]
    is_date = "date" in logical and "timestamp-micros" in map(logical_of, other if isinstance(other, list) else [other])
    return is_date or takes(hint, other)


#: The logical types of which fastavro makes something.
_MADE = frozenset(("uuid", "date", "time-micros", "timestamp-micros"))
_NATURAL = frozenset((type(None), bool, int, float, str, bytes, UUID, date, time, datetime))


def _is_natural(kind: Any) -> bool:
    """Tell whether fastavro reads values as what they are."""
    if not isinstance(kind, tuple):
        return kind in _NATURAL
    cls, attribute, *shapes = kind
    if cls is int:
        return bool(attribute == 1)
    return cls in (list, dict) and len(shapes) == 1 and all(map(_is_natural, shapes[0]))


def shared_array(
    lists: Any, sets: Any, schema: Any, groups: Sequence[Group], hint: Hint
) -> tuple[list[Group], list[Any]]:
    """Build the branches of lists and sets that stand in one place.

    An array is a set if it holds nothing but what sets hold, else a list; one that is empty, what the schema says. To
    stock, it is a set if its items can be cast to what sets hold. What only lists hold is hidden, so that it cannot be;
    what it would cast all the same, or what fastavro makes something of, it is told to make DTOs of: no set takes them.

    :param lists: The kind of the lists.
    :param sets: That of the sets.
    :param schema: The schema of the sets, but for their items.
    :param groups: The branches of the items of both, in their order. Those of sets of entities are of no kind.
    :param hint: Builds a hint.
    :return: The branches, and the kinds that may have to be boxed; no branches if stock could not tell them apart.
    """
    in_sets = frozenset(map(class_of, sets[-1])) if class_of(sets) is set else frozenset()
    shared = [group for group in groups if not group.kinds or not in_sets.isdisjoint(map(class_of, group.kinds))]
    # Texts that share a branch with the Enums of a set are visible too.
    visible = {class_of(kind) for group in shared for kind in group.kinds}
    of_sets = [branch for group in shared for branch in group.natural]
    first: list[Any] = []
    last: list[Any] = []
    is_told = False
    for group in groups:
        if group in shared:
            continue
        natural, is_taken = group.natural[0], _casts(of_sets, group.natural[0])
        is_made = logical_of(natural) in _MADE
        if is_made and avro_type(natural) == "bytes":
            return [], []  # of which fastavro makes nothing
        if not (is_taken or is_made):
            is_told = True
        elif not _casts(natural, of_sets):
            first.append(hint({}, natural))
            is_told = True
        elif not is_taken:
            last.insert(0, hint({}, natural))
            is_told = True
        elif is_made:
            return [], []
        last += [{**one, HIDDEN: logical_of(one)} if is_made else hidden(one) for one in group.written]
    if not is_told:
        return [], []
    items = [*first, *(branch for group in shared for branch in group.written), *last]
    natural_set = {**schema, "items": of_sets}
    empty = "list" if lists[1] & EMPTY else "set"
    written = {**natural_set, "items": items, "python": SHARED, "empty": empty}
    both = frozenset(kind for kind in lists[-1] if class_of(kind) in visible)
    boxed: list[Any] = [(set, None, frozenset())] if empty == "list" else []
    if both:
        boxed.append((list, None, both))
    anything = Group((lists,), ["null"], [hint({"logicalType": ANY})], rank=1)
    return [Group((sets,), [natural_set], [written]), anything], boxed


def share_scalar(groups: list[Group], kinds: Sequence[Any], schemas: Sequence[Any], hint: Hint) -> list[Any]:
    """Put the members of an enum into the branch of others, or of texts or ints.

    The values of the enums stand in the schema, as they are when it is written: what has become a member since then was
    a text.

    :param groups: The groups, of which one is replaced.
    :param kinds: The kinds as which the enum can be written.
    :param schemas: Their schemas.
    :param hint: Builds a hint.
    :return: The kinds of which a value may have to be boxed; none if there is no branch to share.
    """
    for kind, schema in zip(kinds, schemas):
        for place, group in enumerate(groups):
            if not all(map(_is_by_value, (kind, *group.kinds))) or avro_type(group.natural[-1]) != avro_type(schema):
                continue
            # What is no member stands last, as stock takes it for anything.
            at = len(group.kinds) - (class_of(group.kinds[-1]) in (int, str))
            found = (*group.kinds[:at], kind, *group.kinds[at:])
            natural = [*group.natural[:at], schema, *group.natural[at:]]
            last = natural[-1] if isinstance(natural[-1], dict) else {"type": natural[-1]}
            values = [_values(one) for one in found[: at + 1]]
            hints = [hint({"logicalType": logical_of(one)}) for one in natural[:-1]]
            groups[place] = Group(found, natural, [*hints, {**last, "python": SHARED, "members": values}])
            return [kind] if len(group.kinds) > 1 else [kind, *group.kinds]
    return []


def _is_by_value(kind: Any) -> bool:
    """Tell whether it is an enum that is written by value, or what such values are."""
    if kind in (str, int, (int, 1, None)):
        return True
    enum = find(class_of(kind))
    if not isinstance(enum, EnumType):
        return False
    encoding = enum.encodings[kind[1] if isinstance(kind, tuple) else 0]
    return not encoding.tagged and not encoding.symbols


def _values(kind: Any) -> list[Any]:
    """Give the path of an enum, and the values of its members."""
    cls: Any = class_of(kind)
    enum = find(cls)
    return [path_of(cls), [enum.encodings[0].encode(member) for member in cls if enum.choose(member)[1] is None]]
