"""What the fields of a context hold: copied in, given out, and built around."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from copy import deepcopy
from types import MappingProxyType
from typing import Any, Callable, TypeVar

from minos.common import Field

from ..codec.types.registry import IMMUTABLE
from ..codec.values.children import children
from ..codec.values.copying import copy_in
from .method_fields import METHODS, uncallable


class ContextValues:
    """What holds the values of a context."""

    #: The values by name. One that bears a method's name becomes callable when it is first read.
    _kept: dict[str, Any]
    #: Whether one of them ever did.
    _has_bound = False


class FieldValues(ValuesView[Any]):
    """The values of the fields, as they are at each moment. They can be reversed, as those of a dict."""

    _mapping: Any

    def __reversed__(self) -> Iterator[Any]:
        return (self._mapping[name] for name in reversed(self._mapping))


class FieldItems(ItemsView[str, Any]):
    """The names and values of the fields, as they are at each moment. They can be reversed, as those of a dict."""

    _mapping: Any

    def __reversed__(self) -> Iterator[tuple[str, Any]]:
        return ((name, self._mapping[name]) for name in reversed(self._mapping))

    def __contains__(self, item: object) -> bool:
        return isinstance(item, tuple) and len(item) == 2 and super().__contains__(item)


M = TypeVar("M", bound=ContextValues)


def fill(context: ContextValues, values: dict[str, Any]) -> None:
    """Fill a context that holds nothing yet, as its constructor does.

    :param context: The context.
    :param values: Fields by name, in a dict that nobody else holds.
    :return: This function does not return anything.
    :raises UnsupportedValueException: If a value cannot be kept.
    """
    if "fields" in values:
        values = _without_protocol(values)
    for name, value in values.items():
        if type(value) not in IMMUTABLE:
            values[name] = copy_in(value, name)
    object.__setattr__(context, "_kept", values)


def _without_protocol(values: dict[str, Any]) -> dict[str, Any]:
    """Take ``fields={name: Field}``, the protocol of Model, for those fields; leave a field of that name alone."""
    fields = values["fields"]
    if type(fields) is dict and fields and all(isinstance(field, Field) for field in fields.values()):
        del values["fields"]
        return {**{name: field.value for name, field in fields.items()}, **values}
    return values


def copied_in(other: Any) -> dict[str, Any]:
    """Copy the items of a mapping, or pairs, before any of them is set."""
    pairs = () if other is None else kept_values(other) if hasattr(other, "keys") else dict(other)
    return {checked_name(key): copy_in(value, key) for key, value in dict(pairs).items()}


def checked_name(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"The names of fields are strings. Obtained: {key!r}, of type {type(key).__name__!r}")
    return str.__str__(key)


def own_values(context: ContextValues) -> dict[str, Any]:
    """Give the values of a context as they were put, by name."""
    values = context._kept.copy()
    if context._has_bound:
        for name in METHODS.intersection(values):
            values[name] = uncallable(values[name])
    return values


def kept_values(mapping: Any) -> dict[Any, Any]:
    """Give the items of a mapping; those of a context as they were put.

    :param mapping: The mapping.
    :return: Its items.
    """
    return own_values(mapping) if isinstance(mapping, ContextValues) else dict(mapping)


_OWN = ("_kept", "_has_bound")


def attributes(context: ContextValues) -> dict[str, Any]:
    """Give the plain Python attributes of a context, which are no fields."""
    return {name: value for name, value in vars(context).items() if name not in _OWN}


def copy_attributes(value: Any, memo: dict[int, Any]) -> None:
    """Copy the plain attributes of contexts, which are as deep as any, in what was copied without them.

    :param value: A context, or what holds some.
    :param memo: What ``copy.deepcopy`` knows already.
    :return: This function does not return anything.
    """
    if isinstance(value, ContextValues):
        vars(value).update(deepcopy(attributes(value), memo))
    for child in children(value) or ():
        copy_attributes(child.value, memo)


def build(cls: type[M], values: dict[str, Any], state: Mapping[str, Any] = MappingProxyType({})) -> M:
    """Build a context of a class whose constructor may take something else.

    :param cls: The class.
    :param values: Its fields.
    :param state: Its plain attributes.
    :return: The context.
    """
    context = restorer(cls)(copied_in(values))
    vars(context).update(state)
    return context


def restorer(cls: type[M]) -> Callable[[dict[str, Any]], M]:
    """Build the function that builds contexts around values that nobody else holds, and that are known to be supported.

    :param cls: The class of the contexts.
    :return: The function.
    """
    new = cls.__new__

    def restore(kept: dict[str, Any]) -> M:
        context = new(cls)
        object.__setattr__(context, "_kept", kept)
        return context

    return restore
