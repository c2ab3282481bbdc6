"""Stores for the tests of the tool: that of the example, of which the documentation's screens are made, and others."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from binascii import b2a_base64
from contextlib import suppress
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import lmdb
import pytest
from fastavro import writer
from minos.saga import SagaContext, SagaExecution, SagaFailedExecutionStepException, SagaPausedExecutionStepException

from minos_saga_context import example
from minos_saga_context.example import CARD, CHARGING, REFUSED, RESERVING
from tests.support.sagas.service import service

__all__ = ["CARD", "CHARGING", "REFUSED", "RESERVING", "SAGA", "damage", "fill", "made", "put", "raw_of", "stdin"]

SAGA = example.__name__


def fill(path: Path) -> Path:
    """Make the store.

    :param path: Where.
    :return: The same path.
    """
    example.fill(str(path))
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


async def _go_on(execution: SagaExecution, response: Any = None) -> None:
    with suppress(SagaPausedExecutionStepException, SagaFailedExecutionStepException):
        await execution.execute(response, autocommit=False)


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
