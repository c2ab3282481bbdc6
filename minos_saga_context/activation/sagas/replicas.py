"""Executions that several replicas share: what minos's manager and repository do not carry along by themselves.

A client that has ``claim`` lets one replica alone go on with an execution; a factory that has ``has_versions`` stores
it under the version that it was loaded with, and remembers the answers that were taken. Others, such as LMDB's, see no
difference.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, Optional
from uuid import UUID, uuid4

from minos.common import ProgrammingException
from minos.saga import (
    DatabaseSagaExecutionRepository,
    SagaExecution,
    SagaExecutionNotFoundException,
    SagaManager,
    SagaResponse,
)

from ...exceptions import ConcurrentExecutionException
from ..patching import Patch

#: The attribute of an execution that tells the version of what was loaded or stored last, and the answer it was for.
_STAND = "_stand"
#: The answer that was made of a message last, and the message's identifier: minos's answers have no place for it.
_RECEIVED: ContextVar[tuple[Any, Optional[UUID]]] = ContextVar("received", default=(None, None))
#: The execution that goes on here, and the identifier of the answer.
_TAKEN: ContextVar[tuple[Any, Optional[UUID]]] = ContextVar("taken", default=(None, None))


_stock_load = DatabaseSagaExecutionRepository._load
_stock_delete = DatabaseSagaExecutionRepository.delete
_stock_load_and_run = SagaManager._load_and_run
_stock_from_message: Any = vars(SagaResponse)["from_message"]


def _has_versions(repository: Any) -> bool:
    return getattr(repository.database_operation_factory, "has_versions", False)


def version_of(repository: Any, execution: Any) -> dict[str, Any]:
    """Give what a factory that has versions is to be told besides the raw execution.

    :param repository: The repository.
    :param execution: The execution that is stored there.
    :return: The version that it was loaded with, the new one, and the answer that it goes on with.
    """
    if not _has_versions(repository):
        return {}
    version, answer = getattr(execution, _STAND, (None, None))
    return {"version": version, "new": uuid4(), "answer": answer}


def keep_version(execution: Any, version: dict[str, Any]) -> None:
    """Keep the version that was stored."""
    if version:
        setattr(execution, _STAND, (version["new"], None))


async def _load(self: Any, uuid: UUID) -> Any:
    if not _has_versions(self):
        return await _stock_load(self, uuid)
    try:
        raw = await self.execute_on_database_and_fetch_one(self.database_operation_factory.build_load(uuid))
    except ProgrammingException:
        raise SagaExecutionNotFoundException(f"The execution identified by {uuid} was not found.") from None
    version, answers = raw.pop("version"), raw.pop("answers")
    going_on, answer = _TAKEN.get()
    if going_on == uuid and answer in answers:
        raise ConcurrentExecutionException(uuid, "this answer was delivered before, and taken")
    execution = SagaExecution.from_raw(raw)
    setattr(execution, _STAND, (version, answer if going_on == uuid else None))
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


async def _load_and_run(self: Any, response: Any, **kwargs: Any) -> Any:
    received, identifier = _RECEIVED.get()
    async with _claimed(self.storage, response.uuid):
        token = _TAKEN.set((response.uuid, identifier if received is response else None))
        try:
            return await _stock_load_and_run(self, response=response, **kwargs)
        finally:
            _TAKEN.reset(token)


@asynccontextmanager
async def _claimed(storage: Any, uuid: UUID) -> AsyncIterator[None]:
    pool = getattr(storage, "database_pool", None)
    if pool is None or not hasattr(pool.client_cls, "claim"):
        yield
        return
    # The claim is the session's, and stays with it when the client is back in the pool: the run itself needs one.
    async with pool.acquire() as client:
        if not await client.claim(uuid):
            raise ConcurrentExecutionException(uuid, "another replica goes on with it at this moment")
    try:
        yield
    finally:
        await client.release(uuid)


#: What the plug puts in. The version of what is stored goes in where its times do.
PATCHES = (
    Patch(DatabaseSagaExecutionRepository, "_load", _load),
    Patch(DatabaseSagaExecutionRepository, "delete", _delete),
    Patch(SagaManager, "_load_and_run", _load_and_run),
    Patch(SagaResponse, "from_message", classmethod(_from_message)),
)
