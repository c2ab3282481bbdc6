"""What memory keeps of a value: a copy of its own, as storage will give it back; or a refusal, with the path."""

from __future__ import annotations

from collections.abc import Collection
from functools import singledispatch
from itertools import chain
from typing import Any, Callable

from ...exceptions import UnsupportedValueException
from ..avro import hashing, limits
from ..classes.records import RecordType, refusal
from ..types.cache import Cache
from ..types.registry import CHECKED, FIXED, IMMUTABLE, STAND_INS, find, find_kept
from ..types.rows import Array, EnumType, Map, ScalarType
from ..types.subclasses import attributes_of, is_opaque
from .explaining import explain
from .paths import join, step_to

#: Copies a value that stands so many containers deep.
Copier = Callable[[Any, int], Any]


def copy_in(value: Any, name: str) -> Any:
    """Copy a value so that memory, storage and the giver are independent of each other.

    :param value: The value.
    :param name: The name of the field where it is going to stand, for the error.
    :return: The value itself if it cannot change, else a copy. Subclasses that contexts do not know become the type
        that they extend.
    :raises UnsupportedValueException: If it cannot be kept; with the path to what cannot.
    """
    if type(value) in IMMUTABLE:
        return value
    try:
        return _COPIERS[type(value)](value, 0)
    except MemoryError:
        raise
    except Exception:  # of whatever kind: see explaining.py
        pass
    # Once more, to find out where and why; or with more room, on a stack that is rather full.
    try:
        return _keep_with_room(value)
    except MemoryError:
        raise
    except Exception as exc:
        # Neither has a name here: their frames hold this one, and with it all that called.
        raise explain(value, join("", step_to(name)), _keep_with_room) from (
            None if isinstance(exc, (UnsupportedValueException, RecursionError)) else exc
        )


def _keep(value: Any, depth: int) -> Any:
    return value if type(value) in IMMUTABLE else _COPIERS[type(value)](value, depth)


def _keep_with_room(value: Any) -> Any:
    return limits.with_room(_keep, value, 0)


@singledispatch
def _copier(kind: Any) -> Copier:
    """Build what copies the instances of a class, by what it is."""
    return _refuse


def _copier_of(cls: type) -> Copier:
    if cls in STAND_INS:
        stands_for = STAND_INS[cls][1]
        return lambda value, depth: _keep(stands_for(value), depth)
    kind = find_kept(cls)
    return _copier(kind) if getattr(kind, "type", cls) is cls else _upcaster(kind, cls)


_COPIERS: Cache[type, Copier] = Cache(_copier_of)


def _refuse(value: Any, depth: int) -> Any:
    raise UnsupportedValueException(value)


def _refuser(reason: str, remedy: str = "Define the class at the top level of a module.") -> Copier:
    def refuse(value: Any, depth: int) -> Any:
        raise UnsupportedValueException(value, reason=reason, remedy=remedy)

    return refuse


def _check_depth(value: Any, depth: int) -> None:
    if depth > limits.current().depth:
        raise UnsupportedValueException(value, reason=limits.TOO_DEEP, remedy=limits.FLATTEN)


@_copier.register(EnumType)
def _(kind: EnumType) -> Copier:
    if (reason := refusal(kind.type)) is not None:
        return _refuser(reason)
    cls: Any = kind.type
    members, reads_back = cls.__members__, kind.reads_back

    def take(value: Any, depth: int) -> Any:
        if members.get(value._name_) is not value and not reads_back(value):
            raise UnsupportedValueException(value, reason="its class has no such member", remedy=_DECLARE_MEMBER)
        return value

    return take


@_copier.register(RecordType)
def _(record: RecordType) -> Copier:
    if record.is_named and (reason := refusal(record.cls)) is not None:
        return _refuser(reason)

    def copy(value: Any, depth: int) -> Any:
        _check_depth(value, depth)
        return record.copy(value, lambda item: _keep(item, depth + 1))

    return copy


@_copier.register(ScalarType)
def _(row: ScalarType) -> Copier:
    copy, check = row.copy, row.check

    def take(value: Any, depth: int) -> Any:
        if check is not None:
            check((value,))
        if copy is None:
            return value
        try:
            return copy(value)
        except UnsupportedValueException:
            if find(row.type) is row:
                raise
            # It has become a type of records: see register_type().
            return _keep(value, depth)

    return take


def _upcaster(kind: Any, cls: type) -> Copier:
    """Build what copies the instances of a class into the type that it extends, unless they hold more than that."""
    base, upcast, copy = kind.type, kind.upcast, _copier(kind)
    attributes = attributes_of(cls, base)
    if is_opaque(cls, base):
        return _refuser(f"it may hold more than a {base.__name__!r} does", f"Convert it to {base.__name__!r}.")

    def take(value: Any, depth: int) -> Any:
        made = upcast(value)
        own = () if attributes is None else attributes(value).keys() - getattr(made, "__dict__", {}).keys()
        if own:
            reason = f"as a {base.__name__!r} it would lose its attribute {min(own)!r}"
            raise UnsupportedValueException(value, reason=reason)
        return copy(made, depth)

    return take


@_copier.register(Array)
def _(container: Array) -> Copier:
    base, is_frozen, unordered = container.type, container.frozen, container.unordered
    are_immutable = IMMUTABLE.issuperset
    build = container.builder(None) if container.attribute is None else None

    def copy(value: Any, depth: int) -> Any:
        items, types = value, set(map(type, value))
        if unordered and len(value) > hashing.ALIKE:
            _check_hashes(value, set())
        # One pass in C tells whether all of the dicts hold immutable scalars only.
        if (
            types == _DICTS
            and max(map(len, value)) <= hashing.ALIKE
            and are_immutable(map(type, chain(*value, *map(dict.values, value))))
        ):
            items = list(map(dict.copy, value))
        elif types <= FIXED:
            if not types <= IMMUTABLE:
                _check(types, value)
            if is_frozen:
                return value
        else:
            _check_depth(value, depth)
            items = [_keep(item, depth + 1) for item in value]
        # A list that was made here needs no other copy.
        if base is list and items is not value:
            return items
        made = (build or container.builder(container.attribute_of(value)))(items)
        if unordered and len(made) != len(value):
            raise UnsupportedValueException(value, *_MERGED)
        return made

    return copy


_DECLARE_MEMBER = "Declare it: a member that _missing_() makes is not found by name."
_DICTS = {dict}
_MERGED = "", "two of its keys would be one", "Convert them to keys of a supported type that differ."
_ALIKE = (
    "",
    f"more than {hashing.ALIKE} of its keys have one hash, which takes too long to load",
    "Keep them in a list.",
)
_CROWDED = "", "its keys fall upon each other, which takes too long to load", "Keep them in a list."


def _check_hashes(keys: Collection[Any], table: Any) -> None:
    """Refuse what would be refused when it is loaded: see converters/containers.py."""
    if hashing.collide(keys):
        raise UnsupportedValueException(keys, *_ALIKE)
    if hashing.crowd(keys, table):
        raise UnsupportedValueException(keys, *_CROWDED)


def _check(types: set[type], values: Collection[Any]) -> None:
    for cls in types:
        if (check := CHECKED.get(cls)) is not None:
            check(values if len(types) == 1 else [value for value in values if type(value) is cls])


@_copier.register(Map)
def _(container: Map) -> Copier:
    same = container.builder(None) if container.attribute is None else None

    def copy(value: Any, depth: int) -> Any:
        if len(value) > hashing.ALIKE:
            _check_hashes(value, {})
        build = same or container.builder(container.attribute_of(value))
        if set(map(type, value)) <= IMMUTABLE:
            types = set(map(type, value.values()))
            if types <= FIXED:
                if not types <= IMMUTABLE:
                    _check(types, value.values())
                return build(value)
            keys = value
        else:
            keys = [_keep(key, depth + 1) for key in value]
        _check_depth(value, depth)
        made = build(zip(keys, [_keep(item, depth + 1) for item in value.values()]))
        if len(made) != len(value):
            raise UnsupportedValueException(value, *_MERGED)
        return made

    return copy
