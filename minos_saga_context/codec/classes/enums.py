"""Enums, as scalars: by value where minos does so, by name elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, Flag
from functools import partial
from typing import Any, Optional

from ..avro.schema import is_name
from ..types.registry import FINDERS, find
from ..types.rows import Encoding, EnumType
from ..types.scalars import in_32_bits, in_64_bits, is_utf8
from .imports import ChangedClassException, path_of
from .sources import Root

#: What makes a class an enum.
ROOT = Root(Enum)
#: The members that stored names and values stand for now: see :func:`.upgrades.renamed`.
RENAMED_MEMBERS: dict[tuple[type, Any], Any] = {}


def enum_type(cls: type) -> Optional[EnumType]:
    """Find the row of an enum.

    :param cls: The class.
    :return: The row, or ``None`` if the class is no enum.
    """
    found = find(cls)
    return found if isinstance(found, EnumType) else None


def _enum_type(cls: type) -> Optional[EnumType]:
    """Build the row of an enum: by value where minos can (a ``str`` or ``int`` mixed in), else by name."""
    if not issubclass(cls, Enum):
        return None
    path = path_of(cls)
    is_flag = issubclass(cls, Flag)
    find_member = partial(_member_by_name_or_number if is_flag else _member_by_name, cls)
    encode = partial(_name_or_number, cls) if is_flag else _name
    by_name = Encoding("string", tagged=True, encode=encode, decode=lambda path: find_member, attribute="class")
    by_value: tuple[Encoding, ...]
    take = partial(_member_by_value, cls)
    if issubclass(cls, str):
        by_text = Encoding("string", path, encode=str.__str__, decode=take)
        symbols = tuple(map(str.__str__, cls))
        by_value = by_text, by_text._replace(avro="enum", takes_first=_are_all(cls, symbols), symbols=symbols)
    elif issubclass(cls, int):
        by_number = Encoding("int", path, encode=int.__int__, decode=take, reads=int)
        by_value = by_number, by_number._replace(avro="long", takes_first=True)
    elif is_flag:
        by_number = by_name._replace(encode=_number, decode=lambda path: lambda data: take(int(data)))
        return EnumType("flag", cls, (by_number,), lambda member: (0, path), text=_shown)
    else:
        return EnumType("enum", cls, (by_name,), lambda member: (0, path), text=_shown)

    #: By the identity of members that are declared, and so as old as their class.
    known: dict[int, tuple[int, Optional[str]]] = {}

    def choose(member: Any) -> tuple[int, Optional[str]]:
        if (found := known.get(id(member))) is None:
            found = look(member)
            if cls.__members__.get(member._name_) is member:
                known[id(member)] = found
        return found

    def look(member: Any) -> tuple[int, Optional[str]]:
        mixed_in = str.__str__(member) if issubclass(cls, str) else int.__int__(member)
        accepts = is_utf8(mixed_in) if isinstance(mixed_in, str) else in_64_bits(mixed_in)
        if accepts and _gives(cls, mixed_in, member):
            return (1 if isinstance(mixed_in, int) and not in_32_bits(mixed_in) else 0), None
        return len(by_value), path

    return EnumType("enum", cls, (*by_value, by_name), choose, text=_shown)


def _are_all(cls: Any, symbols: Sequence[str]) -> bool:
    """Tell whether an enum of Avro can list all values that members have."""
    usual: Any = Enum._missing_
    return bool(symbols) and cls._missing_.__func__ is usual.__func__ and all(map(is_name, symbols))


# Before records: an enum may be a dataclass too.
FINDERS.insert(0, _enum_type)


def _member_by_name(cls: Any, name: str) -> Any:
    if name in cls.__members__:
        return cls.__members__[name]
    return _renamed_member(cls, name, f"no member {name!r}")


def _member_by_value(cls: Any, value: Any) -> Any:
    # First: _missing_() may have an answer to any value, and flags may hold numbers that no member has.
    if RENAMED_MEMBERS and (member := RENAMED_MEMBERS.get((cls, value))) is not None:
        return member
    try:
        return cls(value)
    except Exception:  # what _missing_() raises
        return _renamed_member(cls, value, f"no member of value {value!r}")


def _renamed_member(cls: Any, stored: Any, lack: str) -> Any:
    if (member := RENAMED_MEMBERS.get((cls, stored))) is None:
        remedy = f"If it has another name, declare it: renamed({stored!r}, {cls.__name__}.NEW)"
        raise ChangedClassException(f"The enum {path_of(cls)!r} has {lack} any more. {remedy}", cls)
    return member


def _name(member: Enum) -> str:
    return member._name_


def _name_or_number(cls: Any, member: Any) -> str:
    # A combination of flags has no name, or one that names several.
    return str(member._name_) if member._name_ in cls.__members__ else _number(member)


def _member_by_name_or_number(cls: Any, text: str) -> Any:
    return _member_by_value(cls, int(text)) if text.lstrip("-").isdecimal() else _member_by_name(cls, text)


def _shown(member: Enum) -> str:
    return str(member.name)


def _number(member: Enum) -> str:
    return str(member._value_)


def _gives(cls: Any, mixed_in: Any, member: Any) -> bool:
    try:
        return cls(mixed_in) is member
    except Exception:  # what _missing_() raises
        return False


def is_enum(cls: type) -> bool:
    """Tell whether a class is an enum."""
    return issubclass(cls, Enum)
