"""The way into values, one step at a time, as paths name it: ``order.items[1].price``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Optional

from ..classes.enums import enum_row
from ..classes.records import record_kind
from ..types.cache import Cache
from ..types.registry import CONTAINER_BY_TYPE, SCALAR_BY_TYPE


class Step(NamedTuple):
    """A step from a value to one that it holds."""

    #: What the step adds to the path.
    path: str
    #: The key of a mapping, the name of a field, or the place in a list.
    key: Any
    value: Any


def _base_of(cls: Any) -> Any:
    if cls in SCALAR_BY_TYPE or cls in CONTAINER_BY_TYPE or enum_row(cls) is not None or record_kind(cls) is not None:
        return cls
    return next((base for base in cls.__mro__[1:] if base in SCALAR_BY_TYPE or base in CONTAINER_BY_TYPE), cls)


#: The type as which instances of a class are kept: itself, or the supported type that it extends.
BASES = Cache(_base_of)


def steps(value: Any) -> Optional[Iterator[Step]]:
    """Give the steps from a value to those that it holds.

    :param value: The value.
    :return: The steps, or ``None`` if it is no container and no record that can be looked into.
    """
    cls: Any = BASES[type(value)]
    container, record = CONTAINER_BY_TYPE.get(cls), record_kind(cls)
    if container is not None and container.avro == "map":
        return (Step(step_to(key), key, item) for key, item in value.items())
    if container is not None:
        return (Step(f"[{place}]", place, item) for place, item in enumerate(value))
    if record is not None and not record.is_foreign:
        return (Step(step_to(key), key, item) for key, item in zip(record.names(value), record.values(value)))
    return None


def step_to(key: Any) -> str:
    """Write the step to a key."""
    return f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{key!r}]"
