"""Plans of schemas that others wrote: natural types are read, and what is not known is refused with its path."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import avro.schema
import fastavro
import pytest
from avro.datafile import DataFileWriter
from avro.io import DatumWriter

from minos_saga_context import SagaContext, SnapshotException
from tests.classes import Color
from tests.support.exact import assert_exact


def schema_with(field: Any) -> dict[str, Any]:
    """Build the schema of a context with one field."""
    fields = [{"name": "value", "type": field}]
    return {"type": "record", "name": "SagaContext", "namespace": "minos.saga.context.x", "fields": fields}


def written(field: Any, value: Any) -> bytes:
    """Write a context as fastavro does."""
    out = io.BytesIO()
    fastavro.writer(out, schema_with(field), [{"value": value}])
    return out.getvalue()


READ = [
    ("long", 2**40, 2**40),
    ("float", 0.5, 0.5),
    ({"type": "int"}, 3, 3),
    ({"type": "int", "logicalType": "of-somebody-else"}, 3, 3),
    ({"type": "long", "logicalType": "timestamp-micros"}, datetime(2024, 1, 1, tzinfo=timezone.utc), None),
    ({"type": "int", "logicalType": "date"}, date(2024, 1, 1), None),
    ({"type": "long", "logicalType": "time-micros"}, time(1, 2, 3, 4), None),
    ({"type": "long", "logicalType": "timedelta-micros"}, 5, timedelta(microseconds=5)),
    ({"type": "array", "items": "long"}, [1], None),
    ({"type": "array", "items": {"type": "map", "values": "float"}}, [{"a": 0.5}], None),
    ({"type": "array", "items": "int", "logicalType": "set"}, [1, 2], {1, 2}),
    ({"type": "array", "items": {"type": "array", "items": "int", "python": "tuple"}, "python": "set"}, [[1]], {(1,)}),
    (["null", "long", "string"], 1, None),
    ({"type": "enum", "name": "Suit", "symbols": ["A", "B"]}, "A", None),
    ({"type": "fixed", "name": "Four", "size": 4}, b"abcd", None),
    ({"type": "string", "note": "an attribute of somebody else"}, "a", None),
]


@pytest.mark.parametrize(("field", "data", "expected"), READ, ids=lambda part: str(part)[:40])
def test_read(field: Any, data: Any, expected: Any) -> None:
    found = SagaContext.from_avro_bytes(written(field, data))
    assert_exact(found["value"], data if expected is None else expected)


def test_written_by_apache() -> None:
    field = ["null", {"type": "array", "items": ["string", "double"]}]
    out = io.BytesIO()
    with DataFileWriter(out, DatumWriter(), avro.schema.parse(json.dumps(schema_with(field)))) as writer:
        writer.append({"value": ["a", 1.5]})
        writer.flush()
        raw = out.getvalue()
    assert_exact(SagaContext.from_avro_bytes(raw)["value"], ["a", 1.5])


def box(*types: Any) -> dict[str, Any]:
    fields = [{"name": f"f{place}", "type": one} for place, one in enumerate(types)]
    return {"type": "record", "name": "box", "namespace": "", "fields": fields, "python": "box"}


def record(**attributes: Any) -> dict[str, Any]:
    return {"type": "record", "name": "R", "namespace": "", "fields": [{"name": "a", "type": "int"}], **attributes}


REFUSED = [
    ({"type": "string", "python": "of-the-future"}, "a", r"Unknown type 'of-the-future' - at 'value'.*register_type"),
    ({"type": "array", "items": "int", "python": "heap"}, [], r"'heap' - at 'value'"),
    ({"type": "map", "values": {"type": "string", "python": "x"}}, {}, r"'x' - at 'value\[\]'"),
    (record(python="x"), {"a": 1}, r"Unknown kind of record 'x'.* - at 'value'"),
    (record(python="dataclass"), {"a": 1}, r"'R' is not named - at 'value'"),
    (
        record(python="dataclass", **{"class": "tests.classes.Color"}),
        {"a": 1},
        r"'tests.classes.Color' is gone.*'value'",
    ),
    (record(python="namedtuple", **{"class": "no.such.Class"}), {"a": 1}, r"'no.such.Class' is gone.*'value'"),
    ({"type": "string", "python": "enum", "class": "tests.classes.Line"}, "RED", r"'tests.classes.Line'.*'value'"),
    ({"type": "string", "python": "enum"}, "RED", r"enum None is gone.*'value'"),
    (
        {"type": "int", "logicalType": "tests.classes.Status"},
        1,
        r"'tests.classes.Status' has no int values - at 'value'",
    ),
    ({"type": "string", "python": "enum", "class": "tests.classes.Color"}, "PINK", r"no member 'PINK'.*'value'"),
    (box("int", "int"), {"f0": 1, "f1": 1}, "A box has one field - at 'value'"),
    ({"type": "array", "items": record(), "python": "dict"}, [], "a key and a value - at 'value'"),
    ({"type": "string", "python": "decimal"}, "no number", "cannot be read"),
    ({"type": "string", "logicalType": "uuid"}, "no uuid", "cannot be read"),
    ({"type": "string", "python": "time"}, "25:00[naive]", "cannot be read"),
    (
        {"type": "long", "logicalType": "timestamp-micros", "timezone": "Nowhere/At_all"},
        0,
        "'Nowhere/At_all' is not known.*'value'",
    ),
]


@pytest.mark.parametrize(("field", "data", "message"), REFUSED, ids=[message[:30] for _, _, message in REFUSED])
def test_refused(field: Any, data: Any, message: str) -> None:
    if isinstance(field, dict) and field.get("logicalType") == "uuid":
        # fastavro would not write it.
        raw = written({"type": "string", "logicalType": "uuie"}, data).replace(b"uuie", b"uuid")
    else:
        raw = written(field, data)
    with pytest.raises(SnapshotException, match=message):
        SagaContext.from_avro_bytes(raw)


def test_two_fields_of_one_key() -> None:
    field = {**record(), "fields": [{"name": "a", "type": "int"}, {"name": "b", "type": "int", "key": "a"}]}
    with pytest.raises(SnapshotException, match="two fields of one key - at 'value'"):
        SagaContext.from_avro_bytes(written(field, {"a": 1, "b": 2}))


def test_plan_of_an_enum_finds_the_member_itself() -> None:
    raw = written({"type": "string", "python": "enum", "class": "tests.classes.Color"}, "GREEN")
    assert SagaContext.from_avro_bytes(raw)["value"] is Color.GREEN
