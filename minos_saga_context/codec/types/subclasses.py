"""What instances of subclasses hold: read by the descriptors of the types that they extend, or of their own slots.

No method or property that a subclass overrides has a say in it.
"""

from __future__ import annotations

from functools import cached_property
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any, Callable, Optional, get_origin

from ...exceptions import UnsupportedValueException

#: Classes of which more is known than their layout says: what they hold beyond the type that they extend is a helper.
_HOLD_NOTHING = ("numpy.str_",)
#: What an attribute or a slot takes in an instance.
_POINTER = tuple.__itemsize__


def is_class(value: Any) -> bool:
    """Tell whether a value is a class. ``list[int]`` is none, though up to Python 3.10 it says that it is."""
    return isinstance(value, type) and get_origin(value) is None


def builtin(cls: Any) -> Any:
    """Give the class of the standard library in whose place freezegun, say, has put one of its own."""
    return next(base for base in cls.__mro__ if base.__module__ == "datetime")


def rebuilder(cls: Any, *names: str) -> Callable[[Any], Any]:
    """Build the function that gives an instance of a class for one of a subclass.

    :param cls: The class.
    :param names: The arguments of its constructor, which are what it holds.
    :return: The function.
    """
    getters = [(name, getattr(cls, name).__get__) for name in names]
    return lambda value: cls(**{name: get(value) for name, get in getters})


def whole(cls: Any) -> Callable[[Any], Any]:
    """Build such a function for bytes, of which the type itself gives a slice."""
    return lambda value: cls.__getitem__(value, slice(None))


def by_text(cls: Any) -> Callable[[Any], Any]:
    """Build such a function for a type that its own text gives back."""
    if (parts := getattr(cls, "_raw_paths", None)) is not None:
        # From Python 3.12 on the text of a path, and with it what it equals, comes from methods that may be overridden.
        return lambda value: cls(*parts.__get__(value))

    def upcast(value: Any) -> Any:
        made = cls(cls.__str__(value))
        if cls.__eq__(made, value) is not True:
            raise UnsupportedValueException(value, reason=f"as a {cls.__name__!r} it would be {made!r}")
        return made

    return upcast


def attributes_of(cls: type, base: type = object) -> Optional[Callable[[Any], dict[str, Any]]]:
    """Build the function that gives the attributes that instances hold, in their dict and in slots.

    What is merely remembered of a computation is left out. The dict is theirs: it is not to be changed.

    :param cls: A class.
    :param base: One that it extends: its slots are left out.
    :return: The function; ``None`` if there is no place for any.
    """
    own, dicts = [vars(one) for one in cls.__mro__[: cls.__mro__.index(base)]], _dicts(cls)
    slots = {name: slot.__get__ for space in own for name, slot in space.items() if is_slot(slot)}
    if (not slots and not dicts) or _path(cls) in _HOLD_NOTHING:
        return None
    # typing notes on an instance with what its generic class was called.
    computed = {"__orig_class__"}
    computed.update(name for one in cls.__mro__ for name, value in vars(one).items() if type(value) is cached_property)
    dict_of = dicts[0].__get__ if dicts else lambda instance: {}

    def in_dict(instance: Any) -> dict[str, Any]:
        held: dict[str, Any] = dict_of(instance)
        return held if computed.isdisjoint(held) else {key: held[key] for key in held if key not in computed}

    def everywhere(instance: Any) -> dict[str, Any]:
        found = {name: value for name, get in slots.items() if (value := _held(get, instance)) is not _UNSET}
        return {**found, **in_dict(instance)}

    return everywhere if slots else in_dict


def _dicts(cls: type) -> list[Any]:
    """Give what gives the dict of attributes of an instance: none, if it has none."""
    spaces = [vars(one) for one in cls.__mro__]
    return [space["__dict__"] for space in spaces if type(space.get("__dict__")) is GetSetDescriptorType]


_UNSET: Any = object()


def _held(get: Callable[[Any], Any], instance: Any) -> Any:
    try:
        return get(instance)
    except AttributeError:
        return _UNSET


def is_slot(value: Any) -> bool:
    """Tell whether what stands in the namespace of a class is a slot of its instances."""
    return type(value) is MemberDescriptorType


def is_opaque(cls: type, base: type) -> bool:
    """Tell whether instances of a class hold more than Python can see, as those of extension modules may.

    :param cls: The class.
    :param base: The type that it extends.
    :return: ``True`` if so.
    """
    if cls.__dictoffset__ and not _dicts(cls):
        return True  # it hides them
    spaces = [vars(one) for one in cls.__mro__[: cls.__mro__.index(base)]]
    seen = sum(is_slot(slot) for space in spaces for slot in space.values())
    seen += sum(any(name in space for space in spaces) for name in ("__dict__", "__weakref__"))
    return cls.__basicsize__ - base.__basicsize__ > seen * _POINTER and _path(cls) not in _HOLD_NOTHING


def _path(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"
