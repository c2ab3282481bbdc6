"""Executions that several replicas share: what minos's manager and repository do not carry along by themselves.

A client that has ``claim`` lets one replica alone go on with an execution; a factory that has ``has_versions`` stores
it under the version that it was loaded with, and knows the request that it waits for. Others, such as LMDB's, see no
difference.
"""

from __future__ import annotations

from asyncio import sleep
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Any, NamedTuple, Optional
from uuid import UUID, uuid4

from minos.common import DatabaseClientException, MinosException, ProgrammingException
from minos.saga import (
    DatabaseSagaExecutionRepository,
    RequestExecutor,
    SagaExecution,
    SagaExecutionNotFoundException,
    SagaManager,
    SagaResponse,
)

from ...exceptions import ConcurrentExecutionException
from ..patching import Patch, stock

#: The attribute of an execution with the version that was loaded or stored last, and the request that it waits for.
_STAND = "_stand"
#: How long an answer waits for the run that it came too early for, and how often it asks, in seconds.
_PATIENCE, _PAUSE = 30, 0.02
#: An execution and the request that was sent for it last.
_SENT: ContextVar[tuple[Any, Optional[UUID]]] = ContextVar("sent", default=(None, None))
#: The answer that was made of a message last, which has no place for the message's identifier: that of the request.
_RECEIVED: ContextVar[tuple[Any, Optional[UUID]]] = ContextVar("received", default=(None, None))
#: The execution that goes on here, and the request that was answered.
_ANSWERED: ContextVar[tuple[Any, Optional[UUID]]] = ContextVar("answered", default=(None, None))

_stock_delete = stock(DatabaseSagaExecutionRepository, "delete")
_stock_load_and_run = stock(SagaManager, "_load_and_run")
_stock_run = stock(SagaManager, "_run")
_stock_publish = stock(RequestExecutor, "_publish")
_stock_from_message = stock(SagaResponse, "from_message")


#: What to do about what a database raises, by the name of the exception.
_REMEDIES = {"MapFullError": "Give the database a larger 'map_size', in bytes, in the service's configuration."}


def failed(uuid: Any, done: str, error: Exception) -> DatabaseClientException:
    """Say which execution it was, where minos lets what LMDB raises out as it is.

    :param uuid: The identifier of the execution.
    :param done: What could not be done with it.
    :param error: What was raised.
    :return: The exception to raise.
    """
    remedy = _REMEDIES.get(type(error).__name__, "Look at the disk, and at what the service's user may read and write.")
    what = f"The execution {uuid} could not be {done}, what was stored before is unchanged"
    return DatabaseClientException(f"{what}: {error}. {remedy}")


def _has_versions(repository: Any) -> bool:
    return getattr(repository.database_operation_factory, "has_versions", False)


def version_of(repository: Any, execution: Any) -> dict[str, Any]:
    """Give what a factory that has versions is to be told besides the raw execution.

    :param repository: The repository.
    :param execution: The execution that is stored there.
    :return: The version that it was loaded with, the new one, and the request that it waits for.
    """
    if not _has_versions(repository):
        return {}
    version, awaits = getattr(execution, _STAND, (None, None))
    asking, sent = _SENT.get()
    return {"version": version, "new": uuid4(), "awaits": sent if asking == execution.uuid else awaits}


def keep_version(execution: Any, version: dict[str, Any]) -> None:
    """Keep the version that was stored."""
    if version:
        setattr(execution, _STAND, (version["new"], version["awaits"]))


async def _load(self: Any, uuid: UUID) -> Any:
    try:
        raw = await self.execute_on_database_and_fetch_one(self.database_operation_factory.build_load(uuid))
    except ProgrammingException:
        raise SagaExecutionNotFoundException(f"The execution identified by {uuid} was not found.") from None
    except MinosException:
        raise
    except Exception as exc:
        raise failed(uuid, "loaded", exc) from exc
    if not _has_versions(self):
        return SagaExecution.from_raw(raw)
    stand = (raw.pop("version"), raw.pop("awaits"))
    going_on, answered = _ANSWERED.get()
    if going_on == uuid and None not in (answered, stand[1]) and answered != stand[1]:
        raise ConcurrentExecutionException(uuid, "it does not wait for this answer: it was taken before, or comes late")
    execution = SagaExecution.from_raw(raw)
    setattr(execution, _STAND, stand)
    _SENT.set((None, None))
    return execution


async def _delete(self: Any, uuid: Any) -> None:
    version, _ = getattr(uuid, _STAND, (None, None))
    if version is None or not _has_versions(self):
        return await _stock_delete(self, uuid)  # type: ignore[no-any-return]
    await self.execute_on_database(self.database_operation_factory.build_delete(uuid.uuid, version))


def _from_message(cls: Any, message: Any) -> Any:
    response = _stock_from_message.__get__(None, cls)(message)
    _RECEIVED.set((response, message.identifier))
    return response


class _Noting(NamedTuple):
    """A publisher that notes what was sent for an execution."""

    uuid: UUID
    publisher: Any

    async def send(self, message: Any) -> None:
        await self.publisher.send(message)
        _SENT.set((self.uuid, message.identifier))


async def _publish(self: Any, request: Any) -> None:
    publisher = self.broker_publisher
    self.broker_publisher = _Noting(self.execution_uuid, publisher)
    try:
        await _stock_publish(self, request)
    finally:
        self.broker_publisher = publisher


async def _load_and_run(self: Any, response: Any, **kwargs: Any) -> Any:
    received, identifier = _RECEIVED.get()
    async with _claimed(self.storage, response.uuid):
        token = _ANSWERED.set((response.uuid, identifier if received is response else None))
        try:
            return await _stock_load_and_run(self, response=response, **kwargs)
        finally:
            _ANSWERED.reset(token)


async def _run(self: Any, execution: Any, *args: Any, **kwargs: Any) -> Any:
    if hasattr(execution, _STAND):
        return await _stock_run(self, execution, *args, **kwargs)
    # A new one: the first answer may come before it was ever stored.
    async with _claimed(self.storage, execution.uuid):
        return await _stock_run(self, execution, *args, **kwargs)


@asynccontextmanager
async def _claimed(storage: Any, uuid: UUID) -> AsyncIterator[None]:
    pool = getattr(storage, "database_pool", None)
    if pool is None or not hasattr(pool.client_cls, "claim"):
        yield
        return
    until = monotonic() + _PATIENCE
    # The claim is the session's, and stays with it when the client is back in the pool: the run itself needs one.
    async with pool.acquire() as client:
        claimed = await client.claim(uuid)
    while not claimed:
        # The answer to a request may come before the run that sent it has stored where it stands.
        if monotonic() > until:
            raise ConcurrentExecutionException(uuid, f"another replica has been going on with it for {_PATIENCE} s")
        await sleep(_PAUSE)
        async with pool.acquire() as client:
            claimed = await client.claim(uuid)
    try:
        yield
    finally:
        await client.release(uuid)


#: What the plug puts in. The version of what is stored goes in where its times do.
PATCHES = (
    Patch(DatabaseSagaExecutionRepository, "_load", _load),
    Patch(DatabaseSagaExecutionRepository, "delete", _delete),
    Patch(SagaManager, "_load_and_run", _load_and_run),
    Patch(SagaManager, "_run", _run),
    Patch(RequestExecutor, "_publish", _publish),
    Patch(SagaResponse, "from_message", classmethod(_from_message)),
)
