"""Schemas to plans: how to hand values to fastavro, and what to make of what it reads.

A plan is made from the parsed schema alone, whoever wrote it, so that writing and reading cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from types import FunctionType, MethodType
from typing import Any, Callable, Optional, Union

from minos.common import ModelType

from ..exceptions import SnapshotException
from .classes import DataclassKind, NamedTupleKind, RecordKind, enum_row, find_record_kind, is_enum
from .models import ModelKind, find_foreign
from .registry import CONTAINER_BY_SCHEMA, FORM_BY_SCHEMA, ON_REGISTRATION
from .resolve import resolve
from .schema import AVRO_TYPES, avro_type
from .shape import has_text_keys
from .table import Container, Form, Row

Function = Callable[[Any], Any]

_BY_TAG: dict[Any, type[RecordKind]] = {kind.tag: kind for kind in (DataclassKind, NamedTupleKind)}


class Node:
    """What is known of one place of a schema."""

    __slots__ = ("_hint", "branches", "encode", "fits", "name", "reads", "restore", "type")

    def __init__(
        self,
        cls: Optional[type],
        reads: type,
        encode: Optional[Function] = None,
        restore: Optional[Function] = None,
        hint: Any = None,
        fits: Optional[Callable[[Any], bool]] = None,
        branches: Optional[dict[Any, str]] = None,
    ):
        #: The Python type of the values; ``None`` for a union.
        self.type = cls
        #: The type that fastavro reads.
        self.reads = reads
        #: Value to what fastavro writes, and what fastavro reads to the value. ``None``: the same.
        self.encode = encode
        self.restore = restore
        self._hint = hint
        #: Tells whether a value of the type goes here, where a union has several branches for the type.
        self.fits = fits
        #: Of a union whose values are written as they are: the names of its branches by Python type.
        self.branches = branches
        #: The name of the branch, in fastavro's (name, value) notation.
        self.name = ""

    def hint(self) -> Any:
        """Give the type hint of the values, as minos.common would read it from the schema."""
        if isinstance(self._hint, (FunctionType, MethodType)):
            # Once: every level of a deep schema asks for all that is below it.
            self._hint = self._hint()
        return self._hint


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
        return _scalar({"type": schema}, where)
    if not isinstance(schema["type"], str):
        # As minos.common writes an enum whose values have a schema of their own.
        return node_of({**schema["type"], **{k: v for k, v in schema.items() if k != "type"}}, where)
    logical = schema.get("logicalType")
    if isinstance(logical, str) and "." in logical and (foreign := find_foreign(logical)) is not None:
        return foreign.node(Node, schema, siblings)
    if schema["type"] in ("array", "map"):
        return _container(schema, where)
    if schema["type"] == "record":
        return _box(schema, where) if schema.get("python") == "box" else _record(schema, where)
    return _scalar(schema, where)


def _scalar(schema: dict[str, Any], where: str) -> Node:
    avro, logical, tag = schema["type"], schema.get("logicalType"), schema.get("python")
    if avro not in AVRO_TYPES and avro not in ("fixed", "enum"):
        raise SnapshotException(f"Unknown Avro type {avro!r} - at {where!r}. Types that refer to others are not supported")
    if tag in ("enum", "flag"):
        row = _enum(schema.get("class"), where)
        return _leaf(row, row.forms[-1], schema["class"])
    if (known := FORM_BY_SCHEMA.get((avro, logical, tag))) is not None:
        name = known[1].attribute
        return _known_leaf(avro, logical, tag, None if name is None else schema.get(name))
    if tag is not None:
        raise SnapshotException(
            f"Unknown type {tag!r} - at {where!r}. A newer version wrote it, or register_type() has not been called"
        )
    if isinstance(logical, str) and "." in logical:
        row = _enum(logical, where)
        form = next((form for form in row.forms if form.avro == avro and form.logical == logical), None)
        if form is not None:
            return _leaf(row, form, None)
        raise SnapshotException(f"The enum {logical!r} has no {avro} values - at {where!r}")
    if (avro, None, None) in FORM_BY_SCHEMA:
        # The Avro specification has readers ignore a logical type that they do not know.
        return _known_leaf(avro, None, None, None)
    return Node(None, object)


def _enum(path: Any, where: str) -> Row:
    cls = resolve(path, is_enum) if isinstance(path, str) else None
    row = None if cls is None else enum_row(cls)
    if row is None:
        raise SnapshotException(f"The enum {path!r} is gone: there is no such class - at {where!r}")
    return row


@lru_cache(1024)
def _known_leaf(avro: str, logical: Optional[str], tag: Optional[str], attribute: Optional[str]) -> Node:
    return _leaf(*FORM_BY_SCHEMA[avro, logical, tag], attribute)


ON_REGISTRATION.append(_known_leaf.cache_clear)


def _leaf(row: Row, form: Form, attribute: Optional[str]) -> Node:
    encode, restore, fits = form.encode, form.decode, None
    if form.attribute is not None:
        # Without its attribute, the form is the natural one of fastavro: a datetime in UTC.
        encode, restore = (None, None) if attribute is None else (encode, restore(attribute))  # type: ignore[misc]
    if (variant := row.variant) is not None:
        mine = row.forms.index(form), attribute
        # The long of a union takes the place of its int.
        taken = (mine, (0, None)) if row.type is int and mine[0] == 1 else (mine,)

        def fits(value: Any) -> bool:
            return variant(value) in taken

    return Node(row.type, form.reads, encode, restore, row.type, fits)


def _container(schema: dict[str, Any], where: str) -> Node:
    avro, logical, tag = schema["type"], schema.get("logicalType"), schema.get("python")
    if avro == "array" and tag is not None and (entries := CONTAINER_BY_SCHEMA.get(("map", None, tag if tag != "dict" else None))):
        return _entries(entries, schema, where)
    container = CONTAINER_BY_SCHEMA.get((avro, logical, tag)) or (
        CONTAINER_BY_SCHEMA.get((avro, None, None)) if tag is None else None
    )
    if container is None:
        raise SnapshotException(f"Unknown container {tag!r} - at {where!r}. A newer version wrote it")
    key = "values" if avro == "map" else "items"
    node = node_of(schema[key], f"{where}[]")
    build = container.build
    attribute = None if container.attribute is None else schema.get(container.attribute)
    if build is not None and container.attribute is not None:
        build = partial(build, **{container.attribute: attribute})
    if avro == "map":
        return _map(container, node, build)

    encode_item, branches, restore, unordered = node.encode, node.branches, node.restore, container.unordered

    def encode(values: Any) -> list[Any]:
        if branches is not None:
            items = [(branches[type(value)], value) for value in values]
        else:
            items = list(values) if encode_item is None else list(map(encode_item, values))
        # Written in one order in every process: that of a set depends on the seed of its hashes.
        return sorted(items, key=repr) if unordered else items

    def restore_all(data: Any) -> Any:
        return (build or list)(map(restore, data))  # type: ignore[arg-type]

    fits = (lambda value: getattr(value, container.attribute) == attribute) if container.attribute else None  # type: ignore[arg-type]
    is_plain = encode_item is None and container.type is list
    return Node(
        container.type,
        list,
        None if is_plain else encode,
        build if restore is None else restore_all,
        lambda: (container.type if container.type in (list, set) else list)[node.hint() or Any],
        fits,
    )


def _map(container: Container, node: Node, build: Optional[Function]) -> Node:
    encode_item, branches, restore = node.encode, node.branches, node.restore

    def encode(value: Any) -> dict[str, Any]:
        if branches is not None:
            return {key: (branches[type(item)], item) for key, item in value.items()}
        return dict(zip(value, map(encode_item, value.values())))  # type: ignore[arg-type]

    def restore_all(data: Any) -> Any:
        return (build or dict)(zip(data, map(restore, data.values())))  # type: ignore[arg-type]

    return Node(
        container.type,
        dict,
        None if encode_item is None else encode,
        build if restore is None else restore_all,
        lambda: dict[str, node.hint() or Any],  # type: ignore[misc]
        has_text_keys,
    )


def _entries(container: Container, schema: dict[str, Any], where: str) -> Node:
    fields = {field["name"]: node_of(field["type"], f"{where}[]") for field in schema["items"]["fields"]}
    if list(fields) != ["key", "value"]:
        raise SnapshotException(f"The entries of a {container.tag!r} have a key and a value - at {where!r}")
    keys, values = _functions(fields["key"]), _functions(fields["value"])

    def encode(value: Any) -> list[Any]:
        return [{"key": keys[0](key), "value": values[0](item)} for key, item in value.items()]

    def restore(data: Any) -> Any:
        return container.type((keys[1](entry["key"]), values[1](entry["value"])) for entry in data)  # type: ignore[call-arg]

    return Node(container.type, list, encode, restore, dict, lambda value: not has_text_keys(value))


def _functions(node: Node) -> tuple[Function, Function]:
    return node.encode or _same, node.restore or _same


def _same(value: Any) -> Any:
    return value


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
    values_of = record.values
    encoders = [(name, node.encode) for name, node in zip(names, nodes) if node.encode is not None]
    restorers = [(name, node.restore) for name, node in zip(names, nodes)]

    def encode(value: Any) -> dict[str, Any]:
        data = dict(zip(names, values_of(value)))
        for name, encoder in encoders:
            data[name] = encoder(data[name])
        return data

    def restore(data: Any) -> Any:
        return build([data[name] if restorer is None else restorer(data[name]) for name, restorer in restorers])

    def restore_natural(data: Any) -> Any:
        return build(data.values())  # fastavro reads the fields in their order

    if not any(restorer for _, restorer in restorers):
        restore = restore_natural

    def fits(value: Any) -> bool:
        return tuple(record.names(value)) == keys and record.label(value) == label

    def hint() -> Any:
        namespace, _, name = path.rpartition(".")
        return ModelType.build(name, {key: node.hint() for key, node in zip(keys, nodes)}, namespace_=namespace)

    return Node(record.cls, dict, encode, restore, hint, fits)


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
    node, name = node_of(fields[0]["type"], where), fields[0]["name"]
    encode, restore = _functions(node)
    return Node(
        node.type,
        dict,
        lambda value: {name: encode(value)},
        lambda data: restore(data[name]),
        node.hint,
        node.fits,
    )


def _union(schemas: Sequence[Any], where: str) -> Node:
    nodes = [node_of(schema, where, schemas) for schema in schemas]
    by_type: dict[Optional[type], list[Node]] = {}
    restore_by_name: dict[str, Optional[Function]] = {}
    restore_by_type: dict[type, Optional[Function]] = {}
    for node, schema in zip(nodes, schemas):
        is_record = avro_type(schema) == "record"
        node.name = schema["name"] if is_record else avro_type(schema)
        by_type.setdefault(node.type, []).append(node)
        if is_record:
            restore_by_name[node.name] = node.restore
        else:
            restore_by_type.setdefault(node.reads, node.restore)

    def restore(data: Any) -> Any:
        if type(data) is tuple:
            # A record of a union comes with its name: see container.py.
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
