"""The converters of branches that are not what they look like: boxes, hints, and what several kinds share."""

from __future__ import annotations

from typing import Any, Callable

from ...exceptions import SnapshotException
from ..avro.schema import HIDDEN, HINT, SHARED, branch_name, is_record, revealed
from .containers import build_apart, check_hashes
from .converter import Converter, physical_record

ConverterOf = Callable[..., Converter]


def _box(schema: dict[str, Any], where: str, converter_of: ConverterOf) -> Converter:
    fields = schema["fields"]
    if len(fields) != 1:
        raise SnapshotException(f"A box has one field - at {where!r}")
    converter, name = converter_of(fields[0]["type"]), fields[0]["name"]
    encode, decode = converter.functions()
    return Converter(
        converter.type,
        dict,
        lambda value: {name: encode(value)},
        lambda data: decode(data[name]),
        converter.hint,
        converter.accepts,
        physical=physical_record(schema, [converter]),
    )


def _hint(schema: dict[str, Any], where: str, converter_of: ConverterOf) -> Converter:
    def decode(data: Any) -> Any:
        raise SnapshotException(f"The branch {schema['name']!r} holds no values - at {where!r}")

    return Converter(None, dict, None, decode, physical=physical_record(schema, ()))


def _shared(schema: dict[str, Any], where: str, converter_of: ConverterOf) -> Converter:
    build = _array if schema["type"] == "array" else _scalar
    try:
        return build(schema, converter_of)
    except SnapshotException:
        raise
    except (KeyError, TypeError, ValueError, IndexError) as exc:
        raise SnapshotException(f"A branch that kinds share is damaged: {exc!r} - at {where!r}") from exc


def _array(schema: dict[str, Any], converter_of: ConverterOf) -> Converter:
    # None of those that are hidden has a logical type of which fastavro makes something.
    items = revealed(schema["items"])
    if schema.get("logicalType", "set") != "set":
        return _collection(schema, items, converter_of)
    visible = [converter_of(one, siblings=items) for one in items if not isinstance(one, dict) or HIDDEN not in one]
    in_sets = {one.type for converter in visible for one in (converter, *converter.others)}
    lists, sets = (
        converter_of({"type": "array", "items": items, **logical}) for logical in ({}, {"logicalType": "set"})
    )
    is_empty_set = schema["empty"] == "set"
    decode_items = lists.functions()[1]

    def is_set(values: Any) -> bool:
        return in_sets.issuperset(map(type, values)) if values else is_empty_set

    def decode(data: Any) -> Any:
        values = decode_items(data)
        return build_apart(set, values) if is_set(values) else values

    lists.decode = decode
    lists.accepts, sets.accepts = lambda values: not is_set(values), is_set
    lists.others = (sets,)
    return lists


def _collection(schema: dict[str, Any], items: list[Any], converter_of: ConverterOf) -> Converter:
    """Build the converter of lists, and of a Model that writes itself as an array of records (a set of entities)."""
    ((at, record),) = [pair for pair in enumerate(items) if is_record(pair[1]) and "python" not in pair[1]]
    lists = converter_of({"type": "array", "items": items})
    sets = converter_of({"type": "array", "items": record, "logicalType": schema["logicalType"]})
    if sets.decode is None or sets.type is list:
        raise SnapshotException(f"There is no class {schema['logicalType']!r}")
    # As minos.common writes and reads it.
    lists.physical["items"][at] = record
    name, decode_items, accepts = branch_name(record), lists.functions()[1], sets.accepts
    encode, decode = sets.functions()
    lists.accepts, sets.accepts = bool, lambda value: bool(value) and accepts(value)  # type: ignore[misc]
    sets.encode = lambda value: [(name, one) for one in encode(value)]
    lists.decode = lambda data: (
        decode_items(data) if data and (type(data[0]) is not tuple or data[0][0] != name) else decode(data)
    )
    lists.others = (sets,)
    return lists


def _scalar(schema: dict[str, Any], converter_of: ConverterOf) -> Converter:
    avro, last = schema["type"], schema.get("logicalType")
    enums = [converter_of({"type": avro, "logicalType": path}) for path, _ in schema["members"]]
    by_value: dict[Any, Converter] = {}
    for enum, (_, values) in zip(enums, schema["members"]):
        check_hashes(values, {})
        for value in values:
            by_value.setdefault(value, enum)
    is_enum = last == schema["members"][-1][0]
    plain = None if is_enum else converter_of(avro if last is None else {"type": avro, "logicalType": last})

    def decode(data: Any) -> Any:
        if (converter := by_value.get(data, plain)) is None:
            raise SnapshotException(f"{data!r} is a value of none of its enums")
        return data if converter.decode is None else converter.decode(data)

    def acceptor(enum: Converter) -> Callable[[Any], bool]:
        accepts, encode = enum.accepts, enum.encode
        return lambda member: bool(accepts(member)) and by_value.get(encode(member)) is enum  # type: ignore[misc]

    made = [Converter(one.type, one.reads, one.encode, decode, one.hint, acceptor(one), physical=avro) for one in enums]
    if plain is not None:
        accepts = plain.accepts or (lambda value: True)
        takes = lambda value: value not in by_value and accepts(value)  # noqa: E731
        made.insert(0, Converter(plain.type, plain.reads, plain.encode, decode, plain.hint, takes, physical=avro))
    first, *first.others = made
    first.is_named = avro != "string"
    return first


#: What builds the converter of a branch from its schema and its path, and what builds those of the schemas in it.
BRANCHES: dict[Any, Callable[[dict[str, Any], str, ConverterOf], Converter]] = {
    "box": _box,
    HINT: _hint,
    SHARED: _shared,
}
