"""A store as a shop leaves it, the same every time: the tool's screens in the documentation are made of it."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from binascii import b2a_base64
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import lmdb
import pytest
from fastavro import writer
from minos.saga import SagaContext, SagaExecution, SagaFailedExecutionStepException, SagaPausedExecutionStepException

import minos_saga_context  # noqa: F401 - the shop has it
from examples.orders import ORDER, REFUSED_ORDER
from examples.shop.order import PLACE_ORDER
from tests.support.sagas.service import answer, service

RESERVING = UUID("0b7d2f6e-6c0f-4f6e-9d0b-3a5f3f0a1c01")
CHARGING = UUID("5c1f9a34-2f5e-4d0a-8f57-6f1a9be0c902")
REFUSED = UUID("9e0a7c52-8d1b-4c3e-a6f4-1d2b3c4d5e03")
CARD = {"holder": "John Doe", "number": "4111 1111 1111 1111"}


def fill(path: Path) -> Path:
    """Make the store.

    :param path: Where.
    :return: The same path.
    """
    asyncio.run(_fill(path))
    return path


def damage(path: Path) -> Path:
    """Make a store with an execution that this code cannot load: it holds a member of an enum that is gone.

    :param path: Where.
    :return: The same path.
    """
    fields = [
        {"name": "total", "type": "double"},
        {"name": "size", "type": {"type": "string", "python": "enum", "class": "examples.models.Size"}},
    ]
    schema = {"type": "record", "name": "SagaContext", "namespace": "minos.saga.context.s1", "fields": fields}
    writer(file := BytesIO(), schema, [{"total": 9.5, "size": "LARGE"}], sync_marker=bytes(16))
    context = b2a_base64(file.getvalue(), newline=False).decode()
    with lmdb.open(str(path), max_dbs=100) as environment:
        table = environment.open_db(b"LocalState")
        with environment.begin(db=table, write=True) as transaction:
            for uuid, text in ((RESERVING, SagaContext(total=Decimal("9.50")).avro_str), (CHARGING, context)):
                transaction.put(str(uuid).encode(), json.dumps({"status": "paused", "context": text}).encode())
    return path


async def _fill(path: Path) -> None:
    async with service(path) as manager:
        for uuid, order, answers, age in (
            (RESERVING, ORDER, [], timedelta(hours=3)),
            (CHARGING, {**ORDER, "card": CARD}, [_reserved(12345)], timedelta(days=2)),
            (
                REFUSED,
                REFUSED_ORDER,
                [_reserved(12346), ("The card does not cover the amount.", 400)],
                timedelta(minutes=20),
            ),
        ):
            execution = SagaExecution.from_definition(PLACE_ORDER, SagaContext(**order), uuid)
            execution.started -= age
            await _go_on(execution)
            for content in answers:
                await _go_on(execution, answer(uuid, *content))
            await manager.storage.store(execution)


async def _go_on(execution: SagaExecution, response: Any = None) -> None:
    with suppress(SagaPausedExecutionStepException, SagaFailedExecutionStepException):
        await execution.execute(response, autocommit=False)


def _reserved(order_id: int) -> tuple[Any, ...]:
    return ({"boxes": 2, "code": f"00{order_id}"},)


if __name__ == "__main__":
    import sys

    fill(Path(sys.argv[1]))


def raw_of(store: Path, uuid: UUID) -> bytes:
    with lmdb.open(str(store), max_dbs=100, readonly=True) as environment:
        table = environment.open_db(b"LocalState", create=False)
        with environment.begin(db=table) as transaction:
            return bytes(transaction.get(str(uuid).encode()))


def made(path: Path, *contexts: Any, **raw: Any) -> Path:
    """Make a store of executions without definitions."""
    with lmdb.open(str(path), max_dbs=100, map_size=10**8) as environment:
        table = environment.open_db(b"LocalState")
        with environment.begin(db=table, write=True) as transaction:
            for place, context in enumerate(contexts):
                text = context if isinstance(context, str) else context.avro_str
                value = json.dumps({"status": "paused", "context": text, **raw}).encode()
                transaction.put(str(UUID(int=place)).encode(), value)
    return path


def put(path: str, execution: SagaExecution) -> None:
    """Store an execution as the service does, once it waits for an answer."""

    async def store() -> None:
        async with service(Path(path)) as manager:
            await _go_on(execution)
            await manager.storage.store(execution)

    asyncio.run(store())


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
