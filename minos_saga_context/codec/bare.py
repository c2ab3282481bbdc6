"""Schemas as fastavro is given them: the same bytes, and nothing that it would act on.

What fastavro makes of logical types is made here, by the table of types, in half the time. So it gets plain types only,
except where a logical type is not in the table, or not ours to understand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from .avro import avro_type, logical_of
from .registry import CONTAINER_BY_SCHEMA, FORM_BY_SCHEMA

#: The field of a record around one value: it takes no bytes, and the record has a name. No Avro name begins so.
FIELD = "\0"
#: What fastavro reads of plain types.
READS: dict[Any, type] = {
    "null": type(None),
    "boolean": bool,
    "int": int,
    "long": int,
    "float": float,
    "double": float,
    "string": str,
    "bytes": bytes,
}


def bare(schema: Any) -> Any:
    """Take from a schema what fastavro would act on.

    :param schema: The schema, parsed by fastavro.
    :return: A schema of the same bytes, which fastavro takes for parsed.
    """
    if isinstance(schema, list):
        return [
            _in_record(one, name) if name is not None else bare(one) for one, name in zip(schema, told_names(schema))
        ]
    if not isinstance(schema, dict):
        return schema
    avro, logical, tag = schema["type"], schema.get("logicalType"), schema.get("python")
    if avro == "record" and logical is None:
        fields = [{"name": field["name"], "type": bare(field["type"])} for field in schema["fields"]]
        # What marks it as parsed; without the second copy of all of it that fastavro keeps there, by the names in it.
        marks = {key: {} if key == "__named_schemas" else schema[key] for key in schema if key.startswith("__")}
        return {"type": avro, "name": schema["name"], "fields": fields, **marks}
    if avro in ("array", "map"):
        key = "items" if avro == "array" else "values"
        known = logical is None or (avro, logical, None) in CONTAINER_BY_SCHEMA
        return {"type": avro, key: bare(schema[key])} if known else schema
    if not isinstance(avro, str):
        return schema
    return avro if (avro, logical, tag) in FORM_BY_SCHEMA or (logical is None and avro in READS) else schema


def told_names(schemas: Sequence[Any]) -> list[Optional[str]]:
    """Name the branches of a union that could not be told apart by what fastavro reads of them.

    :param schemas: The branches.
    :return: For each branch the name of the record that has to be around it, or ``None``.
    """
    names: list[Optional[str]] = []
    seen: dict[Any, bool] = {}
    for schema in schemas:
        avro, has_logical = avro_type(schema), logical_of(schema) is not None
        kind = READS.get(avro) if isinstance(avro, str) else None
        names.append(f"{FIELD}{avro}" if kind in seen and (seen[kind] or has_logical) else None)
        if kind is not None:
            seen[kind] = seen.get(kind, False) or has_logical
    return names


def _in_record(schema: Any, name: str) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": [{"name": FIELD, "type": bare(schema)}]}
