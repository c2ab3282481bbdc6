"""Dataclasses and NamedTuples as records."""

from __future__ import annotations

import dataclasses
from collections import namedtuple
from collections.abc import Hashable, Iterable, Sequence
from functools import partial
from inspect import getattr_static
from typing import Any, Callable, NamedTuple, Optional

from ...exceptions import UnsupportedValueException
from ..types.subclasses import attributes_of, is_slot
from .records import RECORD_TYPES, Builder, RecordType
from .sources import Root

_NEW: Any = object.__new__
_FIELD = "Make it a field, or register_type() the class."


class DataclassRecordType(RecordType):
    """Dataclasses, frozen ones and those with slots included."""

    tag = "dataclass"
    root = Root(decorated=True)

    def __init__(self, cls: type):
        super().__init__(cls)
        self._fields = dataclasses.fields(cls)
        self._names = tuple(field.name for field in self._fields)
        self._known = frozenset(self._names)
        self._attributes = attributes_of(cls) or (lambda instance: {})
        # What an instance does not hold itself, its class may: a default, but nothing that computes one.
        shared = {name: getattr_static(cls, name) for name in self._names if hasattr(cls, name)}
        self._defaults = {name: value for name, value in shared.items() if not hasattr(type(value), "__get__")}
        has_setter = (name for name, value in shared.items() if hasattr(type(value), "__set__") and not is_slot(value))
        self._computed = min(has_setter, default=None)
        self.is_frozen = cls.__dataclass_params__.frozen  # type: ignore[attr-defined]

    @classmethod
    def matches(cls, candidate: type) -> bool:
        # Not is_dataclass(): that takes anything which merely has the attribute, or inherits it.
        fields = vars(candidate).get("__dataclass_fields__")
        return type(fields) is dict and candidate.__new__ is _NEW

    def names(self, instance: Any) -> Sequence[str]:
        return self._names

    @property
    def declared(self) -> Iterable[str]:
        return self._names

    def values(self, instance: Any) -> Iterable[Any]:
        held = self._attributes(instance)
        if not self._known.issuperset(held):
            reason = f"its attribute {min(held.keys() - self._known)!r} is no field of the dataclass"
            raise UnsupportedValueException(instance, reason=reason, remedy=_FIELD)
        if self._computed is not None:
            reason = f"its field {self._computed!r} is computed by a descriptor"
            raise UnsupportedValueException(instance, reason=reason, remedy="Make it a plain field.")
        if len(held) < len(self._names) and len(held := {**self._defaults, **held}) < len(self._names):
            unset = next(name for name in self._names if name not in held)
            raise UnsupportedValueException(instance, reason=f"its field {unset!r} is not set", remedy="Set it.")
        return [held[name] for name in self._names]

    def builder(
        self, names: Sequence[str], discriminator: Hashable = None, hints: Optional[Callable[[], Any]] = None
    ) -> Builder:
        defaults: dict[str, Callable[[], Any]] = {}
        for field in self._fields:
            if field.default is not dataclasses.MISSING:
                defaults[field.name] = partial(_same, field.default)
            elif field.default_factory is not dataclasses.MISSING:
                defaults[field.name] = field.default_factory
        new = self._fill(names, self._names, defaults)
        cls, set_field = self.cls, object.__setattr__

        def build(fields: dict[str, Any]) -> Any:
            instance: Any = object.__new__(cls)
            for name, value in fields.items():
                set_field(instance, name, value)
            for name, default in new:
                set_field(instance, name, default())
            return instance

        return build


def _same(value: Any) -> Any:
    return value


class NamedTupleRecordType(RecordType):
    """``typing.NamedTuple`` and ``collections.namedtuple``."""

    tag = "namedtuple"
    root = Root(NamedTuple, namedtuple)
    is_frozen = True

    @classmethod
    def matches(cls, candidate: type) -> bool:
        return issubclass(candidate, tuple) and type(getattr_static(candidate, "_fields", None)) is tuple

    def __init__(self, cls: type):
        super().__init__(cls)
        self._attributes = attributes_of(cls, tuple)

    def names(self, instance: Any) -> Sequence[str]:
        return self.cls._fields  # type: ignore[attr-defined, no-any-return]

    @property
    def declared(self) -> Iterable[str]:
        return self.cls._fields  # type: ignore[attr-defined, no-any-return]

    def values(self, instance: Any) -> Iterable[Any]:
        # A child class may have a dict, and an __iter__ of its own.
        if self._attributes is not None and (held := self._attributes(instance)):
            raise UnsupportedValueException(instance, reason=f"its attribute {min(held)!r} is no field", remedy=_FIELD)
        values: tuple[Any, ...] = tuple.__getitem__(instance, slice(None))
        if len(values) != (count := len(self.names(instance))):
            reason = f"it has {len(values)} items, and fields for {count}"
            raise UnsupportedValueException(instance, reason=reason, remedy="Build it by its class.")
        return values

    def builder(
        self, names: Sequence[str], discriminator: Hashable = None, hints: Optional[Callable[[], Any]] = None
    ) -> Builder:
        known = self.cls._fields  # type: ignore[attr-defined]
        stored_defaults: dict[str, Any] = self.cls._field_defaults  # type: ignore[attr-defined]
        defaults: dict[str, Callable[[], Any]] = {
            name: partial(_same, value) for name, value in stored_defaults.items()
        }
        new = self._fill(names, known, defaults)
        make = partial(tuple.__new__, self.cls)
        if tuple(names) == known:
            return lambda fields: make(fields.values())

        def build(fields: dict[str, Any]) -> Any:
            fields.update((name, default()) for name, default in new)
            return make([fields[name] for name in known])

        return build


RECORD_TYPES += (NamedTupleRecordType, DataclassRecordType)
