"""Schemas to converters: how to hand values to fastavro, and what to make of what it reads.

A converter is made from the parsed schema alone, whoever wrote it, so that writing and reading cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Optional, Union

from minos.common import ModelType

from ...exceptions import SnapshotException
from ..avro.schema import ANY, avro_type, branch_name, is_box
from ..classes.models import ModelRecordType
from ..classes.records import REGISTERED, RecordType, find_record_type, kind_of_tag, record_type
from ..classes.upgrades import builder_of
from ..values.paths import join, step_to
from .containers import container_converter
from .converter import Converter, Function, physical_record
from .hooks import find_self_encoding, self_encoding_converter
from .scalars import scalar_converter
from .shared import BRANCHES
from .uniform import OpenRecord, UniformDicts


def converter_of(schema: Any, where: str, siblings: Sequence[Any] = (), *, is_logical: bool = False) -> Converter:
    """Build the converter of a schema.

    :param schema: A schema, parsed by fastavro.
    :param where: Its path, for errors.
    :param siblings: All branches of the union that it stands in.
    :param is_logical: Whether fastavro is given the schema as it is, and so makes dates of numbers, and the like.
    :return: The converter.
    :raises SnapshotException: If the schema says what cannot be done.
    """
    if isinstance(schema, list):
        return _union(schema, where, is_logical)
    if not isinstance(schema, dict):
        return scalar_converter({"type": schema}, where, is_logical)
    if (build := BRANCHES.get(schema.get("python"))) is not None:
        return build(schema, where, partial(converter_of, where=where, is_logical=is_logical))
    logical = schema.get("logicalType")
    has_path = isinstance(logical, str) and "." in logical and logical != ANY
    if has_path and (self_encoding := find_self_encoding(str(logical))) is not None:
        return self_encoding_converter(self_encoding, schema, siblings, where)
    if schema["type"] in ("array", "map"):
        return container_converter(schema, where, partial(converter_of, is_logical=is_logical))
    if schema["type"] == "record":
        return _record(schema, where, is_logical)
    return scalar_converter(schema, where, is_logical)


def _record(schema: dict[str, Any], where: str, is_logical: bool) -> Converter:
    tag, fields = schema.get("python"), schema["fields"]
    keys = tuple(field.get("key", field["name"]) for field in fields)
    names = tuple(field["name"] for field in fields)
    if len(set(keys)) < len(keys) or not all(type(key) is str for key in keys):
        raise SnapshotException(f"The record {schema['name']!r} has two fields of one key - at {where!r}")
    paths = [join(where, step_to(key)) for key in keys]
    converters = [converter_of(field["type"], path, is_logical=is_logical) for field, path in zip(fields, paths)]
    try:
        record, discriminator, path = _record_type(tag, schema)
        build = builder_of(
            record,
            keys,
            discriminator,
            lambda: {key: converter.hint() for key, converter in zip(keys, converters)},
            where,
        )
    except SnapshotException as exc:
        raise exc.at(where) from None
    fields_of, are_named_alike = record.fields, keys == names
    encoders = [(name, converter.encode) for name, converter in zip(names, converters) if converter.encode is not None]
    decoders = [(key, converter.decode) for key, converter in zip(keys, converters) if converter.decode is not None]

    def encode_fields(fields: dict[str, Any]) -> dict[str, Any]:
        data = fields if are_named_alike else dict(zip(names, fields.values()))
        for name, encoder in encoders:
            data[name] = encoder(data[name])
        return data

    def encode(value: Any) -> dict[str, Any]:
        return encode_fields(value[0] if type(value) is OpenRecord else fields_of(value))

    def decode(data: Any) -> Any:
        # fastavro reads the fields in their order.
        fields = data if are_named_alike else dict(zip(keys, data.values()))
        for key, decoder in decoders:
            fields[key] = decoder(fields[key])
        return build(fields)

    def accepts(value: Any) -> bool:
        return tuple(record.names(value)) == keys and record.discriminator(value) == discriminator

    def hint() -> Any:
        namespace, _, name = path.rpartition(".")
        return ModelType.build(
            name, {key: converter.hint() for key, converter in zip(keys, converters)}, namespace_=namespace
        )

    return Converter(
        record.cls,
        dict,
        encode,
        decode if decoders or not are_named_alike else build,
        hint,
        accepts,
        encode_fields=encode_fields,
        physical=physical_record(schema, converters),
    )


def _record_type(tag: Optional[str], schema: dict[str, Any]) -> tuple[RecordType, Any, str]:
    path = schema.get("class")
    if (registered := REGISTERED.get(str(tag))) is not None:
        return registered, schema.get("holds"), str(tag)
    if (kind := kind_of_tag(tag)) is not None:
        if not isinstance(path, str):
            raise SnapshotException(f"The {tag} of the record {schema['name']!r} is not named")
        return find_record_type(path, kind), None, path
    if tag is not None:
        raise SnapshotException(
            f"Unknown kind of record {tag!r}. A newer version wrote it, or register_type() has not been called"
        )
    if not isinstance(path, str):
        namespace, _, name = schema["name"].rpartition(".")
        # Stock minos has a random part at the end of the namespace, and we have a number.
        path = ".".join(filter(None, (namespace.rpartition(".")[0] or namespace, name)))
    return (*ModelRecordType.find(path), path)


def _union(schemas: Sequence[Any], where: str, is_logical: bool) -> Converter:
    converters = [converter_of(schema, where, schemas, is_logical=is_logical) for schema in schemas]
    physical = [converter.physical for converter in converters]
    if not is_logical and _are_read_alike(converters, schemas):
        # An int beside a datetime, say: only what fastavro makes of the one tells it from the other.
        converters = [converter_of(schema, where, schemas, is_logical=True) for schema in schemas]
        physical = [converter.physical for converter in converters]
    for place, schema in enumerate(schemas):
        if len(schemas) > 1 and converters[place].is_named:
            converters[place] = _named(converters[place], schema)
            physical[place] = converters[place].physical
    by_type: dict[Optional[type], list[Converter]] = {}
    decoder_by_name: dict[str, Optional[Function]] = {}
    decoder_by_type = _ByType()
    # A box is for what goes nowhere else.
    for converter, schema in sorted(zip(converters, schemas), key=lambda pair: is_box(pair[1])):
        is_record = avro_type(converter.physical) == "record"
        for one in (converter, *converter.others):
            one.name = branch_name(schema)
            by_type.setdefault(one.type, []).append(one)
        if is_record:
            decoder_by_name[converter.name] = converter.decode
        else:
            decoder_by_type.setdefault(converter.reads, converter.decode)

    def decode(data: Any) -> Any:
        if type(data) is tuple:
            # A record of a union comes with its name: see file/plan.py.
            name, data = data
            function = decoder_by_name[name]
        else:
            function = decoder_by_type[type(data)]
        return data if function is None else function(data)

    def encode(value: Any) -> tuple[str, Any]:
        if (found := by_type.get(type(value))) is None:
            # Contexts of several classes are written as one of them.
            found = by_type.get(type(value)) or by_type[record_type(type(value)).cls]  # type: ignore[union-attr]
        converter = (
            found[0] if len(found) == 1 else next(one for one in found if one.accepts is None or one.accepts(value))
        )
        return converter.name, value if converter.encode is None else converter.encode(value)

    branches = None
    if all(len(found) == 1 and found[0].encode is None for found in by_type.values()):
        branches = {cls: found[0].name for cls, found in by_type.items()}

    members = [one for found in by_type.values() for one in found]
    decodes_nothing = not decoder_by_name and not any(decoder_by_type.values())
    union = Converter(
        # A box may hold a union of one type.
        converters[0].type if len(by_type) == 1 else None,
        object,
        encode,
        None if decodes_nothing else decode,
        lambda: Union[tuple(one.hint() for one in members if one.hint() is not None)],
        lambda value: any(converter.accepts is None or converter.accepts(value) for converter in converters),
        branches=branches,
        physical=physical,
    )
    if list in by_type:
        by_type[UniformDicts] = by_type[list]
    if len(records := [one for one in members if one.encode_fields is not None]) == 1:
        by_type[OpenRecord] = records
    union.names = [converter.name for converter in converters]
    return union


class _ByType(dict[type, Optional[Function]]):
    def __missing__(self, cls: type) -> Optional[Function]:
        # freezegun puts a date of its own in the place of the one that fastavro builds.
        return next((self[base] for base in cls.__mro__[1:] if base in self), None)


def _named(converter: Converter, schema: Any) -> Converter:
    """Have fastavro take a branch for a record, of the same bytes: it tells the names of records, and no others."""
    encode, decode = converter.functions()
    physical = {
        "type": "record",
        "name": branch_name(schema),
        "fields": [{"name": "value", "type": converter.physical}],
    }
    named = Converter(
        converter.type,
        dict,
        lambda value: {"value": encode(value)},
        lambda data: decode(data["value"]),
        converter.hint,
        converter.accepts,
        physical=physical,
    )
    named.others = [_named(one, schema) for one in converter.others]
    return named


def _are_read_alike(converters: Sequence[Converter], schemas: Sequence[Any]) -> bool:
    """Tell whether what fastavro reads does not tell the branches of a union apart, and something is to be made of it.

    Records come with their names.
    """
    seen: dict[type, bool] = {}
    for converter, schema in zip(converters, schemas):
        if avro_type(schema) != "record" and not converter.is_named:
            has_restore = converter.decode is not None
            if converter.reads in seen and (has_restore or seen[converter.reads]):
                return True
            seen[converter.reads] = has_restore or seen.get(converter.reads, False)
    return False
