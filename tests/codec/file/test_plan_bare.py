"""What fastavro is given has the bytes of what is stored, and leaves nothing to it that the table of types does."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import fastavro
import pytest

from minos_saga_context import SagaContext, SnapshotException
from minos_saga_context.codec import file
from tests.support.exact import assert_exact
from tests.support.samples import SAMPLES

NOW = datetime(2026, 2, 28, 12, 30, 15, 250_000, tzinfo=timezone.utc)
DAY, ID = date(2026, 2, 28), UUID(int=4)


def logical(avro: str, name: str, **attributes: Any) -> dict[str, Any]:
    return {"type": avro, "logicalType": name, **attributes}


@pytest.mark.parametrize("tag", SAMPLES)
def test_same_bytes_by_the_schema_that_is_stored(tag: str) -> None:
    for value in SAMPLES[tag]:
        context = SagaContext(value=value, values=[value, None])
        plan, block = file.encode([context])
        # Read and written by the whole schema, as others do it.
        fastavro.schemaless_reader(io.BytesIO(block), plan.schema)
        out = io.BytesIO()
        fastavro.schemaless_writer(out, plan.schema, context.avro_data)
        assert out.getvalue() == block


def test_nothing_is_left_to_fastavro() -> None:
    values = {
        **{"id": ID, "day": DAY, "time": time(1), "at": NOW, "local": NOW.replace(tzinfo=None), "long": 2**40},
        **{
            "ids": [ID],
            "span": timedelta(1),
            "price": Decimal(1),
            "set": {DAY},
            "either": [None, ID],
            "text": "\ud800",
        },
    }
    plan = file.encode([SagaContext(values)])[0]
    assert {field["name"]: field["type"] for field in plan.physical["fields"]} == {
        **{"id": "string", "day": "int", "time": "long", "at": "long", "local": "long", "long": "long"},
        **{"ids": {"type": "array", "items": "string"}, "span": "long", "price": "string", "text": "bytes"},
        "set": {"type": "array", "items": "int"},
        "either": {"type": "array", "items": ["null", "string"]},
    }


def test_what_only_its_logical_type_tells_apart_is_left_to_fastavro() -> None:
    plan = file.encode([SagaContext(values=[1, NOW], dates=[DAY, None])])[0]
    values, dates = (field["type"]["items"] for field in plan.physical["fields"])
    assert values == ["int", logical("long", "timestamp-micros")]
    assert dates == ["null", "int"]


@pytest.mark.parametrize(
    "values",
    [[1, NOW], [DAY, 2**40], [1, time(1, 2, 3, 4)], [1, None, NOW, "a", 2.5], [{"a": 1}, {"a": NOW}]],
    ids=str,
)
def test_ints_beside_dates_and_times(values: list[Any]) -> None:
    context = SagaContext(values=values)
    found = SagaContext.from_avro_str(context.avro_str)
    assert_exact(found, context)
    assert_exact(SagaContext.from_avro(context.avro_schema, context.avro_data), context)
    assert next(fastavro.reader(io.BytesIO(context.avro_bytes))) == {"values": values}


def test_avro_data_is_as_minos_gives_it() -> None:
    context = SagaContext(id=ID, day=DAY, at=NOW, either=[1, NOW])
    micros = (NOW - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)
    assert context.avro_data == {
        "id": str(ID),
        "day": (DAY - date(1970, 1, 1)).days,
        "at": micros,
        "either": [("int", 1), ("long", micros)],
    }


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (logical("long", "timestamp-millis"), NOW),
        (logical("long", "local-timestamp-micros"), NOW.replace(tzinfo=None)),
        (logical("int", "time-millis"), time(1, 2, 3, 4000)),
        (logical("bytes", "decimal", precision=10, scale=2), Decimal("1.25")),
        (["null", logical("string", "uuid")], ID),
        ([logical("string", "uuid"), "string"], ID),
        ([logical("int", "date"), logical("long", "builtins.int")], 2**40),
        (["int", "long"], 2**40),
        (["int", logical("int", "date"), logical("int", "time-micros")], DAY),
        (["string", logical("string", "uuid"), logical("string", "unheard-of")], ID),
        ([{"type": "array", "items": "int"}, {"type": "array", "items": logical("long", "timestamp-micros")}], [NOW]),
        (logical("array", "unheard-of", items=logical("string", "uuid")), [ID]),
        (logical("map", "unheard-of", values=logical("int", "date")), {"a": DAY}),
        (["float", "double"], 1.5),
        ({"type": "array", "items": {"type": "map", "values": "float"}}, [{"a": 1.5}]),
        ({"type": "enum", "name": "E", "symbols": ["A", "B"]}, "B"),
        (["bytes", {"type": "fixed", "name": "F", "size": 2}], b"abc"),
        (logical("long", "unheard-of"), 5),
    ],
    ids=str,
)
def test_what_others_wrote(schema: Any, value: Any) -> None:
    fields = [{"name": "value", "type": schema}]
    record = {"type": "record", "name": "SagaContext", "namespace": "minos.saga.context.u", "fields": fields}
    out = io.BytesIO()
    fastavro.writer(out, record, [{"value": value}])
    for _ in range(3):
        assert_exact(SagaContext.from_avro_bytes(out.getvalue()), SagaContext(value=value))


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (time(1), 24 * 3600 * 10**6),
        (time(1), -1),
        (NOW, 2**62),
        (DAY, 2**30),
        (ID, "6ba7b810-9dad-11d1-80b4"),
        (ID, "x" * 32),
    ],
    ids=str,
)
def test_data_beyond_its_type(value: Any, data: Any) -> None:
    plan = file.encode([SagaContext(value=value)])[0]
    out = io.BytesIO()
    fastavro.schemaless_writer(out, plan.physical, {"value": data})
    with pytest.raises(SnapshotException):
        file.load(file.file_of(plan, 1, out.getvalue()))


@pytest.mark.parametrize("text", [ID.hex, f"{{{ID}}}", ID.urn, str(ID).upper()])
def test_other_ways_to_write_a_uuid(text: str) -> None:
    plan = file.encode([SagaContext(value=ID)])[0]
    out = io.BytesIO()
    fastavro.schemaless_writer(out, plan.physical, {"value": text})
    found = file.decode(plan, out.getvalue())[0]
    assert_exact(found, SagaContext(value=ID))
    assert found["value"].is_safe is ID.is_safe and hash(found["value"]) == hash(ID)
