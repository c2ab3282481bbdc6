"""Classes that become records: in dataclasses.py dataclasses and NamedTuples, in models.py minos's Models.

Instances are restored field by field: neither ``__init__`` nor ``__post_init__`` nor ``__new__`` of theirs is called.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Callable, Optional

from ...exceptions import SnapshotException, reason_of
from ..types.registry import FINDERS, find
from .imports import ChangedClassException, is_main, path_of, renamed_class, resolve
from .sources import Root

#: Builds an instance from its fields, in their order, in a dict that it may keep.
Builder = Callable[[dict[str, Any]], Any]


class MissingClassException(SnapshotException):
    """The class that a snapshot names is not there."""


def telling(function: Callable[[Any], Any], what: str, where: str) -> Callable[[Any], Any]:
    """Have a function of the service's, that gives a value for what was stored, tell where it fails.

    :param function: The function.
    :param what: What it gives.
    :param where: The path, for errors.
    :return: A function that does the same.
    """

    def call(data: Any) -> Any:
        try:
            return function(data)
        except RecursionError:
            raise  # it is tried again where there is more room
        except SnapshotException as exc:
            raise exc.at(where) from exc
        except Exception as exc:
            raise SnapshotException(f"{what} refuses what was stored: {reason_of(exc)} - at {where!r}") from exc

    return call


class RecordType:
    """How the instances of one class become Avro records, and come back.

    :param cls: The class.
    """

    #: The permanent name of the kind in snapshots. ``None``: they are written as minos.common does, without one.
    tag: Optional[str] = None
    #: What makes a class one of the kind.
    root = Root()
    #: Whether its instances cannot be changed, but for what their fields hold.
    is_frozen = False
    #: Whether snapshots name the class by its path.
    is_named = True
    #: Whether its instances are written by the hooks of minos.common, with ``discriminator`` for their schema.
    is_self_encoding = False

    def __init__(self, cls: type):
        self.cls = cls
        #: The class for which a service says what had other names: see upgrades.py.
        self.owner = cls
        # Asked of every context at every step: most kinds have nothing to say.
        self.has_discriminators = type(self).discriminator is not RecordType.discriminator
        self.widens = type(self).widen is not RecordType.widen

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

    @property
    def declared(self) -> Optional[Iterable[str]]:
        """The names of the fields that the class declares, or ``None`` if it takes any."""
        return None

    def fields(self, instance: Any) -> dict[str, Any]:
        """Give the fields of an instance, in their order, in a dict of their own."""
        return dict(zip(self.names(instance), self.values(instance)))

    def discriminator(self, instance: Any) -> Hashable:
        """Give what tells the records of two instances apart, beyond class and names."""
        return None

    def hints(self, names: tuple[str, ...], instances: Sequence[Any]) -> Hashable:
        """Give what some instances say that their fields may hold; ``None`` if the class alone says it."""
        return None

    def widen(self, shapes: list[frozenset[Any]], hints: Any) -> Iterable[frozenset[Any]]:
        """Make room in the shapes of the fields for what they may hold, as :meth:`hints` and the class have it."""
        return shapes

    def schema_head(self, discriminator: Hashable) -> dict[str, Any]:
        """Give the name, namespace and attributes of the record."""
        return {"name": self.cls.__name__, "namespace": "", "python": self.tag, "class": path_of(self.cls)}

    def builder(
        self, names: Sequence[str], discriminator: Hashable = None, hints: Optional[Callable[[], Any]] = None
    ) -> Builder:
        """Build the function that builds instances.

        :param names: The names of the fields.
        :param discriminator: See :meth:`discriminator`.
        :param hints: Gives the types of the fields as the schema has them.
        :return: The function.
        :raises SnapshotException: If the class has other fields now.
        """
        raise NotImplementedError

    def fills(self, names: Sequence[str]) -> bool:
        """Tell whether the function for these fields calls nothing of the service's, which might raise."""
        return True

    def copy(self, instance: Any, copy_in: Callable[[Any], Any]) -> Any:
        """Copy an instance, field by field.

        :param instance: The instance.
        :param copy_in: Copies a value.
        :return: A copy; the instance itself, if it cannot change.
        """
        values = list(self.values(instance))
        kept = [copy_in(value) for value in values]
        if self.is_frozen and all(map(_is, values, kept)):
            return instance
        names = self.names(instance)
        return self.builder(names)(dict(zip(names, kept)))

    def _fill(self, names: Sequence[str], known: Sequence[str], defaults: dict[str, Callable[[], Any]]) -> list[Any]:
        """Give a function for each field that was not stored; refuse what does not fit the class any more."""
        gone = [name for name in names if name not in known]
        new = [name for name in known if name not in names and name not in defaults]
        if gone or new:
            cls = self.cls.__name__
            what = f"no field {gone[0]!r} any more" if gone else f"a new field {new[0]!r} without a default"
            remedy = f"renamed({gone[0]!r}, ..., of={cls}) or @upgrade({cls})" if gone else f"@upgrade({cls})"
            change = f"The class {path_of(self.cls)!r} has changed since the snapshot: it has {what}"
            raise ChangedClassException(f"{change}. Declare it: {remedy}", self.cls)
        return [(name, defaults[name]) for name in known if name not in names]


def _is(one: Any, other: Any) -> bool:
    return one is other


#: The kinds of record classes, the first that matches rules. The modules of the kinds add theirs.
RECORD_TYPES: list[type[RecordType]] = []


#: The kinds of registered types, by their tags: see registration.py.
REGISTERED: dict[str, RecordType] = {}


def record_type(cls: type) -> Optional[RecordType]:
    """Find how instances of a class become records.

    :param cls: The class.
    :return: The kind, or ``None`` if the class is no record class.
    """
    found = find(cls)
    return found if isinstance(found, RecordType) else None


def _record_type(cls: type) -> Optional[RecordType]:
    kind = next((kind for kind in RECORD_TYPES if kind.matches(cls)), None)
    return None if kind is None else kind(cls)


FINDERS.append(_record_type)


def kind_of_tag(tag: Any) -> Optional[type[RecordType]]:
    """Find the kind of records that a tag names; ``None`` if there is none."""
    return None if tag is None else next((kind for kind in RECORD_TYPES if kind.tag == tag), None)


def find_record_type(path: str, kind: type[RecordType]) -> RecordType:
    """Find the record class of a path.

    :param path: The path of the class.
    :param kind: The kind of class that the snapshot says it is.
    :return: The kind of that class.
    :raises SnapshotException: If there is none.
    """
    cls = resolve(path, kind.matches, kind.root)
    found = None if cls is None else record_type(cls)
    if found is None:
        remedy = f"If it moved, declare it: renamed({path!r}, ...)"
        raise MissingClassException(f"The {kind.tag} {path!r} is gone: there is no such class. {remedy}")
    return found


def refusal(cls: type) -> Optional[str]:
    """Tell why instances of an enum or a record class cannot come back.

    :param cls: The class.
    :return: The reason, or ``None`` if they can.
    """
    if is_main((path := path_of(cls)).partition(".")[0]):
        return "its class is defined in the script that was started, which other processes cannot import"
    try:
        found = resolve(path, lambda candidate: candidate is cls, Root())
    except SnapshotException as exc:
        return str(exc)
    if found is cls:
        return None
    if (now := renamed_class(path)) is not None:
        return f"the class {path!r} is {path_of(now)!r} now, as renamed() declares"
    return f"the class {path!r} cannot be imported by that path"
