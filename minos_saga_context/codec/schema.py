"""Shapes to Avro schemas (DESIGN, section 5): natural types, and the attribute ``python`` where Avro has none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Optional

from .classes import record_kind
from .enums import enum_row
from .registry import CONTAINER_BY_TYPE, FORM_BY_SCHEMA, SCALAR_BY_TYPE, rank
from .table import CONTAINERS, Container

#: Unions are tried in this order, by fastavro and by stock minos: what could be taken for the next comes first.
AVRO_TYPES = ("null", "boolean", "int", "long", "float", "double", "string", "bytes", "map", "array")
_ORDER = {name: place for place, name in enumerate(AVRO_TYPES)}
#: Stock minos hands fields over as named arguments, to functions that have these of their own.
_STOCK_ARGUMENTS = frozenset({"self", "cls", "model_type", "type_hints", "additional_type_hints"})
_AVRO_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
#: The separator of what stock minos takes for a random part, and strips from a namespace.
SUFFIX = ".s"


class SchemaBuilder:
    """Builds one schema. Names are made unique within it, and in the same way every time."""

    def __init__(self) -> None:
        self._taken = {"record", "enum", "fixed", *AVRO_TYPES}
        self._count = 0

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
        schemas: list[Any] = []
        taken: set[Any] = set()
        for kind in sorted(shape, key=_place):
            branches = self._branches(kind)
            claims = set().union(*(_claims(schema) for schema in branches))
            if claims & taken:
                # The branches of a Ref stay together: stock minos understands one of them only beside the other.
                branches = [self._box(branches[0] if len(branches) == 1 else branches)]
            schemas += branches
            taken |= claims
        return sorted(schemas, key=lambda schema: _ORDER.get(avro_type(schema), len(_ORDER)))

    def _branches(self, kind: Any) -> list[Any]:
        cls, *rest = kind if isinstance(kind, tuple) else (kind, 0, None)
        if (container := CONTAINER_BY_TYPE.get(cls)) is not None:
            return [self._container(container, *rest)]
        if (record := record_kind(cls)) is not None:
            if record.is_foreign:
                return flat(self.rename(json.loads(rest[0])))
            label, names, shapes = rest
            return [self._class_record(record.head(label), list(zip(names, shapes)))]
        row = SCALAR_BY_TYPE.get(cls) or enum_row(cls)
        number, attribute = rest
        form = row.forms[number]  # type: ignore[union-attr]
        attributes = {}
        if form.logical is not None:
            attributes["logicalType"] = form.logical
        if form.tagged:
            attributes["python"] = row.tag  # type: ignore[union-attr]
        if attribute is not None and form.attribute is not None:
            attributes[form.attribute] = attribute
        return [{"type": form.avro, **attributes} if attributes else form.avro]

    def _container(self, container: Container, attribute: Any, *shapes: frozenset[Any]) -> dict[str, Any]:
        *keys, items = shapes
        attributes = {} if attribute is None or container.attribute is None else {container.attribute: attribute}
        if keys:
            entry = self._record("entry", [("key", keys[0]), ("value", items)])
            return {"type": "array", "items": entry, "python": container.tag, **attributes}
        schema = self.build(items)
        # Stock minos makes a set of what has the logical type, so that has to be of what stock can hash.
        logical = container.logical if _is_hashable(schema) else None
        if logical is not None:
            attributes["logicalType"] = logical
        if container.tagged or logical != container.logical:
            attributes["python"] = container.tag
        place = {"values": schema} if container.avro == "map" else {"items": _wide(schema)}
        return {"type": container.avro, **place, **attributes}

    def _box(self, schema: Any) -> dict[str, Any]:
        fields = [{"name": "value", "type": schema}]
        return {"type": "record", "name": self._name("box"), "namespace": "", "fields": fields, "python": "box"}

    def _record(self, name: str, fields: Sequence[tuple[str, frozenset[Any]]]) -> dict[str, Any]:
        return self._class_record({"name": name, "namespace": ""}, fields)

    def _class_record(self, head: dict[str, Any], fields: Sequence[tuple[str, frozenset[Any]]]) -> dict[str, Any]:
        name, namespace, *_ = head.pop("name"), head.pop("namespace")
        path = f"{namespace}.{name}" if namespace else name
        safe_name, safe_namespace = self._safe(name), ".".join(map(self._safe, namespace.split(".")))
        if namespace:
            self._count += 1
            full = f"{safe_namespace}{SUFFIX}{self._count}"
        else:
            safe_name, full = self._name(safe_name), ""
        if (safe_name, safe_namespace) != (name, namespace) and "class" not in head:
            head["class"] = path
        return {
            "type": "record",
            "name": safe_name,
            "namespace": full,
            "fields": [
                {"name": avro_name, "type": self.build(shape), **({} if avro_name == key else {"key": key})}
                for avro_name, (key, shape) in zip(avro_names([key for key, _ in fields]), fields)
            ],
            **head,
        }

    def rename(self, schema: Any) -> Any:
        """Give the records of a schema that minos.common made names that are the same every time."""
        if isinstance(schema, list):
            return [self.rename(branch) for branch in schema]
        if not isinstance(schema, dict):
            return schema
        schema = {key: self.rename(value) if key in _NESTED else value for key, value in schema.items()}
        if schema.get("namespace"):
            self._count += 1
            schema["namespace"] = f"{schema['namespace'].rpartition('.')[0]}{SUFFIX}{self._count}"
        elif "namespace" in schema:
            schema["name"] = self._name(schema["name"])
        return schema

    def _name(self, base: str) -> str:
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._taken.add(name)
        return name

    @staticmethod
    def _safe(name: str) -> str:
        return name if not name or _AVRO_NAME.fullmatch(name) else _made(name)


_NESTED = ("type", "items", "values", "fields")


def avro_names(keys: Iterable[str]) -> list[str]:
    """Give each key a name that Avro allows, and stock minos too, unique among them.

    :param keys: The keys, in order.
    :return: Their names: the key itself, wherever it can be.
    """
    keys = list(keys)
    taken = {key for key in keys if _is_plain(key)}
    names = []
    for key in keys:
        name, number = key, 1
        if not _is_plain(key):
            base = name = _made(key)
            while name in taken:
                number += 1
                name = f"{base}_{number}"
            taken.add(name)
        names.append(name)
    return names


def _is_plain(key: str) -> bool:
    return key not in _STOCK_ARGUMENTS and _AVRO_NAME.fullmatch(key) is not None


def _made(key: str) -> str:
    name = re.sub("[^A-Za-z0-9_]", "_", key)
    name = name if _AVRO_NAME.fullmatch(name) else f"_{name}"
    return f"{name}_" if name in _STOCK_ARGUMENTS else name


def avro_type(schema: Any) -> Any:
    """Give the Avro type of a schema.

    :param schema: The schema.
    :return: The name of the type; ``"union"`` for a union.
    """
    if isinstance(schema, list):
        return "union"
    return schema["type"] if isinstance(schema, dict) else schema


def _claims(schema: Any) -> set[str]:
    """Give what no other branch of a union may claim: the Avro type, and to be what an int is in the data."""
    if _is_record(schema):
        return set()  # told apart by their names
    avro, tag = avro_type(schema), schema.get("python") if isinstance(schema, dict) else None
    _, form = FORM_BY_SCHEMA.get((avro, _logical(schema), tag), (None, None))
    is_integer = avro in ("int", "long") and (form is None or form.reads is int)
    return {avro, "integer"} if is_integer else {avro}


def flat(schema: Any) -> list[Any]:
    """Give the branches of a schema that minos.common made.

    :param schema: The schema. The union of a Ref stands in a list of its own, and Avro has no unions of unions.
    :return: Its branches.
    """
    return [branch for one in schema for branch in flat(one)] if isinstance(schema, list) else [schema]


def _is_record(schema: Any) -> bool:
    return bool(avro_type(schema) == "record")


def _is_hashable(schema: Any) -> bool:
    """Tell whether stock minos can hash what it reads: Models, but no lists, and none of what it knows no class for."""
    if isinstance(schema, list):
        return all(map(_is_hashable, schema))
    return avro_type(schema) not in ("array", "map") and not (_is_record(schema) and "python" in schema)


def _logical(schema: Any) -> Optional[str]:
    return schema.get("logicalType") if isinstance(schema, dict) else None


def _wide(items: Any) -> Any:
    """Give array items a width of a byte at least: else a corrupt count would be read without an end."""
    if items == "null" or (_is_record(items) and not items["fields"]):
        return [items]
    return items


def _place(kind: Any) -> tuple[Any, ...]:
    """Give the place of a kind among others, the same in every process. The first of an Avro type is not boxed."""
    cls, *rest = kind if isinstance(kind, tuple) else (kind,)
    if cls in SCALAR_BY_TYPE:
        return (0, *rank(cls), str(kind))
    if (container := CONTAINER_BY_TYPE.get(cls)) is not None:
        return (1, CONTAINERS.index(container), len(kind), str(kind[1]))
    record = record_kind(cls)
    if record is None:
        return (2, f"{cls.__module__}.{cls.__qualname__}", str(rest))
    return (3, f"{cls.__module__}.{cls.__qualname__}", str(kind[1]), kind[2:3])


def is_natural(schema: Any) -> bool:
    """Tell whether no union holds records, so that what is read needs no names to be told apart.

    :param schema: The schema.
    :return: ``True`` if so.
    """
    if isinstance(schema, list):
        # Where the value alone does not tell the branch, its name stands beside it, which minos.common does not know.
        named = any(avro_type(branch) == "record" or "logicalType" in branch for branch in schema)
        return not named and all(map(is_natural, schema))
    if not isinstance(schema, dict):
        return True
    if schema["type"] == "record":
        return all(is_natural(field["type"]) for field in schema["fields"])
    return is_natural(schema.get("items", schema.get("values", "null")))


def without_random_parts(schema: Any) -> Any:
    """Make the schemas of minos.common equal for what is equal: they end each namespace in a UUID."""
    if isinstance(schema, list):
        return [without_random_parts(branch) for branch in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: without_random_parts(part) for key, part in schema.items()}
    if schema.get("namespace"):
        schema["namespace"] = f"{schema['namespace'].rpartition('.')[0]}{SUFFIX}"
    return schema
