"""Schemas to plans: how to hand values to fastavro, and what to make of what it reads.

A plan is made from the parsed schema alone, whoever wrote it, so that writing and reading cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Optional, Union

from minos.common import ModelType

from ...exceptions import SnapshotException
from ..avro.schema import ANY, avro_type, branch_name
from ..classes.models import ModelKind
from ..classes.records import REGISTERED, RecordKind, find_record_kind, kind_of_tag
from ..classes.upgrades import builder_of
from ..values.paths import join, step_to
from .containers import container_node
from .converter import Function, Node, bare_record
from .hooks import find_foreign, foreign_node
from .scalars import scalar_node
from .uniform import Lines


def node_of(schema: Any, where: str, siblings: Sequence[Any] = (), *, is_native: bool = False) -> Node:
    """Build the plan of a schema.

    :param schema: A schema, parsed by fastavro.
    :param where: Its path, for errors.
    :param siblings: All branches of the union that it stands in.
    :param is_native: Whether fastavro is given the schema as it is, and so makes dates of numbers, and the like.
    :return: The plan.
    :raises SnapshotException: If the schema says what cannot be done.
    """
    if isinstance(schema, list):
        return _union(schema, where, is_native)
    if not isinstance(schema, dict):
        return scalar_node({"type": schema}, where, is_native)
    logical = schema.get("logicalType")
    has_path = isinstance(logical, str) and "." in logical and logical != ANY
    if has_path and (foreign := find_foreign(str(logical))) is not None:
        return foreign_node(foreign, schema, siblings)
    if schema["type"] in ("array", "map"):
        return container_node(schema, where, partial(node_of, is_native=is_native))
    if schema["type"] == "record":
        build = _box if schema.get("python") == "box" else _record
        return build(schema, where, is_native)
    return scalar_node(schema, where, is_native)


def _record(schema: dict[str, Any], where: str, is_native: bool) -> Node:
    tag, fields = schema.get("python"), schema["fields"]
    keys = tuple(field.get("key", field["name"]) for field in fields)
    names = tuple(field["name"] for field in fields)
    if len(set(keys)) < len(keys) or not all(type(key) is str for key in keys):
        raise SnapshotException(f"The record {schema['name']!r} has two fields of one key - at {where!r}")
    paths = [join(where, step_to(key)) for key in keys]
    nodes = [node_of(field["type"], path, is_native=is_native) for field, path in zip(fields, paths)]
    try:
        record, label, path = _record_kind(tag, schema)
        build = builder_of(record, keys, label, lambda: {key: node.hint() for key, node in zip(keys, nodes)}, where)
    except SnapshotException as exc:
        raise type(exc)(f"{exc} - at {where!r}") from None
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
        bare=bare_record(schema, nodes),
    )


def _record_kind(tag: Optional[str], schema: dict[str, Any]) -> tuple[RecordKind, Any, str]:
    path = schema.get("class")
    if (registered := REGISTERED.get(str(tag))) is not None:
        return registered, schema.get("holds"), str(tag)
    if (kind := kind_of_tag(tag)) is not None:
        if not isinstance(path, str):
            raise SnapshotException(f"The {tag} of the record {schema['name']!r} is not named")
        return find_record_kind(path, kind), None, path
    if tag is not None:
        raise SnapshotException(f"Unknown kind of record {tag!r}. A newer version wrote it")
    if not isinstance(path, str):
        namespace, _, name = schema["name"].rpartition(".")
        # Stock minos has a random part at the end of the namespace, and we have a number.
        path = ".".join(filter(None, (namespace.rpartition(".")[0] or namespace, name)))
    return (*ModelKind.find(path), path)


def _box(schema: dict[str, Any], where: str, is_native: bool) -> Node:
    fields = schema["fields"]
    if len(fields) != 1:
        raise SnapshotException(f"A box has one field - at {where!r}")
    node, name = node_of(fields[0]["type"], where, is_native=is_native), fields[0]["name"]
    encode, restore = node.functions()
    return Node(
        node.type,
        dict,
        lambda value: {name: encode(value)},
        lambda data: restore(data[name]),
        node.hint,
        node.fits,
        bare=bare_record(schema, [node]),
    )


def _union(schemas: Sequence[Any], where: str, is_native: bool) -> Node:
    nodes = [node_of(schema, where, schemas, is_native=is_native) for schema in schemas]
    bare = [node.bare for node in nodes]
    if not is_native and _are_read_alike(nodes, schemas):
        # An int beside a datetime, say: only what fastavro makes of the one tells it from the other.
        nodes = [node_of(schema, where, schemas, is_native=True) for schema in schemas]
        bare = list(schemas)
    for place, schema in enumerate(schemas):
        if len(schemas) > 1 and nodes[place].is_named:
            nodes[place] = _named(nodes[place], schema)
            bare[place] = nodes[place].bare
    by_type: dict[Optional[type], list[Node]] = {}
    restore_by_name: dict[str, Optional[Function]] = {}
    restore_by_type = _ByType()
    for node, schema in zip(nodes, schemas):
        is_record = avro_type(node.bare) == "record"
        node.name = branch_name(schema)
        by_type.setdefault(node.type, []).append(node)
        if is_record:
            restore_by_name[node.name] = node.restore
        else:
            restore_by_type.setdefault(node.reads, node.restore)

    def restore(data: Any) -> Any:
        if type(data) is tuple:
            # A record of a union comes with its name: see file/plan.py.
            name, data = data
            function = restore_by_name[name]
        else:
            function = restore_by_type[type(data)]
        return data if function is None else function(data)

    def encode(value: Any) -> tuple[str, Any]:
        found = by_type[type(value)]
        node = found[0] if len(found) == 1 else next(one for one in found if one.fits is None or one.fits(value))
        return node.name, value if node.encode is None else node.encode(value)

    branches = None
    if all(len(found) == 1 and found[0].encode is None for found in by_type.values()):
        branches = {cls: found[0].name for cls, found in by_type.items()}

    decodes_nothing = not restore_by_name and not any(restore_by_type.values())
    union = Node(
        # A box may hold a union of one type.
        nodes[0].type if len(by_type) == 1 else None,
        object,
        encode,
        None if decodes_nothing else restore,
        lambda: Union[tuple(node.hint() for node in nodes)],
        lambda value: any(node.fits is None or node.fits(value) for node in nodes),
        branches=branches,
        bare=bare,
    )
    union.names = [node.name for node in nodes]
    return union


class _ByType(dict[type, Optional[Function]]):
    def __missing__(self, cls: type) -> Optional[Function]:
        # freezegun puts a date of its own in the place of the one that fastavro builds.
        return next((self[base] for base in cls.__mro__[1:] if base in self), None)


def _named(node: Node, schema: Any) -> Node:
    """Have fastavro take a branch for a record, of the same bytes: it tells the names of records, and no others."""
    encode, restore = node.functions()
    bare = {"type": "record", "name": branch_name(schema), "fields": [{"name": "value", "type": node.bare}]}
    return Node(
        node.type,
        dict,
        lambda value: {"value": encode(value)},
        lambda data: restore(data["value"]),
        node.hint,
        node.fits,
        bare=bare,
    )


def _are_read_alike(nodes: Sequence[Node], schemas: Sequence[Any]) -> bool:
    """Tell whether what fastavro reads does not tell the branches of a union apart, and something is to be made of it.

    Records come with their names.
    """
    seen: dict[type, bool] = {}
    for node, schema in zip(nodes, schemas):
        if avro_type(schema) != "record" and not node.is_named:
            has_restore = node.restore is not None
            if node.reads in seen and (has_restore or seen[node.reads]):
                return True
            seen[node.reads] = has_restore or seen.get(node.reads, False)
    return False
