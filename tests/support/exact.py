"""Values compared by all that they are: type, order, signs of zero, nan, zones, folds ... - and not merely by ``==``.

``picture`` writes a value down, so that pictures can be compared in another process, on another Python too.
Imported in processes without minos_saga_context too.
"""

from __future__ import annotations

import dataclasses
import struct
from collections import Counter, OrderedDict, defaultdict, deque
from copy import copy
from datetime import datetime, time, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from minos.common import DataTransferObject, Model

_CONTEXTS = ("minos.saga.context.SagaContext", "minos_saga_context.context.SagaContext")


def path_of(cls: type) -> str:
    """Name a class; both classes of contexts by one name."""
    path = f"{cls.__module__}.{cls.__qualname__}"
    return "SagaContext" if path in _CONTEXTS else path.replace("builtins.", "")


def _zone(value: Any) -> Any:
    zone = value.tzinfo
    if zone is None or zone is timezone.utc:
        return str(zone)
    if type(zone) is timezone:
        return f"{zone.utcoffset(None)!r} {zone.tzname(None)}"
    return f"{path_of(type(zone))} {zone.key if type(zone) is ZoneInfo else zone!r}"


def picture(value: Any) -> Any:
    """Write a value down, with everything in which it can differ from another one.

    :param value: The value.
    :return: Tuples and texts, equal for the same value only.
    """
    cls = type(value)
    name = path_of(cls)
    if isinstance(value, Enum):
        return name, value._name_, repr(value._value_)
    if cls is float:
        return name, "nan" if value != value else struct.pack(">d", value).hex()
    if cls is int:
        return name, hex(value)
    if cls is Decimal:
        return name, str(value.as_tuple())
    if cls in (datetime, time):
        return name, value.replace(tzinfo=None, fold=0).isoformat(), value.fold, _zone(value)
    if cls in (set, frozenset):
        return name, tuple(sorted(map(picture, value), key=repr))
    if cls is deque:
        return name, tuple(map(picture, value)), value.maxlen
    if cls in (list, tuple):
        return name, tuple(map(picture, value))
    if cls is complex:
        return name, picture(value.real), picture(value.imag)
    if cls is defaultdict:
        return name, value.default_factory, picture(dict(value))
    if cls in (dict, OrderedDict, Counter):
        return name, tuple((picture(key), picture(item)) for key, item in value.items())
    if isinstance(value, Model):
        # What comes back as a DTO bears the name of its schema. Copies of what bears a method's name are not callable.
        label = value.classname if cls is DataTransferObject else ""
        items = [(field.name, field.value) for field in Model.fields.fget(value).values()]
        return name, label, tuple((key, picture(copy(item) if callable(item) else item)) for key, item in items)
    if dataclasses.is_dataclass(cls):
        return name, tuple((field.name, picture(getattr(value, field.name))) for field in dataclasses.fields(cls))
    if isinstance(value, tuple):
        return name, tuple(zip(value._fields, map(picture, value)))  # type: ignore[attr-defined]
    return name, repr(value)


def assert_exact(found: Any, expected: Any) -> None:
    """Fail if the values differ in anything.

    :param found: What came back.
    :param expected: What was put.
    :return: This function does not return anything.
    """
    assert picture(found) == picture(expected)
