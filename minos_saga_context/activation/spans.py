"""Timedeltas that stand beside other types in minos's messages and models. fastavro reads them as bare ints."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from fastavro import block_reader, parse_schema, schemaless_reader

from ..codec.avro.schema import logical_of
from .messages import SPAN, unions


def read_spans(raw: bytes) -> Any:
    """Read data in which timedeltas stand beside other types. fastavro reads them as ints.

    :param raw: The bytes of an Avro file.
    :return: The list of its records; ``None`` if it has no such data, or cannot be read.
    """
    if SPAN.encode() not in raw:
        return None
    try:
        blocks: Any = block_reader(BytesIO(raw))
        schema = blocks.writer_schema
        if not any(len(union) > 1 and any(logical_of(one) == SPAN for one in union) for union in unions(schema)):
            return None
        told = parse_schema(_with_records(schema))
        return [_restored(schemaless_reader(block.bytes_, told)) for block in blocks for _ in range(block.num_records)]
    except Exception:
        return None


#: The name of a record's field that no map has for a key: a timedelta is read as such a record, of the same bytes.
_FIELD = "\0timedelta"


def _with_records(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_with_records(branch) for branch in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("logicalType") == SPAN:
        return {"type": "record", "name": f"Span{id(schema)}", "fields": [{"name": _FIELD, "type": "long"}]}
    return {key: _with_records(value) for key, value in schema.items() if not key.startswith("__fastavro")}


def _restored(data: Any) -> Any:
    if isinstance(data, list):
        return [_restored(value) for value in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == {_FIELD}:
        return timedelta(microseconds=data[_FIELD])
    return {key: _restored(value) for key, value in data.items()}
