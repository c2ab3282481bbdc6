"""Classes that become records: dataclasses, NamedTuples and, in models.py, minos's Models.

Instances are restored field by field: neither ``__init__`` nor ``__post_init__`` nor ``__new__`` of theirs is called.
"""

from __future__ import annotations

import dataclasses
from collections import namedtuple
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any, Callable, NamedTuple, Optional

from ..exceptions import SnapshotException, UnsupportedValueException
from .enums import enum_row
from .registry import ON_REGISTRATION
from .resolve import path_of, resolve
from .sources import Root

#: Builds an instance from its fields, in their order, in a dict that it may keep.
Builder = Callable[[dict[str, Any]], Any]


class RecordKind:
    """How the instances of one class become Avro records, and come back.

    :param cls: The class.
    """

    #: The permanent name of the kind in snapshots.
    tag: str
    #: What makes a class one of the kind.
    root = Root()
    #: Whether its instances cannot be changed, but for what their fields hold.
    is_frozen = False
    #: Whether its instances are written by the hooks of minos.common, with ``label`` for their schema.
    is_foreign = False

    def __init__(self, cls: type):
        self.cls = cls
        # Asked of every context at every step: most kinds have nothing to say.
        self.has_labels = type(self).label is not RecordKind.label
        self.widens = type(self).widen is not RecordKind.widen

    @classmethod
    def matches(cls, candidate: type) -> bool:
        """Tell whether a class is of this kind."""
        raise NotImplementedError

    def names(self, instance: Any) -> Sequence[str]:
        """Give the names of the fields of an instance."""
        raise NotImplementedError

    def values(self, instance: Any) -> Iterable[Any]:
        """Give the values of the fields, in the order of the names."""
        raise NotImplementedError

    def fields(self, instance: Any) -> dict[str, Any]:
        """Give the fields of an instance, in their order, in a dict of their own."""
        return dict(zip(self.names(instance), self.values(instance)))

    def label(self, instance: Any) -> Hashable:
        """Give what tells the records of two instances apart, beyond class and names."""
        return None

    def widen(
        self, shapes: list[frozenset[Any]], names: Sequence[str], instances: Sequence[Any]
    ) -> Iterable[frozenset[Any]]:
        """Make room in the shapes of the fields for what the class says that they may hold."""
        return shapes

    def head(self, label: Hashable) -> dict[str, Any]:
        """Give the name, namespace and attributes of the record."""
        return {"name": self.cls.__name__, "namespace": "", "python": self.tag, "class": path_of(self.cls)}

    def builder(
        self, names: Sequence[str], label: Hashable = None, hints: Optional[Callable[[], Any]] = None
    ) -> Builder:
        """Build the function that builds instances.

        :param names: The names of the fields.
        :param label: See :meth:`label`.
        :param hints: Gives the types of the fields as the schema has them.
        :return: The function.
        :raises SnapshotException: If the class has other fields now.
        """
        raise NotImplementedError

    def copy(self, instance: Any, keep: Callable[[Any], Any]) -> Any:
        """Copy an instance, field by field.

        :param instance: The instance.
        :param keep: Copies a value.
        :return: A copy; the instance itself, if it cannot change.
        """
        values = list(self.values(instance))
        kept = [keep(value) for value in values]
        if self.is_frozen and all(map(_is, values, kept)):
            return instance
        names = self.names(instance)
        return self.builder(names)(dict(zip(names, kept)))

    def _fill(self, names: Sequence[str], known: Sequence[str], defaults: dict[str, Callable[[], Any]]) -> list[Any]:
        """Give a function for each field that was not stored; refuse what does not fit the class any more."""
        gone = [name for name in names if name not in known]
        new = [name for name in known if name not in names and name not in defaults]
        if gone or new:
            what = f"no field {gone[0]!r} any more" if gone else f"a new field {new[0]!r} without a default"
            raise SnapshotException(f"The class {path_of(self.cls)!r} has changed since the snapshot: it has {what}")
        return [(name, defaults[name]) for name in known if name not in names]


def _is(one: Any, other: Any) -> bool:
    return one is other


_NEW: Any = object.__new__


class DataclassKind(RecordKind):
    """Dataclasses, frozen ones and those with slots included."""

    tag = "dataclass"
    root = Root(decorated=True)

    def __init__(self, cls: type):
        super().__init__(cls)
        self._fields = dataclasses.fields(cls)
        self._names = tuple(field.name for field in self._fields)
        self.is_frozen = cls.__dataclass_params__.frozen  # type: ignore[attr-defined]

    @classmethod
    def matches(cls, candidate: type) -> bool:
        # Not is_dataclass(): that takes anything which merely has the attribute, or inherits it.
        fields = vars(candidate).get("__dataclass_fields__")
        return type(fields) is dict and candidate.__new__ is _NEW

    def names(self, instance: Any) -> Sequence[str]:
        return self._names

    def values(self, instance: Any) -> Iterable[Any]:
        extra = vars(instance).keys() - set(self._names) if hasattr(instance, "__dict__") else ()
        if extra:
            raise UnsupportedValueException(
                instance,
                reason=f"its attribute {min(extra)!r} is no field of the dataclass",
                remedy="Make it a field, or register_type() the class.",
            )
        return [getattr(instance, name) for name in self._names]

    def builder(
        self, names: Sequence[str], label: Hashable = None, hints: Optional[Callable[[], Any]] = None
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


class NamedTupleKind(RecordKind):
    """``typing.NamedTuple`` and ``collections.namedtuple``."""

    tag = "namedtuple"
    root = Root(NamedTuple, namedtuple)
    is_frozen = True

    @classmethod
    def matches(cls, candidate: type) -> bool:
        return issubclass(candidate, tuple) and type(vars(candidate).get("_fields")) is tuple

    def names(self, instance: Any) -> Sequence[str]:
        return self.cls._fields  # type: ignore[attr-defined, no-any-return]

    def values(self, instance: Any) -> Iterable[Any]:
        return tuple(instance)

    def builder(
        self, names: Sequence[str], label: Hashable = None, hints: Optional[Callable[[], Any]] = None
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


#: The kinds of record classes, the first that matches rules. models.py and the context add theirs.
RECORD_KINDS: list[type[RecordKind]] = [NamedTupleKind, DataclassKind]


@lru_cache(1024)
def record_kind(cls: type) -> Optional[RecordKind]:
    """Find how instances of a class become records.

    :param cls: The class.
    :return: The kind, or ``None`` if the class is no record class.
    """
    kind = next((kind for kind in RECORD_KINDS if kind.matches(cls)), None)
    return None if kind is None else kind(cls)


def find_record_kind(path: str, kind: type[RecordKind]) -> RecordKind:
    """Find the record class of a path.

    :param path: The path of the class.
    :param kind: The kind of class that the snapshot says it is.
    :return: The kind of that class.
    :raises SnapshotException: If there is none.
    """
    cls = resolve(path, kind.matches, kind.root)
    found = None if cls is None else record_kind(cls)
    if found is None:
        raise SnapshotException(f"The {kind.tag} {path!r} is gone: there is no such class")
    return found


def is_class_kind(cls: type) -> bool:
    """Tell whether contexts keep the instances of a class because of what kind of class it is."""
    return enum_row(cls) is not None or record_kind(cls) is not None


@lru_cache(1024)
def refusal(cls: type) -> Optional[str]:
    """Tell why instances of an enum or a record class cannot come back.

    :param cls: The class.
    :return: The reason, or ``None`` if they can.
    """
    found = resolve(path_of(cls), lambda candidate: candidate is cls, Root())
    return None if found is cls else f"the class {path_of(cls)!r} cannot be imported by that path"


ON_REGISTRATION.append(record_kind.cache_clear)
