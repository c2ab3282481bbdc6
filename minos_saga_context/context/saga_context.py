"""The saga context: a mapping that is a minos Model, and writes itself as Avro."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal, TypeVar, Union, cast, overload

from minos.common import BucketModel, DataTransferObject, MissingSentinel, ModelType
from minos.common.exceptions import EmptyMinosModelSequenceException, MultiTypeMinosModelSequenceException
from minos.common.meta import property_or_classproperty

from ..codec import file
from ..codec.classes.imports import path_of
from ..exceptions import SnapshotException
from . import nested, record
from .display import DisplayedMapping
from .method_fields import ContextField

C = TypeVar("C", bound="SagaContext")


class SagaContext(DisplayedMapping, BucketModel):
    """The data of a saga: what a step puts in is what a later step reads.

        context = SagaContext(order_id=1, lines=[{"sku": "A", "price": Decimal("9.50")}])
        context["total"] = context.lines[0]["price"]
        SagaContext.from_avro_str(context.avro_str) == context

    In place of ``minos.saga.SagaContext``. A mapping whose items are attributes too; they come into being when they are
    set. A name that begins with ``_`` is a field as an item only. A field may bear the name of a method:
    ``context.items`` is the field then, and ``context.items()`` still the method. Containers are copied on the way in,
    and what storage could not give back exactly is refused right away.

    A subclass with annotations is a typed context: a callback of a saga whose first parameter is annotated with it is
    given one, and the fields are checked.

    :param other: A mapping, or pairs of names and values.
    :param values: Fields by name. ``fields={name: Field}`` is the protocol of ``minos.common.Model``.
    :raises TypeError: If a name is not a string.
    :raises UnsupportedValueException: If a value cannot be kept.
    """

    #: Where users find it, whatever module it is written in.
    __module__ = __name__.rpartition(".")[0]

    @property
    def _fields(self) -> dict[str, Any]:
        """The fields, as minos.common asks for them. They read and set the values of the context."""
        return {name: ContextField(name, owner=self) for name in self._kept}

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

    @property
    def avro_bytes(self) -> bytes:
        """The Avro file that holds the context.

        :raises UnsupportedValueException: If there is a value, in a container that was changed in place, that cannot
            be kept.
        """
        return record.dump([self])

    @property
    def avro_str(self) -> str:
        """The Avro file that holds the context, in base64: what minos stores while a saga is paused."""
        return record.dump_text([self])

    def _schema(self_or_cls: Any) -> list[dict[str, Any]]:
        """The Avro schema: a list of one record."""
        context = self_or_cls() if isinstance(self_or_cls, type) else self_or_cls
        return [json.loads(record.encode([context])[0].text)]

    # Of the type of what it gives, to the class and to its instances: type checkers do not know what it is.
    avro_schema = cast("list[dict[str, Any]]", property_or_classproperty(_schema))
    """The Avro schema: a list of one record."""

    @property
    def avro_data(self) -> Any:
        """What an Avro library writes by ``avro_schema``. The records of unions are (name, value) pairs."""
        return record.data([self])

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
        return record.dump(list(models))

    @overload
    @classmethod
    def from_avro_str(cls: type[C], raw: str, batch_mode: Literal[False] = False, **kwargs: Any) -> C: ...

    @overload
    @classmethod
    def from_avro_str(cls: type[C], raw: str, batch_mode: Literal[True], **kwargs: Any) -> list[C]: ...

    @overload
    @classmethod
    def from_avro_str(cls: type[C], raw: str, batch_mode: bool, **kwargs: Any) -> Union[C, list[C]]: ...

    @classmethod
    def from_avro_str(cls, raw: str, batch_mode: bool = False, **kwargs: Any) -> Any:
        """Read what ``avro_str`` or ``to_avro_str`` gave.

        :param raw: Avro bytes in base64.
        :param batch_mode: See ``from_avro_bytes``.
        :param kwargs: Taken as ``minos.common.Model`` does.
        :return: The context.
        :raises SnapshotException: If the text cannot be read, with the reason.
        """
        if cls is not SagaContext:
            # It may have a way of its own to read bytes.
            return cls.from_avro_bytes(file.bytes_of(raw), batch_mode=batch_mode, **kwargs)
        return _taken(file.load_text(raw), batch_mode)

    @overload
    @classmethod
    def from_avro_bytes(cls: type[C], raw: bytes, batch_mode: Literal[False] = False, **kwargs: Any) -> C: ...

    @overload
    @classmethod
    def from_avro_bytes(cls: type[C], raw: bytes, batch_mode: Literal[True], **kwargs: Any) -> list[C]: ...

    @overload
    @classmethod
    def from_avro_bytes(cls: type[C], raw: bytes, batch_mode: bool, **kwargs: Any) -> Union[C, list[C]]: ...

    @classmethod
    def from_avro_bytes(cls, raw: bytes, batch_mode: bool = False, **kwargs: Any) -> Any:
        """Read what ``avro_bytes`` or ``to_avro_bytes`` gave, or stock minos wrote.

        :param raw: The bytes of an Avro file.
        :param batch_mode: Whether to return all contexts of the file, rather than the only one.
        :param kwargs: Taken as ``minos.common.Model`` does.
        :return: The context, or the list of contexts.
        :raises SnapshotException: If the bytes cannot be read, with the reason.
        """
        return _taken(file.load(raw), batch_mode)

    @classmethod
    def from_avro(cls: type[C], schema: Any, data: Any) -> C:
        """Build a context from a schema and data.

        :param schema: Such as ``avro_schema`` gives.
        :param data: Such as ``avro_data`` gives, or an Avro library reads.
        :return: The context.
        :raises SnapshotException: If there is no context in them.
        """
        return cls.from_avro_bytes(file.join(schema, data))

    @classmethod
    def encode_schema(cls, encoder: Any, target: Any, **kwargs: Any) -> Any:
        """Called by minos.common for a context that stands in another Model: give its schema."""
        return nested.encode_schema(target) if isinstance(target, nested.ContextType) else MissingSentinel

    @classmethod
    def decode_schema(cls, decoder: Any, target: Any, **kwargs: Any) -> Any:
        """Called by minos.common for a context that stands in another Model: give its type."""
        return nested.decode_schema(target)

    @classmethod
    def decode_data(cls, decoder: Any, target: Any, type_: Any, **kwargs: Any) -> Any:
        """Called by minos.common for a context that stands in another Model: build it."""
        return nested.decode_data(SagaContext, target, type_)


def _taken(found: list[Any], batch_mode: bool) -> Any:
    """Take the contexts from what a file held."""
    if len(found) == 1 and type(found[0]) is SagaContext and not batch_mode:
        return found[0]
    for other in (one for one in found if SagaContext not in type(one).__mro__):
        path = other.classname if isinstance(other, DataTransferObject) else ""
        remedy = f": there is no class {path!r}. If it moved, declare it: renamed({path!r}, ...)" if "." in path else ""
        raise SnapshotException(f"This is valid Avro, but not of a saga context{remedy}")
    if batch_mode:
        return found
    if len(found) != 1:
        raise SnapshotException(f"One context is wanted. The file holds {len(found)}: read it with batch_mode=True")
    return found[0]


record.register_contexts(SagaContext)
