"""Shapes to Avro schemas (DESIGN, section 5): natural types, and the attribute ``python`` where Avro has none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import singledispatch
from typing import Any
from uuid import UUID

from ..avro.schema import ANY, AVRO_TYPES, HINT, SUFFIX, avro_type, flat, is_record, logical_of, rewrite
from ..avro.zero_byte import widened
from ..classes.records import RecordType
from ..types.cache import Cache
from ..types.registry import ENCODING_BY_SCHEMA, find
from ..types.rows import Container, Map, ScalarType
from .kinds import class_of, holds_others, place_of, with_room_for_dates
from .marks import is_set
from .names import Names, avro_names, safe_name
from .sharing import can_share, share_scalar, shared_array
from .unions import Group, branches_of, has_two_numbers, in_order, is_natural, with_two_numbers

#: The branches of unions of plain scalars, which are few, and take long to order.
_UNIONS: Cache[frozenset[Any], Sequence[Any]] = Cache(None)


class SchemaBuilder:
    """Builds one schema. Names are made unique within it, and in the same way every time."""

    def __init__(self) -> None:
        self._names = Names({"record", "enum", "fixed", *AVRO_TYPES})
        self._count = 0
        #: The name of the record around what is built, the last with a namespace.
        self._around = ""

    def build(self, shape: frozenset[Any]) -> Any:
        """Build the schema of a shape.

        :param shape: The shape.
        :return: An Avro schema; ``"null"`` for a place where nothing stands.
        """
        if len(shape) == 1:
            schemas = self._branches(next(iter(shape)))
            return schemas[0] if len(schemas) == 1 else schemas
        return self._union(shape) if shape else "null"

    def _union(self, shape: frozenset[Any]) -> list[Any]:
        if (known := _UNIONS[shape]) is not None:
            return [*known]
        branches = branches_of(in_order(self._groups(shape), self._hint))
        # Where there are no names, which are the builder's.
        if all(type(find(class_of(kind))) is ScalarType for kind in shape) and not any(map(is_record, branches)):
            _UNIONS[shape] = tuple(branches)
        return branches

    def _groups(self, shape: frozenset[Any]) -> list[Group]:
        kinds = sorted(_without_covered(with_room_for_dates(shape)), key=place_of)
        groups = self._arrays(kinds)
        taken = {"array"} if groups else set()
        for kind in kinds:
            ways = (kind, *_in_its_place(kind))
            built: list[Any] = []
            for way in ways:
                built.append(self._branches(way))
                claims = set().union(*map(_claims, built[-1]))
                if not claims & taken:
                    groups.append(Group((way,), built[-1], built[-1]))
                    taken |= claims
                    break
            else:
                schemas = [branches[0] for branches in built]
                if shared := share_scalar(groups, ways, schemas, self._hint):
                    groups += [self._boxed(one, self._branches(one), rank=2) for one in shared]
                else:
                    # As it is by itself. What holds others has no other way: to build them again would double the work
                    # at every level.
                    groups.append(self._boxed(kind, built[-1] if holds_others(kind) else self._branches(kind)))
        return groups

    def _arrays(self, kinds: list[Any]) -> list[Group]:
        """Take lists and sets, or sets of entities, that can share a branch from some kinds."""
        lists = next((kind for kind in kinds if class_of(kind) is list), None)
        sets = next((kind for kind in kinds if is_set(class_of(kind))), None)
        if lists is None or sets is None or not can_share(lists, sets):
            return []
        if class_of(sets) is set:
            schema = {"type": "array", "items": [], "logicalType": "set"}
            items = in_order(self._groups(lists[-1] | sets[-1]), self._hint)
        else:
            (schema,) = self._branches(sets)
            records = flat(schema["items"])
            items = [Group((), records, records), *in_order(self._groups(lists[-1]), self._hint)]
        groups, boxed = shared_array(lists, sets, schema, items, self._hint)
        if not groups:
            return []
        kinds.remove(lists)
        kinds.remove(sets)
        return [*groups, *(self._boxed(one, self._branches(one), rank=2) for one in boxed)]

    def _boxed(self, kind: Any, branches: list[Any], rank: int = 0) -> Group:
        # The branches of a Ref stay together: stock minos understands one of them only beside the other.
        box = [self._box(branches[0] if len(branches) == 1 else branches)]
        return Group((kind,), box, box, rank)

    def _branches(self, kind: Any) -> list[Any]:
        cls, *rest = kind if isinstance(kind, tuple) else (kind, 0, None)
        return _schemas(find(cls), self, *rest)

    def _unique(self, base: str) -> str:
        name = self._names.unique(base)
        # Apache Avro for Python takes an empty namespace for that of the record around it.
        return name if name != self._around else self._names.unique(base)

    def _box(self, schema: Any) -> dict[str, Any]:
        fields = [{"name": "value", "type": schema}]
        return {"type": "record", "name": self._unique("box"), "namespace": "", "fields": fields, "python": "box"}

    def _hint(self, meaning: dict[str, Any], *types: Any) -> dict[str, Any]:
        name, fields = self._names.unique("hint"), [{"name": "value", "type": one} for one in types]
        return {"type": "record", "name": name, "namespace": "", "fields": fields, "python": HINT, **meaning}

    def _record(self, name: str, fields: Sequence[tuple[str, frozenset[Any]]]) -> dict[str, Any]:
        return self._class_record({"name": name, "namespace": ""}, fields)

    def _class_record(
        self, schema_head: dict[str, Any], fields: Sequence[tuple[str, frozenset[Any]]]
    ) -> dict[str, Any]:
        name, namespace, *_ = schema_head.pop("name"), schema_head.pop("namespace")
        path = f"{namespace}.{name}" if namespace else name
        own_name, own_namespace = safe_name(name), ".".join(map(safe_name, namespace.split(".")))
        if namespace:
            self._count += 1
            full = f"{own_namespace}{SUFFIX}{self._count}"
        else:
            own_name, full = self._unique(own_name), ""
        if (own_name, own_namespace) != (name, namespace) and "class" not in schema_head:
            schema_head["class"] = path
        around, self._around = self._around, own_name if namespace else self._around
        built = [
            {"name": avro_name, "type": self.build(shape), **({} if avro_name == key else {"key": key})}
            for avro_name, (key, shape) in zip(avro_names([key for key, _ in fields]), fields)
        ]
        self._around = around
        return {"type": "record", "name": own_name, "namespace": full, "fields": built, **schema_head}

    def rename(self, schema: Any) -> Any:
        """Give the records of a schema that minos.common made names that are the same every time."""
        return rewrite(schema, self._renamed)

    def _renamed(self, schema: dict[str, Any]) -> dict[str, Any]:
        if schema.get("namespace"):
            self._count += 1
            schema["namespace"] = f"{schema['namespace'].rpartition('.')[0]}{SUFFIX}{self._count}"
        elif "namespace" in schema:
            schema["name"] = self._unique(schema["name"])
        return schema


# No method of the class: in Python 3.13, singledispatchmethod keeps every instance for ever.
@singledispatch
def _schemas(kind: Any, builder: SchemaBuilder, *rest: Any) -> list[Any]:
    """Build the schema of what a class is; that of a Ref has several branches."""
    raise NotImplementedError


@_schemas.register(ScalarType)
def _(row: ScalarType, builder: SchemaBuilder, number: int, attribute: Any) -> list[Any]:
    encoding = row.encodings[number]
    attributes: dict[str, Any] = {}
    if encoding.symbols:
        name = builder._unique(safe_name(row.type.__name__))
        attributes.update(name=name, namespace="", symbols=[*encoding.symbols])
    if encoding.logical is not None:
        attributes["logicalType"] = encoding.logical
    if encoding.tagged:
        attributes["python"] = row.tag
    if attribute is not None and encoding.attribute is not None:
        attributes[encoding.attribute] = attribute
    return [{"type": encoding.avro, **attributes} if attributes else encoding.avro]


@_schemas.register(RecordType)
def _(record: RecordType, builder: SchemaBuilder, discriminator: Any, *rest: Any) -> list[Any]:
    if record.is_self_encoding:
        return flat(builder.rename(json.loads(discriminator)))
    names, shapes = rest
    return [builder._class_record(record.schema_head(discriminator), list(zip(names, shapes)))]


@_schemas.register(Container)
def _(container: Container, builder: SchemaBuilder, attribute: Any, *shapes: frozenset[Any]) -> list[Any]:
    *keys, items = shapes
    attributes = {} if attribute is None or container.attribute is None else {container.attribute: attribute}
    if keys:
        entry = builder._record("entry", [("key", keys[0]), ("value", items)])
        return [{"type": "array", "items": widened(entry), "python": container.tag, **attributes}]
    schema = builder.build(items)
    # Stock minos makes a set of what has the logical type, so that has to be of what stock can hash.
    logical = container.logical if _is_hashable(schema) else None
    if logical is not None:
        attributes["logicalType"] = logical
    if container.tagged or logical != container.logical:
        attributes["python"] = container.tag
    if has_two_numbers(schema):
        if container.logical is None and is_natural(schema):
            attributes["logicalType"] = ANY
        else:
            schema = with_two_numbers(schema, builder._hint)
    if isinstance(container, Map):
        return [{"type": "map", "values": widened(schema, 1), **attributes}]
    return [{"type": "array", "items": widened(schema), **attributes}]


def _in_its_place(kind: Any) -> list[Any]:
    """Give the other ways to write values of a kind, where its own Avro type has gone to others."""
    cls, number = kind[:2] if isinstance(kind, tuple) else (kind, 0)
    row = find(cls)
    if isinstance(row, RecordType) and row.is_self_encoding and issubclass(cls, UUID):
        # A reference, as a UUID.
        branches = [{**one, "type": "bytes"} if avro_type(one) == "string" else one for one in flat(json.loads(number))]
        return [(cls, json.dumps(branches))]
    if not isinstance(row, ScalarType) or number:
        return []
    return [(cls, place, None) for place, encoding in enumerate(row.encodings) if encoding.takes_first]


def _without_covered(shape: frozenset[Any]) -> frozenset[Any]:
    """Leave out the kinds whose values another kind takes as well."""
    return frozenset(kind for kind in shape if shape.isdisjoint(_in_its_place(kind)))


def _claims(schema: Any) -> set[str]:
    """Give what no other branch of a union may claim: the Avro type, and to be read as an int."""
    if avro_type(schema) in ("record", "enum"):
        return set()  # told apart by their names
    avro, tag = avro_type(schema), schema.get("python") if isinstance(schema, dict) else None
    _, encoding = ENCODING_BY_SCHEMA.get((avro, logical_of(schema), tag), (None, None))
    is_integer = avro in ("int", "long") and encoding is not None and encoding.logical_type is None
    return {avro, "integer"} if is_integer else {avro}


def _is_hashable(schema: Any) -> bool:
    """Tell whether stock minos can hash what it reads: Models, but no lists, and none of what it knows no class for."""
    if isinstance(schema, list):
        return all(map(_is_hashable, schema))
    return avro_type(schema) not in ("array", "map") and not (is_record(schema) and "python" in schema)
