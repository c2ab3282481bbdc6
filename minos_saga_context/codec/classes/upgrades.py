"""What a service says of its past: classes, members and fields that had other names, and fields that were others."""

from __future__ import annotations

from collections.abc import Container, Sequence
from enum import Enum
from typing import Any, Callable, Optional, TypeVar

from ...exceptions import SnapshotException, TypeRegistrationException, reason_of
from ..types.cache import clear_caches
from ..types.registry import find
from ..types.rows import EnumType
from ..types.subclasses import is_class
from .enums import RENAMED_MEMBERS
from .imports import RENAMED, path_of, renamed_class
from .records import Builder, RecordType, record_type, telling

#: Gives the fields of today for those that were stored.
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
F = TypeVar("F", bound=Upgrade)

_fields: dict[type, dict[str, str]] = {}
_upgrades: dict[type, Upgrade] = {}


def renamed(old: Any, new: Any, of: Optional[type] = None) -> None:
    """Declare what a name that stands in stored contexts is called now.

        renamed("shop.models.Payment", Payment)  # the class has moved to another module
        renamed("sum", "amount", of=Payment)  # and one of its fields has another name

    Call it where the class is defined, so that every process that loads a snapshot has called it. Stored bytes stay as
    they are: the next time that the context is stored, it bears the new names.

    :param old: The stored name: the path of a class, such as ``"shop.models.Payment"``; the name of a member of an
        enum, or its value, where the enum extends ``str`` or ``int``; or the name of a field.
    :param new: What it stands for now: the class, the member, or the new name of the field.
    :param of: For a field, the class that has it: a dataclass, NamedTuple, Model, ``SagaContext`` or typed context.
    :return: This function does not return anything.
    :raises TypeRegistrationException: If the old name is still in use, or stands for something else already.
    """
    if of is not None:
        _rename_field(old, new, of)
    elif isinstance(new, Enum):
        _rename_member(old, new)
    elif is_class(new):
        _rename_class(old, new)
    else:
        raise TypeRegistrationException(
            f"Neither a class nor a member of an enum: {new!r}. For a field, name its class: renamed(..., of=Class)"
        )
    clear_caches()


def _rename_class(old: Any, new: type) -> None:
    if not isinstance(old, str) or "." not in old:
        raise TypeRegistrationException(f"The path of a class is such as 'shop.models.Line'. Got: {old!r}")
    if not isinstance(find(new), (EnumType, RecordType)):
        raise TypeRegistrationException(f"{path_of(new)!r} is no enum, dataclass, NamedTuple or Model")
    if old == path_of(renamed_class(path_of(new)) or new):
        raise TypeRegistrationException(f"{old!r} is what the class is called now")
    known = RENAMED.setdefault(old, new)
    if path_of(known) != path_of(new):
        raise TypeRegistrationException(f"{old!r} stands for {known.__qualname__!r} already")
    RENAMED[old] = new  # the same, of a module that was loaded again


def _rename_member(old: Any, new: Enum) -> None:
    cls = type(new)
    if old in cls.__members__ or any(member.value == old and type(member.value) is type(old) for member in cls):
        raise TypeRegistrationException(f"{old!r} is still in use in {cls.__qualname__!r}")
    if RENAMED_MEMBERS.setdefault((cls, old), new) is not new:
        raise TypeRegistrationException(
            f"{old!r} of {cls.__qualname__!r} stands for {RENAMED_MEMBERS[cls, old]!r} already"
        )


def _rename_field(old: Any, new: Any, of: type) -> None:
    if not isinstance(old, str) or not isinstance(new, str) or old == new:
        raise TypeRegistrationException(f"A field is renamed from one name to another. Got: {old!r} and {new!r}")
    cls = _record_class(of)
    if old in (record_type(cls).declared or ()):  # type: ignore[union-attr]
        raise TypeRegistrationException(f"{old!r} is still in use in {of.__qualname__!r}")
    names = _fields.setdefault(cls, {})
    if names.get(old, new) != new or _current(cls, new) == old:
        raise TypeRegistrationException(f"The field {old!r} of {of.__qualname__!r} stands for another already")
    names[old] = new


def _record_class(cls: Any) -> type:
    record = record_type(cls) if is_class(cls) else None
    if record is None:
        raise TypeRegistrationException(f"No dataclass, NamedTuple, Model or context: {cls!r}")
    return record.owner  # ours, for the context of minos.saga


def upgrade(cls: type) -> Callable[[F], F]:
    """Declare how the stored fields of a class become those of today.

        @upgrade(Payment)
        def with_currency(fields: dict) -> dict:
            return {"currency": "EUR", **fields}

    The function is called when what was stored has other fields than the class has now, after :func:`renamed`. That of
    a typed context is called when a step is to be given one that is not what the class declares; that of
    ``SagaContext``, whose fields nobody declares, whenever one is read.

    :param cls: A dataclass, a NamedTuple, a Model, ``SagaContext``, or a typed context.
    :return: A decorator for a function that takes the stored fields, a dictionary, and gives those of today.
    :raises TypeRegistrationException: If there is such a function already, or the class is of no such kind.
    """
    record_class = _record_class(cls)

    def declare(function: F) -> F:
        known = _upgrades.setdefault(record_class, function)
        if (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise TypeRegistrationException(f"{cls.__qualname__!r} is upgraded by {known.__qualname__!r} already")
        _upgrades[record_class] = function
        clear_caches()
        return function

    return declare


def _current(cls: type, stored: str) -> str:
    names = _fields.get(cls, {})
    while stored in names:
        stored = names[stored]
    return stored


def _names_of_today(cls: type, stored: Sequence[str]) -> Sequence[str]:
    if cls not in _fields:
        return stored
    # What bears both names was stored since, by code that gives the old one another meaning.
    names = [new if (new := _current(cls, name)) not in stored else name for name in stored]
    if len(set(names)) < len(names):
        raise SnapshotException(f"Two stored fields of {cls.__qualname__!r} stand for one, as renamed() declares")
    return names


def named_as_today(cls: type, fields: dict[str, Any]) -> dict[str, Any]:
    """Give the fields of an older typed context by the names that they have now.

    :param cls: The class. What was declared of those that it extends holds too.
    :param fields: The fields.
    :return: The same, if they have the names of today.
    """
    for base in _extended(cls, _fields):
        fields = dict(zip(_names_of_today(base, tuple(fields)), fields.values()))
    return fields


def upgraded(cls: type, fields: dict[str, Any]) -> Optional[dict[str, Any]]:
    """Give the fields of today for those of an older typed context.

    :param cls: The class.
    :param fields: The fields, by the names of today.
    :return: The fields, or ``None`` if nothing was declared that would change them.
    :raises SnapshotException: If the function that was declared fails.
    """
    functions = [_upgrades[one] for one in _extended(cls, _upgrades)]
    try:
        return dict(functions[0](dict(fields))) if functions else None
    except Exception as exc:
        raise SnapshotException(_failure(cls, fields, exc)) from exc


def _extended(cls: type, declared: Container[type]) -> list[type]:
    """Give the typed contexts of which something was declared. What was of all contexts was asked when it was read."""
    of_all = record_type(cls).cls  # type: ignore[union-attr]
    return [one for one in cls.__mro__ if one in declared and one is not of_all]


def builder_of(
    record: RecordType, stored: Sequence[str], discriminator: Any, hints: Callable[[], dict[str, Any]], where: str
) -> Builder:
    """Build the function that builds instances from the fields that were stored.

    :param record: How instances of the class become records.
    :param stored: The names of the stored fields.
    :param discriminator: The discriminator of the record.
    :param hints: Gives the types of the fields as the schema has them.
    :param where: The path of the record, for errors.
    :return: The function.
    :raises SnapshotException: If the class has other fields now, and nothing was declared that makes up for it.
    """
    cls, function = record.cls, _upgrades.get(record.cls)
    names = _names_of_today(cls, stored)
    if function is None or (record.declared is not None and set(names) == set(record.declared)):
        build = record.builder(names, discriminator, lambda: dict(zip(names, hints().values())))
        if not record.fills(names):
            build = telling(build, f"The type {cls.__name__!r}", where)
    else:
        build = _upgraded(function, record, discriminator, hints, where)
    if names is stored:
        return build
    return lambda fields: build(dict(zip(names, fields.values())))


def _upgraded(function: Upgrade, record: RecordType, discriminator: Any, hints: Any, where: str) -> Builder:
    def build(fields: dict[str, Any]) -> Any:
        try:
            found = function(fields)
            order = {name: place for place, name in enumerate(record.declared or ())}
            names = sorted(found, key=lambda name: order.get(name, len(order)))
            return record.builder(names, discriminator, hints)({name: found[name] for name in names})
        except KeyboardInterrupt:
            raise
        except BaseException as exc:
            raise SnapshotException(f"{_failure(record.cls, fields, exc)} - at {where!r}") from exc

    return build


def _failure(cls: type, fields: dict[str, Any], exc: BaseException) -> str:
    reason = str(exc) if isinstance(exc, SnapshotException) else reason_of(exc)
    return f"The upgrade of {cls.__qualname__!r} from the fields {', '.join(map(repr, fields))} failed: {reason}"
