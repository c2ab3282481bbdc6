"""The values that a value holds, each with the step that leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Optional

from ..classes.enums import enum_row
from ..classes.records import record_kind
from ..types.cache import Cache
from ..types.registry import CONTAINER_BY_TYPE, SCALAR_BY_TYPE
from .paths import ANY_MEMBER, item, step_to


class Child(NamedTuple):
    """A value that another one holds."""

    #: What it adds to the path: see paths.py.
    step: str
    #: The key of a mapping, the name of a field, or the place in a list.
    key: Any
    value: Any


def _base_of(cls: Any) -> Any:
    if cls in SCALAR_BY_TYPE or cls in CONTAINER_BY_TYPE or enum_row(cls) is not None or record_kind(cls) is not None:
        return cls
    return next((base for base in cls.__mro__[1:] if base in SCALAR_BY_TYPE or base in CONTAINER_BY_TYPE), cls)


#: The type as which instances of a class are kept: itself, or the supported type that it extends.
BASES = Cache(_base_of)


def children(value: Any) -> Optional[Iterator[Child]]:
    """Give what a value holds.

    :param value: The value.
    :return: Its children, or ``None`` if it is no container and no record that can be looked into.
    """
    cls: Any = BASES[type(value)]
    container, record = CONTAINER_BY_TYPE.get(cls), record_kind(cls)
    if container is not None and container.avro == "map":
        return (Child(step_to(key), key, held) for key, held in value.items())
    if container is not None:
        unordered = container.unordered
        return (Child(ANY_MEMBER if unordered else item(at), at, held) for at, held in enumerate(value))
    if record is not None and not record.is_foreign:
        return (Child(step_to(key), key, held) for key, held in zip(record.names(value), record.values(value)))
    return None
