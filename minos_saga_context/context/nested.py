"""Contexts inside other Models: the hooks of minos.common by which a Model writes itself into another's schema.

minos.common reads the records of a union without their names, which alone tell our boxes apart. So a context is nested
as a natural record where no union holds records or logical types, and as a record around its own Avro file elsewhere.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from fastavro import parse_schema
from minos.common import MissingSentinel, ModelType

from ..codec.avro import limits
from ..codec.avro.schema import is_natural, rewrite
from ..codec.classes.sources import one_reading
from ..codec.converters.converter import Converter
from ..codec.converters.factory import converter_of
from ..codec.types.cache import Cache
from ..exceptions import SnapshotException
from . import record

#: The field of a record around an Avro file, and the attribute that marks the record.
_FILE = "snapshot"
_MARK = "wraps"


class ContextType(ModelType):
    """The type of a context that stands in another Model: with its whole schema, which says more than type hints."""

    schema_text: str
    #: The converter of what fastavro reads by the whole schema.
    converter: Converter

    @classmethod
    def of(mcs, schema_text: str) -> ContextType:
        """Build the type of a context.

        :param schema_text: The schema of the context, as JSON.
        :return: The type.
        """
        schema: Any = json.loads(schema_text)
        limits.check_depth(schema)
        schema = parse_schema(schema)
        # minos.common has fastavro read the data by the whole schema.
        with one_reading():
            converter = converter_of(schema, "", is_logical=True)
        path, _, name = schema["name"].rpartition(".")
        hints = converter.hint().type_hints
        members = {"type_hints": hints, "namespace": path.rpartition(".")[0], "schema_text": schema_text}
        members["converter"] = converter
        return mcs(name, (), members)

    def __hash__(cls) -> int:
        return hash((cls.name, cls.schema_text))


_TYPES = Cache(ContextType.of)


def type_of(context: Any) -> ContextType:
    """Give the type of a context.

    :param context: The context.
    :return: Its type.
    """
    return _TYPES[record.encode([context])[0].text]


def encode_schema(target: Any) -> Any:
    """Give the schema of a nested context.

    :param target: The type of the context.
    :return: The schema, under a name that no other record has.
    """
    schema = json.loads(target.schema_text)
    if not is_natural(schema):
        schema["fields"] = [{"name": _FILE, "type": "bytes"}]
        schema[_MARK] = _FILE
    return _with_new_names(schema)


def encode_data(context: Any) -> Any:
    """Give the data of a nested context, for the schema that :func:`encode_schema` gives.

    :param context: The context.
    :return: The data.
    """
    plan = record.encode([context])[0]
    return context.avro_data if plan.is_natural else {_FILE: context.avro_bytes}


def decode_schema(schema: Any) -> ContextType:
    """Give the type of a nested context.

    :param schema: Its schema.
    :return: The type.
    """
    return _TYPES[json.dumps(schema)]


def decode_data(cls: Any, data: Any, type_: Any) -> Any:
    """Build a nested context.

    :param cls: The class of contexts.
    :param data: What fastavro read; or the context, if it is there already.
    :param type_: The type that :func:`decode_schema` gave.
    :return: The context.
    :raises SnapshotException: If the data does not fit the type.
    """
    if isinstance(data, cls):
        return data
    if not isinstance(type_, ContextType):
        if not isinstance(data, dict):
            return MissingSentinel  # minos.common refuses it
        # Most declare the class alone, and no hints.
        declared = {name: data[name] for name in type_.type_hints if name in data}
        return cls({**data, **cls.from_model_type(type_, **declared)})
    schema = json.loads(type_.schema_text)
    if schema.get(_MARK) == _FILE:
        return cls.from_avro_bytes(data[_FILE])
    if set(data) != {field["name"] for field in schema["fields"]}:
        raise SnapshotException("The data is that of another context")
    decode = type_.converter.decode
    return data if decode is None else decode(data)


def _with_new_names(schema: Any) -> Any:
    """Give every record a name of its own: the same context may stand twice in one schema."""
    return rewrite(schema, _with_new_name)


def _with_new_name(schema: dict[str, Any]) -> dict[str, Any]:
    if schema["type"] == "record":
        # As minos.common does: a random part at the end of the namespace, which readers strip.
        head = schema["namespace"].rpartition(".")[0]
        schema["namespace"] = ".".join(filter(None, (head, f"s{uuid4().hex}")))
        if not head and "python" not in schema:
            schema.setdefault("class", schema["name"])
    return schema
