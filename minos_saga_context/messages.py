"""Unions in minos's messages and models: the alternative that a value is, rather than the first that would take it."""

from __future__ import annotations

from typing import Any, Union, get_args, get_origin

from minos.common import Model, ModelType

_CONTAINERS = (list, set, dict)


def is_exactly(hint: Any, value: Any) -> bool:
    """Tell whether a value is of a type already, all that it contains included.

    :param hint: A type hint, as minos.common reads it from a schema.
    :param value: The value.
    :return: ``True`` if so.
    """
    origin = get_origin(hint)
    if hint is Any:
        return True
    if origin is Union:
        return any(is_exactly(alternative, value) for alternative in get_args(hint))
    if origin not in _CONTAINERS:
        return type(value) is hint or (isinstance(hint, ModelType) and isinstance(value, (Model, dict)))
    if not isinstance(value, origin):
        return False
    items = value.values() if origin is dict else value
    return all(is_exactly(get_args(hint)[-1], item) for item in items)


def name_numbers(data: Any, schema: Any) -> Any:
    """Name the branch of every int that stands in a union with a double before its own branch.

    fastavro would write it as the double. The order of the branches stays: stock minos reads by it.

    :param data: What fastavro is to write.
    :param schema: The schema, parsed by fastavro; or a list of them, of which the first rules.
    :return: The data, with ints as (name, value) pairs there.
    """
    if not _has_mixed_numbers(schema):
        return data
    if isinstance(schema, list):
        return _in_union(data, schema)
    kind = schema["type"]
    if kind == "record" and isinstance(data, dict):
        hints = {field["name"]: field["type"] for field in schema["fields"]}
        return {key: name_numbers(value, hints[key]) if key in hints else value for key, value in data.items()}
    if kind == "map" and isinstance(data, dict):
        return {key: name_numbers(value, schema["values"]) for key, value in data.items()}
    if kind == "array" and isinstance(data, list):
        return [name_numbers(value, schema["items"]) for value in data]
    return data if isinstance(kind, str) else name_numbers(data, kind)


def _in_union(data: Any, schemas: list[Any]) -> Any:
    if type(data) is int:
        # A logical type (a date, a time) is an int by now too: no telling which, so leave it to fastavro.
        return ("int", data) if "int" in schemas and -(1 << 31) <= data < 1 << 31 else data
    kinds = ("map", "record") if isinstance(data, dict) else ("array",) if isinstance(data, list) else ()
    branches = [schema for schema in schemas if isinstance(schema, dict) and schema["type"] in kinds]
    return name_numbers(data, branches[0]) if len(branches) == 1 else data


def _has_mixed_numbers(schema: Any) -> bool:
    if isinstance(schema, list):
        if "double" in schema and "int" in schema[schema.index("double") :]:
            return True
        return any(map(_has_mixed_numbers, schema))
    if not isinstance(schema, dict):
        return False
    if schema["type"] == "record":
        return any(_has_mixed_numbers(field["type"]) for field in schema["fields"])
    return _has_mixed_numbers(schema.get("items", schema.get("values", schema["type"])))
