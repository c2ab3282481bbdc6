"""minos's Models: as minos.common writes them, but by what they hold rather than by what their hints allow."""

from __future__ import annotations

import json
import types
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Callable, Optional, Union, get_args, get_origin

from minos.common import AvroSchemaEncoder, BucketModel, DataTransferObject, DeclarativeModel, Field, Model, ModelType

from ...exceptions import SnapshotException
from ..avro.schema import without_random_parts
from ..types.cache import Cache
from ..types.locks import cached_property
from ..types.registry import IMMUTABLE, find
from ..types.rows import ScalarType
from ..types.subclasses import is_class
from .imports import path_of, resolve
from .records import RECORD_TYPES, Builder, RecordType, record_type
from .sources import Root

_HOOKS = ("encode_schema", "decode_schema", "encode_data", "decode_data")
#: Constructors that do no more than fill the fields, which is done here without them.
FILLING_CONSTRUCTORS = {DeclarativeModel.__init__, DataTransferObject.__init__}


def is_model(cls: type) -> bool:
    """Tell whether a class is a minos Model."""
    return issubclass(cls, Model)


class ModelRecordType(RecordType):
    """Models, of any kind that minos has."""

    root = Root(Model)

    def __init__(self, cls: type):
        super().__init__(cls)
        self.is_self_encoding = any(_function(cls, hook) is not _function(Model, hook) for hook in _HOOKS)
        self.has_discriminators = self.is_self_encoding or cls is DataTransferObject

    @classmethod
    def matches(cls, candidate: type) -> bool:
        return is_model(candidate)

    @classmethod
    def find(cls, path: str) -> tuple[RecordType, Hashable]:
        """Find the kind of a record that bears the name of a Model.

        :param path: The path of the Model.
        :return: The record type, and its discriminator. As in minos.common, that of a
            ``DataTransferObject`` if there is no such class.
        """
        found = resolve(path, is_model, cls.root)
        kind = None if found is None else record_type(found)
        if kind is not None:
            return kind, None
        return record_type(DataTransferObject), path  # type: ignore[return-value]

    def names(self, instance: Any) -> Sequence[str]:
        return tuple(instance.fields)

    @property
    def declared(self) -> Optional[Iterable[str]]:
        cls: Any = self.cls
        return dict(cls._type_hints()) if issubclass(cls, DeclarativeModel) else None

    def values(self, instance: Any) -> Iterable[Any]:
        return [field._value for field in instance._fields.values()]

    def fields(self, instance: Any) -> dict[str, Any]:
        return {name: field._value for name, field in instance._fields.items()}

    def discriminator(self, instance: Any) -> Hashable:
        if self.is_self_encoding:
            return json.dumps(without_random_parts(AvroSchemaEncoder().build(instance)))
        return instance.classname if self.cls is DataTransferObject else None

    def hints(self, names: tuple[str, ...], instances: Sequence[Any]) -> Optional[tuple[frozenset[Any], ...]]:
        declared, alternatives = self._hinted[0], self._alternatives
        if names == declared:
            return None
        columns = [instance._fields for instance in instances]
        return tuple(
            [alternatives[name] if name in alternatives else _alternatives_of(name, columns) for name in names]
        )

    def widen(self, shapes: list[frozenset[Any]], hints: Any) -> Iterable[frozenset[Any]]:
        hints = self._hinted[1] if hints is None else enumerate(hints)
        for place, hinted in hints:
            if hinted:
                known = {kind[0] if isinstance(kind, tuple) else kind for kind in shapes[place]}
                more = (kind for kind in hinted if (kind[0] if isinstance(kind, tuple) else kind) not in known)
                shapes[place] = shapes[place].union(more)
        return shapes

    @cached_property
    def _hinted(self) -> tuple[tuple[str, ...], list[tuple[int, frozenset[Any]]]]:
        """The names of an instance that has the declared fields, and those of them that say what they may hold."""
        alternatives = enumerate(self._alternatives.values())
        return tuple(self._alternatives), [(place, hinted) for place, hinted in alternatives if hinted]

    @cached_property
    def _alternatives(self) -> dict[str, frozenset[Any]]:
        """What the declared fields may hold: see :func:`_alternatives`."""
        cls: Any = self.cls
        hints = dict(cls._type_hints()) if issubclass(cls, DeclarativeModel) else {}
        return {name: _ALTERNATIVES[hint] for name, hint in hints.items()}

    def schema_head(self, discriminator: Any) -> dict[str, Any]:
        namespace, _, name = (discriminator or path_of(self.cls)).rpartition(".")
        return {"name": name, "namespace": namespace}

    def builder(
        self, names: Sequence[str], discriminator: Any = None, hints: Optional[Callable[[], Any]] = None
    ) -> Builder:
        cls: Any = self.cls
        declared = dict(cls._type_hints()) if issubclass(cls, DeclarativeModel) else {}
        # A name beyond the declared ones is kept, as minos does: it takes the type that the schema gives it.
        field_types = {**(hints() if hints is not None and set(names) - set(declared) else {}), **declared}
        namespace, _, dto_name = (discriminator or "").rpartition(".")

        if not self.fills(names):
            return lambda fields: _constructed(cls, fields, field_types)

        state = {"_name": dto_name, "_namespace": namespace} if cls is DataTransferObject else {}
        bound = [name for name in names if _functions_of(cls, name) != (None, None)]
        new, field_cls, hints_of = cls.__new__, cls._field_cls, [field_types.get(name, Any) for name in names]
        made_field = field_cls.__new__

        def build(fields: dict[str, Any]) -> Any:
            instance = new(cls)
            for name, value, hint in zip(fields, fields.values(), hints_of):
                # As new_field() does, whose call would take as long as all that it does.
                fields[name] = field = made_field(field_cls)
                field._name, field._type, field._value, field._parser, field._validator = name, hint, value, None, None
            fill(instance, fields, state)
            for name in bound:
                fields[name]._parser, fields[name]._validator = _functions_of(instance, name)
            return instance

        return build

    def fills(self, names: Sequence[str]) -> bool:
        cls: Any = self.cls
        declared = cls._type_hints() if issubclass(cls, DeclarativeModel) else ()
        return cls.__init__ in FILLING_CONSTRUCTORS and {name for name, _ in declared} <= set(names)

    def copy(self, instance: Any, copy_in: Callable[[Any], Any]) -> Any:
        # All that the instance holds besides its fields (a repository, say) is shared: it is no data.
        cls: Any = self.cls
        twin = cls.__new__(cls)
        vars(twin).update(vars(instance))
        twin._fields = {}
        for name, field in instance._fields.items():
            parser, validator, value = field._parser, field._validator, field._value
            twin._fields[name] = new_field(
                type(field),
                name,
                field._type,
                value if type(value) in IMMUTABLE else copy_in(value),
                None if parser is None else _rebind(parser, instance, twin),
                None if validator is None else _rebind(validator, instance, twin),
            )
        return twin


RECORD_TYPES.append(ModelRecordType)


def new_field(cls: Any, name: str, hint: Any, value: Any, parser: Any = None, validator: Any = None) -> Any:
    """Build a field that holds the value as it is: neither cast, nor parsed, nor written to the log."""
    field = cls.__new__(cls)
    field._name, field._type, field._value, field._parser, field._validator = name, hint, value, parser, validator
    return field


def fill(model: Any, fields: dict[str, Any], state: Any = ()) -> None:
    """Do what Model's constructor does, whose every assignment is a call."""
    attributes = vars(model)
    if state:
        attributes.update(state)
    attributes["_fields"], attributes["_Model__eq_reversing"] = fields, False


def _constructed(cls: Any, values: dict[str, Any], hints: dict[str, Any]) -> Any:
    try:
        return _construct(cls, values, hints)
    except Exception as exc:
        remedy = f"Declare what became of its fields: renamed(..., of={cls.__name__}) or @upgrade({cls.__name__})"
        raise SnapshotException(
            f"The Model {path_of(cls)!r} refuses what was stored: {str(exc).rstrip('.')}. {remedy}"
        ) from exc


def _construct(cls: Any, values: dict[str, Any], hints: dict[str, Any]) -> Any:
    if issubclass(cls, BucketModel):
        return cls(fields={name: new_field(Field, name, hints.get(name, Any), value) for name, value in values.items()})
    if not issubclass(cls, DeclarativeModel):
        instance = cls.from_model_type(ModelType.build(cls.classname, hints), **values)
    else:
        instance = cls(**values, additional_type_hints=hints)
    for name, value in values.items():
        instance.fields[name]._value = value  # what was put, where the constructor casts
    return instance


def _function(cls: type, name: str) -> Any:
    found = getattr(cls, name)
    return getattr(found, "__func__", found)


def _functions_of(model: Any, name: str) -> tuple[Any, Any]:
    return getattr(model, f"parse_{name}", None), getattr(model, f"validate_{name}", None)


def _rebind(function: Any, old: Any, new: Any) -> Any:
    return types.MethodType(function.__func__, new) if getattr(function, "__self__", None) is old else function


def _alternatives(hint: Any) -> frozenset[Any]:
    """Give the scalar kinds of an ``Optional`` or another union, for stock minos to read the type that was declared."""
    if get_origin(hint) is not Union:
        return frozenset()
    # ScalarType itself: no enums. To look up the type of a Model takes all that is in it.
    classes = [cls for cls in get_args(hint) if is_class(cls) and type(cls) is not ModelType]
    return frozenset(cls for cls in classes if type(find(cls)) is ScalarType)


_ALTERNATIVES = Cache(_alternatives)


def _alternatives_of(name: str, columns: Sequence[dict[str, Any]]) -> frozenset[Any]:
    if len(columns) == 1:
        return _ALTERNATIVES[columns[0][name]._type]
    return frozenset().union(*[_ALTERNATIVES[fields[name]._type] for fields in columns])
