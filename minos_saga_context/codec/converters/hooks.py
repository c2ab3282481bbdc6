"""Models that write themselves, by the hooks of minos.common: references, sets of entities, users' own.

What they write is theirs, and is handed to minos.common to read; after a look at the names in it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Optional
from uuid import UUID

from minos.common import AvroDataDecoder, AvroDataEncoder, AvroSchemaDecoder, Model

from ...exceptions import SnapshotException
from ..avro.schema import flat, rewrite
from ..classes.imports import is_importable, path_of, renamed_class, resolve
from ..classes.models import ModelRecordType, is_model
from ..classes.records import record_type, telling
from ..classes.sources import Root
from .converter import Converter


def find_self_encoding(path: str) -> Optional[ModelRecordType]:
    """Find a Model that writes itself by the hooks of minos.common.

    :param path: The path of the class.
    :return: Its kind, or ``None`` if there is no such Model.
    """
    cls = resolve(path, is_model, ModelRecordType.root)
    kind = None if cls is None else record_type(cls)
    return kind if isinstance(kind, ModelRecordType) and kind.is_self_encoding else None


def self_encoding_converter(
    kind: ModelRecordType, schema: dict[str, Any], siblings: Sequence[Any], where: str
) -> Converter:
    """Build the converter of a Model that writes itself by the hooks of minos.common.

    :param kind: The kind of the Model.
    :param schema: Its schema, or one branch of it.
    :param siblings: All branches of the union that it stands in.
    :param where: Its path, for errors.
    :return: The converter.
    :raises SnapshotException: If the class does not understand the schema.
    """
    model_type = _model_type(kind, schema, siblings)
    is_record, is_bytes = schema["type"] == "record", schema["type"] == "bytes"

    def encode(value: Any) -> Any:
        data = AvroDataEncoder().build(value)
        if type(data) is list and any(type(field._value) is set for field in value._fields.values()):
            # Written in one order in every process: that of a set depends on the seed of its hashes.
            data.sort(key=repr)
        return UUID(data).bytes if is_bytes and type(data) is str else data

    def decode(data: Any) -> Any:
        return AvroDataDecoder(model_type).build(_without_names(data))

    signature = _signature({**schema, "type": "string"} if is_bytes else schema)

    def accepts(value: Any) -> bool:
        branches = flat(json.loads(kind.discriminator(value)))  # type: ignore[arg-type]
        return isinstance(encode(value), dict) == is_record and signature in map(_signature, branches)

    reads = {"record": dict, "array": list, "bytes": bytes}.get(schema["type"], str)
    told = telling(decode, f"The Model {path_of(kind.cls)!r}", where)
    return Converter(kind.cls, reads, encode, told, lambda: model_type, accepts, physical=schema)


def _model_type(kind: ModelRecordType, schema: dict[str, Any], siblings: Sequence[Any]) -> Any:
    # Of the branches of a Ref, only the record says what it refers to; minos.common drops the other one.
    logical = schema.get("logicalType")
    same = [one for one in siblings if isinstance(one, dict) and one.get("logicalType") == logical]
    for stored in (schema, *(same if logical is not None else ())):
        branch = rewrite(stored, _of_today)
        _check_names(branch)
        with suppress(Exception):
            return AvroSchemaDecoder().build(branch)
    raise SnapshotException(f"The Model {path_of(kind.cls)!r} does not understand its schema")


def _of_today(schema: dict[str, Any]) -> dict[str, Any]:
    """Name the classes that a schema of minos.common names as they are called now."""
    if (cls := renamed_class(_model_path(schema))) is not None:
        namespace, _, name = path_of(cls).rpartition(".")
        schema.update(name=name, namespace=f"{namespace}.s")  # minos.common takes the last part for a random one
    if (cls := renamed_class(str(schema.get("logicalType")))) is not None:
        schema["logicalType"] = path_of(cls)
    return schema


def _without_names(data: Any) -> Any:
    """Take the names off the records of unions, which minos.common does not know."""
    if type(data) is tuple:
        data = data[1]
    if type(data) is dict:
        return {key: _without_names(value) for key, value in data.items()}
    return [_without_names(value) for value in data] if type(data) is list else data


def _signature(schema: Any) -> Any:
    """Give what tells schemas of minos.common apart, whatever their records were renamed to."""
    if isinstance(schema, list):
        return tuple(map(_signature, schema))
    if not isinstance(schema, dict):
        return schema, None
    if not isinstance(schema["type"], str):
        return _signature(schema["type"])
    fields = schema.get("fields", ())
    parts = [schema[key] for key in ("items", "values") if key in schema] + [field["type"] for field in fields]
    names = tuple(field["name"] for field in fields)
    head = schema["type"], schema.get("logicalType")
    return (*head, _model_path(schema), names, *map(_signature, parts)) if parts or fields else head


#: What minos.common writes the paths of.
_NAMED = Root(Model, str, int, float, bytes)


def _check_names(schema: Any) -> None:
    """Refuse names that minos.common would import before it knows what they are."""
    if isinstance(schema, list):
        for branch in schema:
            _check_names(branch)
    elif isinstance(schema, dict):
        for path in filter(None, (_model_path(schema), schema.get("logicalType"))):
            if "." in path and resolve(path, lambda cls: True, _NAMED) is None and is_importable(path):
                raise SnapshotException(f"There is no class {path!r}")
        for key in ("type", "items", "values", "fields"):
            _check_names(schema.get(key))


def _model_path(schema: dict[str, Any]) -> str:
    namespace, _, name = ".".join(filter(None, (schema.get("namespace"), schema.get("name")))).rpartition(".")
    return f"{namespace.rpartition('.')[0]}.{name}" if namespace and schema.get("type") == "record" else ""
