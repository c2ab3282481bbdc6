"""Schemas to plans: how to hand values to fastavro, and what to make of what it reads.

A plan is made from the parsed schema alone, whoever wrote it, so that writing and reading cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional, Union

from minos.common import ModelType

from ..exceptions import SnapshotException
from .avro import avro_type
from .bare import FIELD, told_names
from .classes import DataclassKind, NamedTupleKind, RecordKind, find_record_kind
from .containers import container_node
from .foreign import find_foreign, foreign_node
from .leaves import scalar_node
from .lines import Lines
from .models import ModelKind
from .node import Function, Node

_BY_TAG: dict[Any, type[RecordKind]] = {kind.tag: kind for kind in (DataclassKind, NamedTupleKind)}


def node_of(schema: Any, where: str, siblings: Sequence[Any] = ()) -> Node:
    """Build the plan of a schema.

    :param schema: A schema, parsed by fastavro.
    :param where: Its path, for errors.
    :param siblings: All branches of the union that it stands in.
    :return: The plan.
    :raises SnapshotException: If the schema says what cannot be done.
    """
    if isinstance(schema, list):
        return _union(schema, where)
    if not isinstance(schema, dict):
        return scalar_node({"type": schema}, where)
    if not isinstance(schema["type"], str):
        # As minos.common writes an enum whose values have a schema of their own.
        return node_of({**schema["type"], **{k: v for k, v in schema.items() if k != "type"}}, where)
    logical = schema.get("logicalType")
    if isinstance(logical, str) and "." in logical and (foreign := find_foreign(logical)) is not None:
        return foreign_node(foreign, schema, siblings)
    if schema["type"] in ("array", "map"):
        return container_node(schema, where, node_of)
    if schema["type"] == "record":
        return _box(schema, where) if schema.get("python") == "box" else _record(schema, where)
    return scalar_node(schema, where)


def _record(schema: dict[str, Any], where: str) -> Node:
    tag, fields = schema.get("python"), schema["fields"]
    keys = tuple(field.get("key", field["name"]) for field in fields)
    names = tuple(field["name"] for field in fields)
    if len(set(keys)) < len(keys) or not all(type(key) is str for key in keys):
        raise SnapshotException(f"The record {schema['name']!r} has two fields of one key - at {where!r}")
    nodes = [node_of(field["type"], f"{where}.{key}" if where else key) for key, field in zip(keys, fields)]
    try:
        record, label, path = _record_kind(tag, schema)
        build = record.builder(keys, label, lambda: {key: node.hint() for key, node in zip(keys, nodes)})
    except SnapshotException as exc:
        raise SnapshotException(f"{exc} - at {where!r}") from None
    fields_of = record.fields
    encoders = [(name, node.encode) for name, node in zip(names, nodes) if node.encode is not None]
    restorers = [(key, node.restore) for key, node in zip(keys, nodes) if node.restore is not None]

    def encode_fields(fields: dict[str, Any]) -> dict[str, Any]:
        data = fields if keys == names else dict(zip(names, fields.values()))
        for name, encoder in encoders:
            value = data[name]
            data[name] = value[0] if type(value) is Lines else encoder(value)
        return data

    def encode(value: Any) -> dict[str, Any]:
        return encode_fields(fields_of(value))

    def restore(data: Any) -> Any:
        # fastavro reads the fields in their order.
        fields = data if keys == names else dict(zip(keys, data.values()))
        for key, restorer in restorers:
            fields[key] = restorer(fields[key])
        return build(fields)

    def fits(value: Any) -> bool:
        return tuple(record.names(value)) == keys and record.label(value) == label

    def hint() -> Any:
        namespace, _, name = path.rpartition(".")
        return ModelType.build(name, {key: node.hint() for key, node in zip(keys, nodes)}, namespace_=namespace)

    return Node(
        record.cls,
        dict,
        encode,
        restore if restorers or keys != names else build,
        hint,
        fits,
        encode_fields=encode_fields,
    )


def _record_kind(tag: Optional[str], schema: dict[str, Any]) -> tuple[RecordKind, Any, str]:
    path = schema.get("class")
    if tag in _BY_TAG:
        if not isinstance(path, str):
            raise SnapshotException(f"The {tag} of the record {schema['name']!r} is not named")
        return find_record_kind(path, _BY_TAG[tag]), None, path
    if tag is not None:
        raise SnapshotException(f"Unknown kind of record {tag!r}. A newer version wrote it")
    if not isinstance(path, str):
        namespace, _, name = schema["name"].rpartition(".")
        # Stock minos has a random part at the end of the namespace, and we have a number.
        path = ".".join(filter(None, (namespace.rpartition(".")[0] or namespace, name)))
    return (*ModelKind.find(path), path)


def _box(schema: dict[str, Any], where: str) -> Node:
    fields = schema["fields"]
    if len(fields) != 1:
        raise SnapshotException(f"A box has one field - at {where!r}")
    return _around(node_of(fields[0]["type"], where), fields[0]["name"])


def _around(node: Node, field: str) -> Node:
    """Build the plan of a record around one value."""
    encode, restore = node.functions()
    return Node(
        node.type,
        dict,
        lambda value: {field: encode(value)},
        lambda data: restore(data[field]),
        node.hint,
        node.fits,
    )


def _union(schemas: Sequence[Any], where: str) -> Node:
    nodes = [node_of(schema, where, schemas) for schema in schemas]
    by_type: dict[Optional[type], list[Node]] = {}
    restore_by_name: dict[str, Optional[Function]] = {}
    restore_by_type: dict[type, Optional[Function]] = {}
    told = told_names(schemas)
    nodes = [node if name is None else _around(node, FIELD) for node, name in zip(nodes, told)]
    for node, schema, name in zip(nodes, schemas, told):
        is_record = avro_type(schema) == "record"
        node.name = name or (schema["name"] if is_record else avro_type(schema))
        by_type.setdefault(node.type, []).append(node)
        if is_record or name is not None:
            restore_by_name[node.name] = node.restore
        else:
            restore_by_type.setdefault(node.reads, node.restore)

    def restore(data: Any) -> Any:
        if type(data) is tuple:
            # A record of a union comes with its name: see container.py, and bare.py for those that are ours.
            name, data = data
            function = restore_by_name[name]
        else:
            function = restore_by_type.get(type(data))
        return data if function is None else function(data)

    def encode(value: Any) -> tuple[str, Any]:
        found = by_type[type(value)]
        node = found[0] if len(found) == 1 else next(one for one in found if one.fits is None or one.fits(value))
        return node.name, value if node.encode is None else node.encode(value)

    branches = None
    if all(len(found) == 1 and found[0].encode is None for found in by_type.values()):
        branches = {cls: found[0].name for cls, found in by_type.items()}

    is_plain = not restore_by_name and not any(restore_by_type.values())
    return Node(
        # A box may hold a union of one type.
        nodes[0].type if len(by_type) == 1 else None,
        object,
        encode,
        None if is_plain else restore,
        lambda: Union[tuple(node.hint() for node in nodes)],
        lambda value: any(node.fits is None or node.fits(value) for node in nodes),
        branches=branches,
    )
