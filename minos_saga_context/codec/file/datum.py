"""Data apart from its file: as ``avro_data`` gives it, as ``from_avro`` takes it, and as any Avro reader sees it."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from fastavro import parse_schema, schemaless_reader, schemaless_writer

from ...exceptions import SnapshotException, reason_of
from ..avro import limits
from ..avro.schema import avro_type, branch_name, is_natural, names_others
from ..avro.zero_byte import has_zero_byte_elements
from .header import read_head
from .plan import Plan
from .reader import blocks, guarded
from .writer import file_of


def join(schema: Any, data: Any) -> bytes:
    """Write data by a schema of its own.

    :param schema: The schema, or a list with it.
    :param data: The data.
    :return: The bytes of an Avro file.
    :raises SnapshotException: If the one does not fit the other.
    """
    try:
        plan = limits.with_room(Plan, schema[0] if isinstance(schema, list) and len(schema) == 1 else schema)
        buffer = BytesIO()
        schemaless_writer(buffer, plan.schema, data)
    except SnapshotException:
        raise
    except Exception as exc:
        raise SnapshotException(f"The data does not fit the schema: {reason_of(exc)}") from exc
    return file_of(plan, 1, buffer.getvalue())


@guarded
def load_as_fastavro(raw: bytes) -> list[Any]:
    """Read the values of a file as any Avro reader sees them, within the same limits, and without their classes.

    :param raw: The bytes of the file.
    :return: The values.
    :raises SnapshotException: If the bytes cannot be read, with the reason.
    """
    text, head, is_deflated = read_head(raw)
    schema: Any = json.loads(text)
    limits.check_room(limits.check_depth(schema))
    schema = parse_schema(schema)
    if names_others(schema):
        raise SnapshotException("Its schema names types that stand elsewhere in it, which is not supported")
    values = []
    for count, block in blocks(raw, len(head), head, is_deflated, has_zero_byte_elements(schema), lambda: schema):
        buffer = BytesIO(block)
        values += [schemaless_reader(buffer, schema, None) for _ in range(count)]
        if buffer.tell() != len(block):
            raise SnapshotException("A block of the snapshot holds more than its values")
    return values


@guarded
def field_names(raw: bytes) -> list[str]:
    """Give the names of the fields that the values of a file have.

    :param raw: The bytes of the file.
    :return: The names.
    :raises SnapshotException: If the bytes cannot be read, with the reason.
    """
    return [field.get("key", field["name"]) for field in json.loads(read_head(raw)[0])["fields"]]


def without_names(data: Any, schema: Any) -> Any:
    """Take the names of branches off the data of unions in which the value alone tells the branch.

    :param data: The data, with a (name, value) pair wherever the schema has a union.
    :param schema: Its schema, parsed by fastavro.
    :return: The data, with pairs only where there are records or logical types to choose from.
    """
    if isinstance(schema, list):
        name, data = data
        branch = next(one for one in schema if branch_name(one) == name)
        if type(data) is dict and avro_type(branch) not in ("record", "map"):
            (data,) = data.values()  # fastavro is shown a record, to know the name
        physical = without_names(data, branch)
        # Where a name is missing, fastavro tries the branches, and then it understands no names further down.
        return physical if is_natural(schema) else (name, physical)
    if avro_type(schema) == "record":
        return {field["name"]: without_names(data[field["name"]], field["type"]) for field in schema["fields"]}
    if avro_type(schema) == "map":
        return {key: without_names(value, schema["values"]) for key, value in data.items()}
    return [without_names(value, schema["items"]) for value in data] if avro_type(schema) == "array" else data
