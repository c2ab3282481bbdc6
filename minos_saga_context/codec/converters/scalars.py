"""The converters of scalars, by the table of types."""

from __future__ import annotations

from typing import Any, Optional

from ...exceptions import SnapshotException
from ..avro.schema import AVRO_TYPES
from ..classes.enums import ROOT, enum_type, is_enum
from ..classes.imports import resolve
from ..classes.records import REGISTERED, MissingClassException, telling
from ..types.cache import Cache
from ..types.registry import ENCODING_BY_SCHEMA
from ..types.rows import Encoding, ScalarType
from .converter import Converter, Function


def scalar_converter(schema: dict[str, Any], where: str, is_logical: bool) -> Converter:
    """Build the converter of a scalar.

    :param schema: Its schema.
    :param where: Its path, for errors.
    :param is_logical: See :func:`.factory.converter_of`.
    :return: The converter.
    :raises SnapshotException: If there is no such type.
    """
    avro, logical, tag = schema["type"], schema.get("logicalType"), schema.get("python")
    if avro not in AVRO_TYPES and avro not in ("fixed", "enum"):
        raise SnapshotException(f"Unknown Avro type {avro!r} - at {where!r}. Names of other types are not supported")
    if tag in ("enum", "flag"):
        row = _enum(schema.get("class"), where)
        return _member_scalar(row, row.encodings[-1], schema["class"], schema, where)
    if (known := ENCODING_BY_SCHEMA.get((avro, logical, tag))) is not None:
        name = known[1].attribute
        if tag in REGISTERED:
            converter = _scalar(*known, None, avro)
            converter.decode = telling(known[1].decode, f"The type {known[0].type.__name__!r}", where)  # type: ignore[arg-type]
            return converter
        try:
            return _SCALARS[avro, logical, tag, None if name is None else schema.get(name), is_logical]
        except SnapshotException as exc:
            raise exc.at(where) from None
    if tag is not None:
        raise SnapshotException(
            f"Unknown type {tag!r} - at {where!r}. A newer version wrote it, or register_type() has not been called"
        )
    if isinstance(logical, str) and "." in logical:
        row = _enum(logical, where)
        # Theirs is the path of today, which may be another: see renamed().
        encoding = next((one for one in row.encodings if one.avro == avro and one.logical is not None), None)
        if encoding is not None:
            return _member_scalar(row, encoding, None, schema, where)
        raise SnapshotException(f"The enum {logical!r} has no {avro} values - at {where!r}")
    if (avro, None, None) in ENCODING_BY_SCHEMA:
        # The Avro specification has readers ignore a logical type that they do not know. fastavro knows some more.
        row, encoding = ENCODING_BY_SCHEMA[avro, None, None]
        return _scalar(row, encoding, None, schema)
    # What others wrote: fastavro makes a text of an enum, and bytes of a fixed, unless it is a number.
    reads = str if avro == "enum" else bytes if logical != "decimal" else object
    return Converter(None, reads, physical=schema)


def _enum(path: Any, where: str) -> ScalarType:
    cls = resolve(path, is_enum, ROOT) if isinstance(path, str) else None
    row = None if cls is None else enum_type(cls)
    if row is None:
        remedy = f"If it moved, declare it: renamed({path!r}, ...)"
        raise MissingClassException(f"The enum {path!r} is gone: there is no such class. {remedy} - at {where!r}")
    return row


def _member_scalar(
    row: ScalarType, encoding: Encoding, attribute: Optional[str], schema: dict[str, Any], where: str
) -> Converter:
    converter = _scalar(row, encoding, attribute, schema if encoding.symbols else encoding.avro)
    find: Any = converter.decode
    converter.decode = telling(find, f"The enum {row.type.__name__!r}", where)
    converter.is_named = encoding.avro != "string"
    return converter


def _known_scalar(key: tuple[str, Optional[str], Optional[str], Optional[str], bool]) -> Converter:
    avro, logical, tag, attribute, is_logical = key
    physical = {"type": avro, "logicalType": logical} if is_logical and logical is not None else avro
    return _scalar(*ENCODING_BY_SCHEMA[avro, logical, tag], attribute, physical, is_logical)


_SCALARS = Cache(_known_scalar)


def _scalar(
    row: ScalarType, encoding: Encoding, attribute: Optional[str], physical: Any, is_logical: bool = False
) -> Converter:
    reads, accepts = encoding.reads, None
    decode, decode_logical = (
        one if one is None or encoding.attribute is None else one(attribute)
        for one in (encoding.decode, encoding.decode_logical)
    )
    if is_logical and encoding.logical_type is not None:
        reads, decode = encoding.logical_type, _either(encoding.reads, decode, decode_logical)
    if (choose := row.choose) is not None:
        mine = row.encodings.index(encoding), attribute
        taken = (mine, (0, None)) if encoding.takes_first else (mine,)

        def accepts(value: Any) -> bool:
            return choose(value) in taken

    return Converter(row.type, reads, encoding.encode, decode, row.type, accepts, physical=physical)


def _either(physical: type, decode: Any, decode_logical: Optional[Function]) -> Function:
    """Decode what fastavro makes of a logical type, and what it makes that of: ``avro_data`` gives the latter."""

    def decode_either(data: Any) -> Any:
        if type(data) is physical:
            return decode(data)
        return data if decode_logical is None else decode_logical(data)

    return decode_either
