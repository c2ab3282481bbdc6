"""The saga context: dict and attribute access to fields that keep what they are given."""

from __future__ import annotations

import json
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Hashable, Iterable, Iterator, KeysView, Mapping, MutableMapping, Sequence
from keyword import iskeyword
from typing import Any, Callable, Optional, TypeVar, Union
from weakref import ref

from minos.common import BucketModel, Field, MissingSentinel, ModelType
from minos.common.exceptions import EmptyMinosModelSequenceException, MultiTypeMinosModelSequenceException
from minos.common.meta import property_or_classproperty

from . import nested
from .codec import container
from .codec.classes import RECORD_KINDS, Builder, RecordKind
from .codec.keep import explain, keep
from .codec.registry import IMMUTABLE, PLAIN
from .codec.resolve import path_of
from .exceptions import MissingAttributeException, MissingItemException, SnapshotException, UnsupportedValueException
from .fields import METHODS, ContextField, MethodOrField, callable_of, fields_of, is_callable, plain_of

C = TypeVar("C", bound="SagaContext")

#: The path under which every service finds a context class: this one, or stock's where this package is missing.
STOCK_PATH = "minos.saga.context.SagaContext"
_MISSING = object()


class SagaContext(BucketModel, MutableMapping):  # type: ignore[type-arg]
    """The data of a saga: what a step puts in is what a later step reads.

    In place of ``minos.saga.SagaContext``. Fields are read and set as items (``context["total"]``) and as attributes
    (``context.total``), and come into being when they are set. Containers are copied on the way in, and what storage
    could not give back exactly is refused right away.

    :param other: A mapping, or pairs of names and values.
    :param values: Fields by name. ``fields={name: Field}`` is the protocol of ``minos.common.Model``.
    :raises TypeError: If a name is not a string.
    :raises UnsupportedValueException: If a value cannot be kept.
    """

    _fields: dict[str, Any]

    def __init__(self, other: Union[Mapping[str, Any], Iterable[tuple[str, Any]]] = (), /, **values: Any):
        object.__setattr__(self, "_fields", {})
        if "fields" in values:
            values = _without_protocol(values)
        if other == ():
            kept = [value if type(value) in IMMUTABLE else keep(value, name) for name, value in values.items()]
            object.__setattr__(self, "_fields", fields_of(values, kept, self))
        else:
            self._put(other, values)

    @classmethod
    def empty(cls: type[C]) -> C:
        """Build a context without fields.

        :return: The context.
        """
        return cls()

    @classmethod
    def from_model_type(cls: type[C], model_type: ModelType, *args: Any, **kwargs: Any) -> C:
        """Build a context whose fields have the names, and at first the types, of a ``ModelType``.

        :param model_type: The ``ModelType``.
        :param args: Values, in the order of its fields.
        :param kwargs: Values by name.
        :return: The context.
        """
        fields = cls._build_fields(model_type.type_hints, *args, **kwargs)
        return cls({name: field.value for name, field in fields.items()})

    def _put(self, other: Any, values: dict[str, Any]) -> None:
        """Set several fields, or none if one of them cannot be kept."""
        kept = [(_name(key), keep(value, key)) for key, value in (*_pairs(other), *values.items())]
        for name, value in kept:
            self._set(name, value)

    def _set(self, name: str, value: Any) -> None:
        if name in METHODS:
            value = callable_of(value, name, ref(self))
        field = self._fields.get(name)
        if field is None:
            self._fields.update(fields_of((name,), (value,), self))
        else:
            field._value = value

    def __setitem__(self, key: str, value: Any) -> None:
        value = value if type(value) in IMMUTABLE else keep(value, key)
        self._set(key if type(key) is str else _name(key), value)

    def __getitem__(self, item: str) -> Any:
        field = self._fields.get(item)
        if field is None:
            raise MissingItemException(item, type(self).__name__, self._fields)
        return field._value

    def __delitem__(self, item: str) -> None:
        if item not in self._fields:
            raise MissingItemException(item, type(self).__name__, self._fields)
        del self._fields[item]

    def __setattr__(self, key: str, value: Any) -> None:
        if key[:1] == "_":
            object.__setattr__(self, key, value)
        else:
            self[key] = value

    def __getattr__(self, item: str) -> Any:
        # Called for what is no attribute of the class. While an instance is made, it has no _fields yet.
        if item[:1] != "_" and (field := self._fields.get(item)) is not None:
            return field._value
        raise MissingAttributeException(item, type(self).__name__, vars(self).get("_fields", ()))

    def __delattr__(self, item: str) -> None:
        if item[:1] == "_":
            object.__delattr__(self, item)
        elif item in self._fields:
            del self._fields[item]
        else:
            raise MissingAttributeException(item, type(self).__name__, self._fields)

    def __contains__(self, key: object) -> bool:
        return key in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    @MethodOrField
    def keys(self) -> KeysView[str]:
        """Get the names of the fields.

        :return: A view of them.
        """
        return self._fields.keys()

    values = MethodOrField(MutableMapping.values)
    items = MethodOrField(MutableMapping.items)

    @MethodOrField
    def get(self, key: str, default: Any = None) -> Any:
        """Get the value of a field, or the default.

        :param key: The name of the field.
        :param default: What to return if there is none.
        :return: The value.
        """
        field = self._fields.get(key)
        return default if field is None else field._value

    @MethodOrField
    def pop(self, key: str, default: Any = None) -> Any:
        """Remove a field.

        :param key: The name of the field.
        :param default: What to return if there is none.
        :return: The value that the field had.
        """
        field = self._fields.pop(key, None)
        return default if field is None else plain_of(field._value)

    @MethodOrField
    def popitem(self) -> tuple[str, Any]:
        """Remove the field that was added last.

        :return: Its name and its value.
        :raises KeyError: If there is no field.
        """
        name, field = self._fields.popitem()
        return name, plain_of(field._value)

    @MethodOrField
    def clear(self) -> None:
        """Remove all fields.

        :return: This method does not return anything.
        """
        self._fields.clear()

    @MethodOrField
    def update(self, other: Any = (), /, **kwargs: Any) -> None:
        """Set several fields, or none if one of the values cannot be kept.

        :param other: A mapping, or pairs of names and values.
        :param kwargs: Fields by name.
        :return: This method does not return anything.
        :raises UnsupportedValueException: If a value cannot be kept.
        """
        self._put(other, kwargs)

    @MethodOrField
    def setdefault(self, key: str, default: Any = None) -> Any:
        """Get the value of a field, which is set first if there is none.

        :param key: The name of the field.
        :param default: The value to set.
        :return: The value of the field.
        """
        if key not in self._fields:
            self[key] = default
        return self[key]

    def __or__(self: C, other: Any) -> C:
        if not isinstance(other, Mapping):
            return NotImplemented
        return _build(type(self), {**_values(self), **_values(other)})

    def __ror__(self: C, other: Any) -> C:
        if not isinstance(other, Mapping):
            return NotImplemented
        return _build(type(self), {**_values(other), **_values(self)})

    def __ior__(self: C, other: Any) -> C:
        self._put(other, {})
        return self

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return _values(self) == _values(other)

    def __hash__(self) -> int:
        return hash(frozenset(_values(self).items()))

    def __copy__(self: C) -> C:
        twin = _build(type(self), _values(self))
        vars(twin).update(_attributes(self))
        return twin

    def __deepcopy__(self: C, memo: dict[int, Any]) -> C:
        return self.__copy__()

    def __reduce__(self) -> Any:
        return _rebuild, (type(self), _values(self), _attributes(self))

    def __repr__(self) -> str:
        values = _values(self)
        rest = {name: value for name, value in values.items() if not name.isidentifier() or iskeyword(name)}
        arguments = [repr(rest)] if rest else []
        arguments += [f"{name}={value!r}" for name, value in values.items() if name not in rest]
        return f"{type(self).__name__}({', '.join(arguments)})"

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        yield from _values(self).items()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        name = type(self).__name__
        with printer.group(len(name) + 1, f"{name}(", ")"):
            for place, (key, value) in enumerate(_values(self).items()):
                if place:
                    printer.text(",")
                    printer.breakable()
                printer.text(f"{key if key.isidentifier() else repr(key)}=")
                printer.pretty(value)

    def _repr_html_(self) -> str:
        from html import escape

        cells = ((key, type(value).__name__, repr(value)) for key, value in _values(self).items())
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in cells)
        head = f"<caption>{escape(type(self).__name__)}</caption><tr><th>field</th><th>type</th><th>value</th></tr>"
        return f"<table>{head}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"

    def __dir__(self) -> Iterable[str]:
        return {*super().__dir__(), *self._fields}

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._fields)

    @property
    def avro_bytes(self) -> bytes:
        """The Avro file that holds the context.

        :raises UnsupportedValueException: If there is a value, in a container that was changed in place, that cannot
            be kept.
        """
        return _dump([self])

    @property
    def avro_str(self) -> str:
        """The Avro file that holds the context, in base64."""
        return b2a_base64(_dump([self]), newline=False).decode("ascii")

    @property_or_classproperty
    def avro_schema(self_or_cls: Any) -> list[dict[str, Any]]:  # noqa: N805
        """The Avro schema: a list of one record."""
        context = self_or_cls() if isinstance(self_or_cls, type) else self_or_cls
        return [json.loads(_encode([context])[0].text)]

    @property
    def avro_data(self) -> Any:
        """What an Avro library writes by :attr:`avro_schema`. The records of unions are (name, value) pairs."""
        plan, _ = _encode([self])
        return container.plain_data(plan.node.encode(self), plan.schema)  # type: ignore[misc]

    @classmethod
    def to_avro_bytes(cls, models: Sequence[Any]) -> bytes:
        """Write several contexts as one Avro file.

        :param models: The contexts, of one class; their fields may differ.
        :return: The bytes of the file.
        :raises EmptyMinosModelSequenceException: If there are none.
        :raises MultiTypeMinosModelSequenceException: If they are of several classes.
        """
        if not len(models):
            raise EmptyMinosModelSequenceException("'models' parameter cannot be empty.")
        if len(types := {type(model) for model in models}) > 1:
            names = ", ".join(sorted(map(path_of, types)))
            raise MultiTypeMinosModelSequenceException(f"Every model must have the same type. Found: {names}")
        return _dump(list(models))

    @classmethod
    def from_avro_str(cls, raw: str, **kwargs: Any) -> Any:
        """Read what :attr:`avro_str` gave.

        :param raw: Avro bytes in base64.
        :param kwargs: See :meth:`from_avro_bytes`.
        :return: The context.
        :raises SnapshotException: If the text cannot be read, with the reason.
        """
        try:
            data = a2b_base64(raw)
        except (Base64Error, ValueError, TypeError) as exc:
            raise SnapshotException(f"The snapshot is no base64: {exc}") from None
        # The decoder drops what is no base64. Then there are fewer bytes than so many characters give.
        if len(raw) % 4 or len(raw) // 4 * 3 - raw.count("=", -2) != len(data):
            raise SnapshotException("The snapshot is no base64: it is cut off, or holds other characters")
        return cls.from_avro_bytes(data, **kwargs)

    @classmethod
    def from_avro_bytes(cls, raw: bytes, batch_mode: bool = False, **kwargs: Any) -> Any:
        """Read what :attr:`avro_bytes` or :meth:`to_avro_bytes` gave, or stock minos wrote.

        :param raw: The bytes of an Avro file.
        :param batch_mode: Whether to return all contexts of the file, rather than the only one.
        :param kwargs: Taken as ``minos.common.Model`` does.
        :return: The context, or the list of contexts.
        :raises SnapshotException: If the bytes cannot be read, with the reason.
        """
        found = container.load(raw)
        if not all(SagaContext in type(one).__mro__ for one in found):
            raise SnapshotException("This is valid Avro, but not of a saga context")
        if batch_mode:
            return found
        if len(found) != 1:
            raise SnapshotException(f"One context is wanted. The file holds {len(found)}: read it with batch_mode=True")
        return found[0]

    @classmethod
    def from_avro(cls, schema: Any, data: Any) -> Any:
        """Build a context from a schema and data.

        :param schema: Such as :attr:`avro_schema` gives.
        :param data: Such as :attr:`avro_data` gives, or an Avro library reads.
        :return: The context.
        :raises SnapshotException: If there is no context in them.
        """
        return cls.from_avro_bytes(container.join(schema, data))


    @classmethod
    def encode_schema(cls, encoder: Any, target: Any, **kwargs: Any) -> Any:
        """Give the schema of a context that stands in another Model: see nested.py."""
        return nested.encode_schema(target) if isinstance(target, nested.ContextType) else MissingSentinel

    @classmethod
    def decode_schema(cls, decoder: Any, target: Any, **kwargs: Any) -> Any:
        """Give the type of a context that stands in another Model: see nested.py."""
        return nested.decode_schema(target)

    @classmethod
    def decode_data(cls, decoder: Any, target: Any, type_: Any, **kwargs: Any) -> Any:
        """Build a context that stands in another Model: see nested.py."""
        return nested.decode_data(SagaContext, target, type_)


def _without_protocol(values: dict[str, Any]) -> dict[str, Any]:
    """Take ``fields={name: Field}``, the protocol of Model, for the fields it holds; leave a field of that name alone."""
    fields = values["fields"]
    if type(fields) is dict and fields and all(isinstance(field, Field) for field in fields.values()):
        del values["fields"]
        return {**{name: field.value for name, field in fields.items()}, **values}
    return values


def _name(key: Any) -> str:
    if type(key) is str:
        return key
    if not isinstance(key, str):
        raise TypeError(f"The names of fields are strings. Obtained: {key!r}, of type {type(key).__name__!r}")
    return str.__str__(key)


def _pairs(other: Any) -> Iterable[tuple[Any, Any]]:
    if other is None:
        return ()
    if isinstance(other, Mapping) or hasattr(other, "keys"):
        return _values(other).items()
    return dict(other).items()


def _values(mapping: Any) -> dict[Any, Any]:
    """Give the items of a mapping, those of a context as they were put."""
    if not isinstance(mapping, SagaContext):
        return dict(mapping)
    values = {name: field._value for name, field in mapping._fields.items()}
    for name in METHODS.intersection(values):
        values[name] = plain_of(values[name])
    return values


def _attributes(context: SagaContext) -> dict[str, Any]:
    return {name: value for name, value in vars(context).items() if name != "_fields"}


def _build(cls: type[C], values: dict[str, Any]) -> C:
    """Build a context of a class whose constructor may take something else."""
    context = _restore(cls, {})
    context._put(values, {})
    return context


def _rebuild(cls: type[C], values: dict[str, Any], attributes: dict[str, Any]) -> C:
    context = _build(cls, values)
    vars(context).update(attributes)
    return context


def _restore(cls: type[C], values: dict[str, Any]) -> C:
    """Build a context of values that nobody else holds, and that are known to be supported."""
    context = cls.__new__(cls)
    object.__setattr__(context, "_fields", fields_of(values, values.values(), context))
    return context


class _ContextKind(RecordKind):
    """How contexts become records: by the path of the class that they take the place of."""

    tag = "context"

    def __init__(self, cls: type):
        super().__init__(SagaContext if path_of(cls) == STOCK_PATH else cls)

    @classmethod
    def matches(cls, candidate: type) -> bool:
        return SagaContext in candidate.__mro__ or path_of(candidate) == STOCK_PATH

    def names(self, instance: Any) -> Sequence[str]:
        return tuple(instance._fields)

    def values(self, instance: Any) -> Iterable[Any]:
        values = [field._value for field in instance._fields.values()]
        if METHODS.isdisjoint(instance._fields):
            return values
        return [plain_of(value) if is_callable(value) else value for value in values]

    def head(self, label: Hashable) -> dict[str, Any]:
        path = STOCK_PATH if self.cls is SagaContext else path_of(self.cls)
        namespace, _, name = path.rpartition(".")
        return {"name": name, "namespace": namespace}

    def builder(
        self, names: Sequence[str], label: Hashable = None, hints: Optional[Callable[[], Any]] = None
    ) -> Builder:
        cls: Any = self.cls

        def build(values: Iterable[Any]) -> Any:
            context = cls.__new__(cls)
            object.__setattr__(context, "_fields", fields_of(names, values, context))
            return context

        return build

    def copy(self, instance: Any, keep: Callable[[Any], Any]) -> Any:
        twin = _restore(type(instance), {name: keep(value) for name, value in _values(instance).items()})
        vars(twin).update(_attributes(instance))
        return twin


RECORD_KINDS.insert(0, _ContextKind)


def _encode(contexts: list[Any]) -> tuple[container.Plan, bytes]:
    try:
        return container.encode(contexts)
    except UnsupportedValueException:
        raise _explained(contexts) from None


def _dump(contexts: list[Any]) -> bytes:
    try:
        return container.dump(contexts)
    except UnsupportedValueException:
        raise _explained(contexts) from None


def _explained(contexts: list[Any]) -> UnsupportedValueException:
    for context in contexts:
        for name, value in _values(context).items():
            try:
                keep(value, name)
                container.plan_of([value], PLAIN)
            except UnsupportedValueException as exc:
                return exc if exc.path else explain(value, name)
    return UnsupportedValueException(contexts[0])
