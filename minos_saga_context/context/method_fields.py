"""The fields of a context, and those that bear the name of one of its methods."""

from __future__ import annotations

import sys
from collections import defaultdict, deque
from enum import Enum
from functools import lru_cache
from ipaddress import IPv6Address
from types import MethodType
from typing import Any, Callable, Optional
from uuid import UUID

from minos.common import Field

from ..codec.types.registry import STAND_INS, find
from ..codec.types.rows import Array, Map, ScalarType
from ..codec.types.subclasses import attributes_of
from ..codec.values.copying import copy_in

#: The methods of a mapping whose names may be those of fields too: ``context.items`` and ``context.items()``.
METHODS = frozenset({"clear", "copy", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"})


class ContextField(Field):
    """A field that keeps what it is given: no type to cast to, no parser, no validator.

    :param name: The name of the field.
    :param type_: Taken because ``minos.common.Field`` does; a context's field may hold any type.
    :param value: The value.
    :param owner: The context that holds the value, if it is there already.
    """

    __slots__ = ("_owner",)

    # The slots of Field that are the same for all fields.
    _type = Any
    _parser = None
    _validator = None

    def __init__(self, name: str, type_: Any = Any, value: Any = None, *, owner: Any = None):
        self._name = name  # type: ignore[misc]
        self._owner = {name: copy_in(value, name)} if owner is None else owner

    @property
    def value(self) -> Any:
        """The value."""
        return self._owner[self._name]

    @value.setter
    def value(self, value: Any) -> None:
        self._owner[self._name] = copy_in(value, self._name)

    _value = value  # what minos.common reads and writes without looking


class MethodOrField:
    """The attribute that is a method, and the value of the field of its name once there is one.

    :param method: The method.
    """

    def __init__(self, method: Callable[..., Any]):
        self._method = method
        self._name = method.__name__
        # Python asks each context that is copied for its keys: those of the dict of values save it a call.
        self._is_of_dict = self._name == "keys"
        self.__doc__ = method.__doc__

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self._method
        kept, name = instance._kept, self._name
        if name not in kept or not is_callable(value := instance[name]):
            return getattr(kept, name) if self._is_of_dict else MethodType(self._method, instance)
        if sys.getrefcount(instance) <= _TEMPORARY:
            # Nobody holds the context: in (a | b).items() it is gone before the call. The value may outlive it.
            return callable_of(uncallable(value), name, lambda: instance)
        return value


class _References:
    def __get__(self, instance: Any, owner: Any = None) -> int:
        return sys.getrefcount(instance)


class _Probe:
    references = _References()


def _temporary() -> int:
    """Find how many references an instance has that only the expression around it holds; 0 if that cannot be seen."""
    held = _Probe()
    temporary = _Probe().references
    return temporary if temporary < held.references else 0


_TEMPORARY = _temporary()


class _Callable:
    """What a value becomes that bears a method's name: of its own type still, and callable as the method."""

    _call_owner: Callable[[], Any]
    _call_method: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make a class that no registry of its base is told of."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        owner = self._call_owner()
        if owner is None:
            raise ReferenceError(f"The context whose {self._call_method}() this is is gone")
        return getattr(type(owner), self._call_method)(owner, *args, **kwargs)

    def __class_getitem__(cls, item: Any) -> Any:
        # minos.common builds type hints from the types of values.
        return CALLABLE_TYPES[cls][item]  # type: ignore[index]

    def __repr__(self) -> str:
        return repr(uncallable(self))

    def __reduce_ex__(self, protocol: Any) -> Any:
        # A call of its own type. What the type itself answers names this class, which nobody can import.
        value = uncallable(self)
        return type(value), _arguments(value)

    def __copy__(self) -> Any:
        return uncallable(self)

    def __deepcopy__(self, memo: Any) -> Any:
        return copy_in(uncallable(self), self._call_method)


class _CallableRecord(_Callable):
    """The same of a value that compares classes: a member of an enum, a dataclass, a Model, a context."""

    #: The member, of which there is only one.
    _call_member: Any = None

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return CALLABLE_TYPES[type(self)]

    def __eq__(self, other: Any) -> Any:
        return uncallable(self) == uncallable(other)

    def __ne__(self, other: Any) -> Any:
        return uncallable(self) != uncallable(other)

    def __hash__(self) -> int:
        return hash(uncallable(self))

    def __reduce_ex__(self, protocol: Any) -> Any:
        return uncallable(self).__reduce_ex__(protocol)


def is_callable(value: Any) -> bool:
    """Tell whether a value is callable as the method whose name it bears."""
    return type(value) in CALLABLE_TYPES


@lru_cache(None)
def _callable_type(base: type, root: type) -> Optional[type]:
    # As its base is called, so that what is written of it names that one.
    names = {"__module__": base.__module__, "__qualname__": base.__qualname__}
    try:
        # By no metaclass of its own: that of enums allows no subclass.
        made: type = type.__new__(type(base), base.__name__, (root, base), names)
    except TypeError:
        return None  # bool and NoneType allow none at all
    CALLABLE_TYPES[made] = base
    STAND_INS[made] = base, uncallable
    return made


#: What such a value holds besides.
_CALL = {"_call_owner", "_call_method", "_call_member"}
#: The types that :func:`callable_of` made, and those of the values.
CALLABLE_TYPES: dict[type, type] = {}


def callable_of(value: Any, method: str, owner: Callable[[], Any]) -> Any:
    """Make a value callable as the method whose name it bears.

    :param value: The value, kept already.
    :param method: The name.
    :param owner: Gives the context.
    :return: An equal value of a subclass of its type; the value itself, where its type allows none.
    """
    base: Any = type(value)
    arguments = _arguments(value) if type(find(base)) in (ScalarType, Array, Map) else None
    cls: Any = _callable_type(base, _CallableRecord if arguments is None else _Callable)
    if cls is None:
        return value
    try:
        made: Any = cls(*arguments) if arguments is not None else _twin(value, base, cls)
    except TypeError:
        return value  # of a registered type that only its own constructor can build
    # Not by assignment, which some types forbid.
    vars(made).update(_call_owner=owner, _call_method=method)
    if isinstance(value, Enum):
        vars(made).update(_call_member=value)
    return made


def _arguments(value: Any) -> Optional[tuple[Any, ...]]:
    """Give the arguments with which a type builds an equal value; ``None`` if it is not known to."""
    if isinstance(value, defaultdict):
        return value.default_factory, value
    if isinstance(value, (str, bytes, bytearray, int, float, complex, list, tuple, dict, set, frozenset)):
        return (value,)
    if isinstance(value, deque):
        return value, value.maxlen
    base: Any = CALLABLE_TYPES.get(type(value), type(value))
    if isinstance(value, (UUID, IPv6Address)):
        return (base.__str__(value),)  # before Python 3.10, an address would lose its scope below
    function, arguments, *_ = base.__reduce_ex__(value, 4)  # 4 is the first to tell the fold of a time
    return arguments if function is type(value) else None


def _twin(value: Any, base: Any, cls: Any) -> Any:
    """Build an instance of a class that holds what a value holds, without its constructor.

    :param value: The value.
    :param base: Its own class, which the callable one extends.
    :param cls: The class that is wanted: the other of them.
    """
    rows = (find(one) for one in base.__mro__ if one.__new__ is not object.__new__)
    solid: Any = next((row.type for row in rows if getattr(row, "upcast", None) is not None), object)
    arguments: Any = () if solid is object else _arguments(find(solid).upcast(value))
    made = solid.__new__(cls, *arguments)
    attributes = attributes_of(base, solid)
    held = {} if attributes is None else {**attributes(value)}
    if type(held.get("_kept")) is dict:
        # A context: what is callable in it is so as one of its own methods.
        held["_kept"] = {key: uncallable(one) for key, one in held["_kept"].items()}
    for name in held.keys() - _CALL:
        object.__setattr__(made, name, held[name])
    return made


def uncallable(value: Any) -> Any:
    """Give the value of its own type that :func:`callable_of` was given."""
    if (base := CALLABLE_TYPES.get(type(value))) is None:
        return value
    if not isinstance(value, _CallableRecord):
        return base(*_arguments(value))  # type: ignore[misc]
    return _twin(value, base, base) if value._call_member is None else value._call_member
