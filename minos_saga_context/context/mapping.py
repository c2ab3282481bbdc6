"""Dict and attribute access to fields that keep what they are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any, TypeVar, Union
from weakref import ref

from minos.common import DataTransferObject

from ..codec.types.locks import fork_safe_lock
from ..codec.types.registry import IMMUTABLE
from ..codec.values.copying import copy_in
from ..exceptions import MissingAttributeException, MissingItemException
from .method_fields import CALLABLE_TYPES, METHODS, MethodOrField, callable_of, is_callable, uncallable
from .values import (
    ContextValues,
    FieldItems,
    FieldValues,
    attributes,
    build,
    checked_name,
    copied_in,
    copy_attributes,
    fill,
    kept_values,
    own_values,
)

M = TypeVar("M", bound="ContextMapping")
_NOTHING: Any = ()


#: Two threads that read a field with a method's name first must get the same value: it may be changed in place.
_binding = fork_safe_lock()


class ContextMapping(ContextValues, MutableMapping):  # type: ignore[type-arg]
    """What a saga context is besides a Model: a dict whose items are attributes too.

    :param other: A mapping, or pairs of names and values.
    :param values: Fields by name. ``fields={name: Field}`` is the protocol of ``minos.common.Model``.
    :raises TypeError: If a name is not a string.
    :raises UnsupportedValueException: If a value cannot be kept.
    """

    #: The values by name. One that bears a method's name becomes callable when it is first read.
    _kept: dict[str, Any]
    #: Whether one of them ever did.
    _has_bound = False

    def __init__(self, other: Union[Mapping[str, Any], Iterable[tuple[str, Any]]] = _NOTHING, /, **values: Any):
        fill(self, values)
        if other is not _NOTHING:
            object.__setattr__(self, "_kept", {**copied_in(other), **self._kept})

    def __setitem__(self, key: str, value: Any) -> None:
        name = key if type(key) is str else checked_name(key)
        self._kept[name] = value if type(value) in IMMUTABLE else copy_in(value, name)

    def __getitem__(self, item: str) -> Any:
        try:
            value = self._kept[item]
        except KeyError:
            raise MissingItemException(item, type(self).__name__, self._kept) from None
        # As in is_callable(), which is a call more for each item of a copy.
        if item in METHODS and type(value) not in CALLABLE_TYPES:
            return self._bound(item)
        return value

    def _bound(self, name: str) -> Any:
        with _binding:
            value = self._kept[name]
            if not is_callable(value):
                object.__setattr__(self, "_has_bound", True)
                value = self._kept[name] = callable_of(value, name, ref(self))
            return value

    def __delitem__(self, item: str) -> None:
        if item not in self._kept:
            raise MissingItemException(item, type(self).__name__, self._kept)
        del self._kept[item]

    def __setattr__(self, key: str, value: Any) -> None:
        if key[:1] == "_":
            object.__setattr__(self, key, value)
        else:
            self[key] = value

    def __getattr__(self, item: str) -> Any:
        # Called for what is no attribute of the class; never for a method's name.
        if item[:1] != "_":
            try:
                return self._kept[item]
            except (KeyError, AttributeError):
                pass  # an instance that is being made holds nothing yet
        fields = () if item == "_kept" else getattr(self, "_kept", ())
        raise MissingAttributeException(item, type(self).__name__, fields)

    def __delattr__(self, item: str) -> None:
        if item[:1] == "_":
            object.__delattr__(self, item)
        elif item in self._kept:
            del self._kept[item]
        else:
            raise MissingAttributeException(item, type(self).__name__, self._kept)

    def __contains__(self, key: object) -> bool:
        return key in self._kept

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    # Of any type: pyright sees no mapping, and no `{**context}`, where its keys come from a descriptor.
    keys: Any = MethodOrField(MutableMapping.keys)

    @MethodOrField
    def values(self) -> FieldValues:
        """Get the values of the fields.

        :return: A view of them.
        """
        return FieldValues(self)

    @MethodOrField
    def items(self) -> FieldItems:
        """Get the names and the values of the fields.

        :return: A view of them.
        """
        return FieldItems(self)

    @MethodOrField
    def get(self, key: str, default: Any = None) -> Any:
        """Get the value of a field, or the default.

        :param key: The name of the field.
        :param default: What to return if there is none.
        :return: The value.
        """
        return self[key] if key in self._kept else default

    @MethodOrField
    def pop(self, key: str, default: Any = None) -> Any:
        """Remove a field.

        :param key: The name of the field.
        :param default: What to return if there is none.
        :return: The value that the field had.
        """
        return uncallable(self._kept.pop(key, default))

    @MethodOrField
    def popitem(self) -> tuple[str, Any]:
        """Remove the field that was added last.

        :return: Its name and its value.
        :raises KeyError: If there is no field.
        """
        name, value = self._kept.popitem()
        return name, uncallable(value)

    @MethodOrField
    def clear(self) -> None:
        """Remove all fields.

        :return: This method does not return anything.
        """
        self._kept.clear()

    @MethodOrField
    def update(self, other: Any = (), /, **kwargs: Any) -> None:
        """Set several fields, or none if one of the values cannot be kept.

        :param other: A mapping, or pairs of names and values.
        :param kwargs: Fields by name.
        :return: This method does not return anything.
        :raises UnsupportedValueException: If a value cannot be kept.
        """
        self._kept.update({**copied_in(other), **copied_in(kwargs)})

    @MethodOrField
    def setdefault(self, key: str, default: Any = None) -> Any:
        """Get the value of a field, which is set first if there is none.

        :param key: The name of the field.
        :param default: The value to set.
        :return: The value of the field.
        """
        if key not in self._kept:
            self[key] = default
        return self[key]

    @MethodOrField
    def copy(self: M) -> M:
        """Copy the context, as ``copy.copy`` does: its fields are independent, its plain attributes the same.

        :return: The copy.
        """
        return self.__copy__()

    def __or__(self: M, other: Any) -> M:
        if not isinstance(other, Mapping):
            return NotImplemented
        return build(type(self), {**own_values(self), **kept_values(other)})

    def __ror__(self: M, other: Any) -> M:
        if not isinstance(other, Mapping):
            return NotImplemented
        return build(type(self), {**kept_values(other), **own_values(self)})

    def __ior__(self: M, other: Any) -> M:
        self._kept.update(copied_in(other))
        return self

    def __eq__(self, other: Any) -> bool:
        # A DataTransferObject that is told that it is equal asks for a name that no context has.
        if not isinstance(other, Mapping) or isinstance(other, DataTransferObject):
            return NotImplemented
        return own_values(self) == kept_values(other)

    def __hash__(self) -> int:
        return hash(frozenset(own_values(self).items()))

    def __copy__(self: M) -> M:
        return build(type(self), own_values(self), attributes(self))

    def __deepcopy__(self: M, memo: dict[int, Any]) -> M:
        memo[id(self)] = twin = self.__copy__()
        copy_attributes(twin, memo)
        return twin

    def __reduce__(self) -> Any:
        return build, (type(self), own_values(self), attributes(self))
