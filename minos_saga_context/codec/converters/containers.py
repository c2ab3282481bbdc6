"""The converters of containers, by the table of types."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Callable, Optional

from ...exceptions import SnapshotException
from ..avro import hashing
from ..avro.schema import ANY
from ..types.registry import CONTAINER_BY_SCHEMA
from ..types.rows import AnyContainer, Array, Map
from ..types.scalars import has_text_keys
from ..values.paths import ANY_ITEM, ANY_MEMBER, join
from .converter import Converter, Function, physical_record
from .uniform import UniformDicts


def container_converter(schema: dict[str, Any], where: str, converter_of: Callable[[Any, str], Converter]) -> Converter:
    """Build the converter of a container.

    :param schema: Its schema.
    :param where: Its path, for errors.
    :param converter_of: Builds the converter of what it holds.
    :return: The converter.
    :raises SnapshotException: If there is no such container.
    """
    avro, logical, tag = schema["type"], schema.get("logicalType"), schema.get("python")
    if logical == ANY:
        logical = None
    if avro == "array" and tag is not None:
        entries = CONTAINER_BY_SCHEMA.get(("map", None, None if tag == "dict" else tag))
        if isinstance(entries, Map):
            return _entries(entries, schema, where, converter_of)
    container = CONTAINER_BY_SCHEMA.get((avro, logical, tag)) or (
        CONTAINER_BY_SCHEMA.get((avro, None, None)) if tag is None else None
    )
    if container is None:
        raise SnapshotException(f"Unknown container {tag!r} - at {where!r}. A newer version wrote it")
    key = "values" if avro == "map" else "items"
    converter = converter_of(schema[key], join(where, ANY_MEMBER if container.unordered else ANY_ITEM))
    found = _map(container, converter, schema) if isinstance(container, Map) else _array(container, converter, schema)
    found.physical = {"type": avro, key: converter.physical}
    return found


def _array(container: Array, converter: Converter, schema: dict[str, Any]) -> Converter:
    build, has_attribute = _attribute(container, schema)
    if container.unordered:
        build = partial(build_apart, build)
    decode, unordered = converter.decode, container.unordered
    encode_items = _items_encoder(converter)
    places = {name: place for place, name in enumerate(converter.names)}

    def place(item: Any) -> tuple[int, str]:
        return places[item[0]] if places else 0, repr(item)

    def encode(values: Any) -> list[Any]:
        items = list(values) if encode_items is None else encode_items(values)
        # Written in one order in every process: that of a set depends on the seed of its hashes. By branches, as stock
        # minos takes the types of what it reads in the order in which they come.
        return sorted(items, key=place) if unordered else items

    def encode_list(values: Any) -> list[Any]:
        return values[0] if type(values) is UniformDicts else encode_items(values)  # type: ignore[misc]

    def restore_all(data: Any) -> Any:
        return build(map(decode, data))  # type: ignore[arg-type]

    return Converter(
        container.type,
        list,
        encode if container.type is not list else encode_items and encode_list,
        _built(container, build) if decode is None else restore_all,
        lambda: (set if container.type is set else list)[converter.hint() or Any],
        has_attribute,
    )


def _attribute(container: AnyContainer, schema: dict[str, Any]) -> tuple[Function, Callable[[Any], bool]]:
    """Give what builds containers with the attribute that the schema has, and what tells whether one has the same."""
    if container.attribute is None:
        return container.builder(None), lambda value: True
    attribute = schema.get(container.attribute)
    return container.builder(attribute), lambda value: bool(container.attribute_of(value) == attribute)


def build_apart(build: Function, items: Iterable[Any]) -> Any:
    """Build a set of items, unless too many are alike to it.

    :param build: Builds it.
    :param items: The items.
    :return: The set.
    :raises SnapshotException: If it would take too long.
    """
    items = list(items)
    check_hashes(items, set())
    return build(items)


def check_hashes(keys: list[Any], table: Any) -> None:
    """Refuse keys that would take too long to build a set or a dict of.

    :param keys: The keys.
    :param table: An empty set or dict.
    :return: This function does not return anything.
    :raises SnapshotException: If they would.
    """
    if hashing.collide(keys):
        raise SnapshotException(f"More than {hashing.ALIKE} of the keys of a set or a dict have the same hash")
    if hashing.crowd(keys, table):
        raise SnapshotException("The keys of a set or a dict were chosen so that it takes too long to build")


def _built(container: AnyContainer, build: Function) -> Optional[Function]:
    # fastavro reads lists and dicts by itself.
    return None if container.type is container.reads else build


def _items_encoder(converter: Converter) -> Optional[Callable[[Any], list[Any]]]:
    encode, branches = converter.encode, converter.branches
    if branches is not None:
        return lambda values: [(branches[type(value)], value) for value in values]
    return None if encode is None else lambda values: list(map(encode, values))


def _map(container: Map, converter: Converter, schema: dict[str, Any]) -> Converter:
    build, has_attribute = _attribute(container, schema)
    encode_item, branches, decode = converter.encode, converter.branches, converter.decode

    def encode(value: Any) -> dict[str, Any]:
        if branches is not None:
            return {key: (branches[type(item)], item) for key, item in value.items()}
        return dict(zip(value, map(encode_item, value.values())))  # type: ignore[arg-type]

    def restore_all(data: Any) -> Any:
        return build(zip(data, map(decode, data.values())))  # type: ignore[arg-type]

    return Converter(
        container.type,
        dict,
        None if encode_item is None else encode,
        _built(container, build) if decode is None else restore_all,
        lambda: dict[str, converter.hint() or Any],  # type: ignore[misc]
        lambda value: has_text_keys(value) and has_attribute(value),
    )


def _entries(
    container: Map, schema: dict[str, Any], where: str, converter_of: Callable[[Any, str], Converter]
) -> Converter:
    fields = {field["name"]: converter_of(field["type"], join(where, ANY_ITEM)) for field in schema["items"]["fields"]}
    if list(fields) != ["key", "value"]:
        raise SnapshotException(f"The entries of a {container.tag!r} have a key and a value - at {where!r}")
    build, has_attribute = _attribute(container, schema)
    (encode_key, restore_key), (encode_value, restore_value) = (converter.functions() for converter in fields.values())

    def encode(value: Any) -> list[Any]:
        return [{"key": encode_key(key), "value": encode_value(item)} for key, item in value.items()]

    def decode(data: Any) -> Any:
        keys = [restore_key(entry["key"]) for entry in data]
        check_hashes(keys, {})
        return build(zip(keys, [restore_value(entry["value"]) for entry in data]))

    physical = {"type": "array", "items": physical_record(schema["items"], fields.values())}

    def accepts(value: Any) -> bool:
        return not has_text_keys(value) and has_attribute(value)

    return Converter(container.type, list, encode, decode, dict, accepts, physical=physical)
