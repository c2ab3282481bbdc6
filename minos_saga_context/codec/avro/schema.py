"""What Avro schemas are, apart from what ours say. As fastavro parses them: a type is a name, and no schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Callable, Optional

#: Unions are tried in this order, by fastavro and by stock minos: what could be taken for the next comes first.
AVRO_TYPES = ("null", "boolean", "int", "long", "float", "double", "string", "bytes", "map", "array")
#: The types of schemas that name no other.
_DEFINED = (*AVRO_TYPES, "union", "record", "enum", "fixed")
#: The logical type of containers of which stock minos finds the type by what they hold, each by itself.
ANY = "typing.Any"
#: What stands in ``python`` of a branch that several kinds share, and of one that no value is written as.
SHARED, HINT = "shared", "hint"
#: The attribute that holds the logical type of a branch in whose place stock minos sees another.
HIDDEN = "hidden"
#: The separator of what stock minos takes for a random part, and strips from a namespace.
SUFFIX = ".s"


def avro_type(schema: Any) -> Any:
    """Give the Avro type of a schema.

    :param schema: The schema.
    :return: The name of the type; ``"union"`` for a union.
    """
    if isinstance(schema, list):
        return "union"
    return schema["type"] if isinstance(schema, dict) else schema


def names_others(schema: Any) -> bool:
    """Tell whether a schema names types that stand elsewhere, so that one might hold itself."""
    return any(avro_type(one) not in (AVRO_TYPES if isinstance(one, str) else _DEFINED) for one in walk(schema))


def branch_name(schema: Any) -> Any:
    """Give the name of a schema among the branches of a union."""
    avro = avro_type(schema)
    return schema["name"] if avro in ("record", "enum", "fixed") else avro


def logical_of(schema: Any) -> Optional[str]:
    """Give the logical type of a schema, or ``None``."""
    return schema.get("logicalType") if isinstance(schema, dict) else None


def is_record(schema: Any) -> bool:
    """Tell whether a schema is that of a record."""
    return bool(avro_type(schema) == "record")


def is_box(schema: Any) -> bool:
    """Tell whether a schema is that of a box."""
    return is_record(schema) and schema.get("python") == "box"


def hidden(schema: Any) -> Any:
    """Give the schema of a branch of whose values stock minos makes nothing."""
    schema = schema if isinstance(schema, dict) else {"type": schema}
    return {**schema, "logicalType": "builtins.object", HIDDEN: schema.get("logicalType")}


def revealed(schema: Any) -> Any:
    """Give a schema with the logical types that :func:`hidden` took from parts of it."""
    return rewrite(schema, _revealed)


def _revealed(schema: dict[str, Any]) -> dict[str, Any]:
    if HIDDEN in schema:
        del schema["logicalType"]
        if schema[HIDDEN] is not None:
            schema["logicalType"] = schema[HIDDEN]
    return schema


def is_name(text: str) -> bool:
    """Tell whether Avro allows a name."""
    return _NAME.fullmatch(text) is not None


_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def parts(schema: Any) -> list[Any]:
    """Give the schemas that a schema is made of: the branches of a union, the types of fields, of items or values."""
    if isinstance(schema, list):
        return schema
    if not isinstance(schema, dict):
        return []
    if schema["type"] == "record":
        return [field["type"] for field in schema["fields"]]
    return [schema[key] for key in ("items", "values") if key in schema]


def walk(schema: Any) -> Iterator[Any]:
    """Give a schema, and all schemas in it.

    :param schema: The schema.
    :return: The schemas, each before its parts.
    """
    left = [schema]
    while left:
        one = left.pop()
        yield one
        left += reversed(parts(one))


def rewrite(schema: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
    """Build a schema anew.

    :param schema: The schema.
    :param change: Is given a copy of each schema that is a dict, once its parts are built; gives what stands for it.
    :return: The new schema.
    """
    if isinstance(schema, list):
        return [rewrite(branch, change) for branch in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: rewrite(value, change) if key in _PARTS else value for key, value in schema.items()}
    if schema["type"] == "record":
        copy["fields"] = [{**field, "type": rewrite(field["type"], change)} for field in schema["fields"]]
    return change(copy)


_PARTS = ("items", "values")


def is_natural(schema: Any) -> bool:
    """Tell whether no union holds records, so that what is read needs no names to be told apart.

    :param schema: The schema.
    :return: ``True`` if so.
    """
    # Where the value alone does not tell the branch, its name stands beside it, which minos.common does not know.
    return not any(needs_names(one) for one in walk(schema) if isinstance(one, list))


def needs_names(union: list[Any]) -> bool:
    """Tell whether the values of a union do not tell which of its branches they stand for."""
    if "double" in union and any(avro_type(branch) in ("int", "long") for branch in union[union.index("double") :]):
        return True
    return any(is_record(branch) or logical_of(branch) not in (None, ANY) for branch in union)


def flat(schema: Any) -> list[Any]:
    """Give the branches of a schema that minos.common made.

    :param schema: The schema. The union of a Ref stands in a list of its own, and Avro has no unions of unions.
    :return: Its branches.
    """
    return [branch for one in schema for branch in flat(one)] if isinstance(schema, list) else [schema]


def without_random_parts(schema: Any) -> Any:
    """Make the schemas of minos.common equal for what is equal: they end each namespace in a UUID."""

    def change(schema: dict[str, Any]) -> dict[str, Any]:
        if schema.get("namespace"):
            schema["namespace"] = f"{schema['namespace'].rpartition('.')[0]}{SUFFIX}"
        return schema

    return rewrite(schema, change)


def without_random_names(text: str) -> str:
    """Make the texts of schemas equal for what is equal: see :func:`without_random_parts`.

    :param text: A schema, as JSON.
    :return: It, with a number in the place of each random part, so that records of one name stay apart.
    """
    numbers: dict[str, int] = {}
    return _RANDOM.sub(lambda found: f".r{numbers.setdefault(found[0], len(numbers))}", text)


#: A UUID as minos.common ends namespaces in, and as contexts do that are nested in what it writes.
_RANDOM = re.compile(r'\.(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|s[0-9a-f]{32})(?=[."])')
