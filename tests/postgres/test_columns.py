"""The columns for people and SQL: what they say, that secrets are not in them, that any context can be written so."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import psycopg
from fastavro import writer
from hypothesis import given, settings

from minos_saga_context import SagaContext
from minos_saga_context.postgres import columns
from tests.support.postgres import database, sql
from tests.support.sagas.sagas import ORDER, running_shop
from tests.support.strategies import VALUE


def fields_of(context: Any) -> Any:
    return json.loads(columns.readable(SagaContext(context).avro_bytes))


async def test_found_by_a_field_and_by_the_index(dsn: str) -> None:
    async with running_shop(dsn) as shop:
        uuids = [await shop.start(SagaContext({**ORDER, "order_id": place})) for place in range(50)]
    query = """SELECT uuid FROM saga_execution WHERE fields @> '{"order_id": 17}'"""
    assert sql(dsn, query) == [(uuids[17],)]
    assert sql(dsn, """SELECT count(*) FROM saga_execution WHERE fields @> '{"lines": [{"sku": "B"}]}'""") == [(50,)]
    with psycopg.connect(dsn) as connection:
        connection.execute("SET enable_seqscan = off")
        plan = str(connection.execute(f"EXPLAIN {query}").fetchall())
    assert "saga_execution_fields" in plan


def test_types_that_json_does_not_have_are_named_and_secrets_masked() -> None:
    uuid = UUID(int=7)
    assert fields_of({"total": Decimal("9.50"), "card": {"number": "4111"}, "id": uuid, "n": None}) == {
        "total": {"$type": "decimal", "value": "9.50"},
        "card": "***",
        "id": {"$type": "uuid", "value": str(uuid)},
        "n": None,
    }


def test_what_jsonb_does_not_take_is_replaced_and_no_more() -> None:
    text = 'a\0b \ud800 \udc00\ud800 \\u0000 \\ud800 é 😀 " \\\\'
    assert fields_of({"text": text}) == {"text": 'a�b � �� \\u0000 \\ud800 é 😀 " \\\\'}


def test_a_class_that_is_not_at_hand() -> None:
    fields = [
        {"name": "total", "type": "double"},
        {"name": "size", "type": {"type": "string", "python": "enum", "class": "examples.models.Size"}},
        {"name": "token", "type": "string"},
    ]
    schema = {"type": "record", "name": "SagaContext", "namespace": "minos.saga.context.s1", "fields": fields}
    writer(file := BytesIO(), schema, [{"total": 9.5, "size": "LARGE", "token": "t"}])
    assert json.loads(columns.readable(file.getvalue())) == {"total": 9.5, "size": "LARGE", "token": "***"}


def test_what_nobody_reads_is_left_out() -> None:
    assert fields_of({"text": "x" * 70_000, "n": [{"a": b"1" * 2_000}]}) == {
        "text": "x" * 1_000 + "...",
        "n": [{"a": {"$type": "bytes", "value": "1" * 1_000 + "..."}}],
    }
    assert fields_of({"texts": ["x" * 999] * 34_000})["$type"] == "too large"


def test_any_context_can_be_stored() -> None:
    with database() as dsn, psycopg.connect(dsn, autocommit=True) as connection:

        @settings(max_examples=20)
        @given(VALUE)
        def store(value: Any) -> None:
            text = columns.readable(SagaContext(value=value).avro_bytes)
            connection.execute("SELECT %s::jsonb", [text]).fetchall()

        store()


async def test_times_tell_when_it_began_and_when_it_was_stored_last(dsn: str) -> None:
    async with running_shop(dsn) as shop:
        uuid = await shop.start(SagaContext(ORDER))
        (began,) = sql(dsn, "SELECT started, stored FROM saga_execution")
        await asyncio.sleep(0.005)
        await shop.answer(uuid, {"code": "007"})
        (later,) = sql(dsn, "SELECT started, stored, step FROM saga_execution")
    assert later[0] == began[0] <= began[1] < later[1] and later[2] == "4/5 charge"
