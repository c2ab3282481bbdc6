"""What minos's repository of executions asks of PostgreSQL."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from typing import Any, Callable, Optional, Union
from uuid import UUID, uuid4

from minos.common import DatabaseOperation, MinosJsonBinaryProtocol
from minos.saga import SagaExecutionDatabaseOperationFactory

from ..exceptions import ConcurrentExecutionException
from . import schema
from .columns import columns_of


class PostgresDatabaseOperation(DatabaseOperation):
    """A statement.

    :param query: The SQL.
    :param parameters: Its parameters.
    :param build: Turns a row into what is fetched.
    :param refusal: What to raise if no row was there to be changed.
    :param once: Whether no row is there either if the statement is run again after it was done.
    """

    def __init__(
        self,
        query: str,
        parameters: Mapping[str, Any],
        *args: Any,
        build: Callable[[dict[str, Any]], Any] = dict,
        refusal: Optional[Exception] = None,
        once: bool = False,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.query = query
        self.parameters = parameters
        self.build = build
        self.refusal = refusal
        self.once = once


class PostgresSagaExecutionDatabaseOperationFactory(SagaExecutionDatabaseOperationFactory):
    """Builds the statements.

    The version of an execution is carried along by what the plug adds to minos's repository.
    """

    #: The plug keeps the versions of what is loaded from such a factory's table.
    has_versions = True

    def build_store(
        self,
        uuid: Union[UUID, str],
        *,
        version: Optional[UUID] = None,
        new: Optional[UUID] = None,
        awaits: Optional[UUID] = None,
        **kwargs: Any,
    ) -> DatabaseOperation:
        """Build the statement that stores an execution.

        :param uuid: The identifier of the execution.
        :param version: The version that it was loaded with, and that still has to stand in the table; ``None`` for an
            execution that was never loaded, which replaces whatever stands there.
        :param new: The version that it gets.
        :param awaits: The identifier of the message that it waits for an answer to.
        :param kwargs: The raw execution.
        :return: The operation.
        """
        context = a2b_base64(kwargs.pop("context"))
        parameters = {
            "uuid": UUID(str(uuid)),
            "version": version,
            "new": new or uuid4(),
            "awaits": awaits,
            "context": context,
            "execution": MinosJsonBinaryProtocol.encode(kwargs).decode(),
            **columns_of(kwargs, context),
        }
        if version is None:
            return PostgresDatabaseOperation(schema.REPLACE, parameters)
        return PostgresDatabaseOperation(schema.UPDATE, parameters, refusal=_stale(uuid))

    def build_load(self, uuid: UUID) -> DatabaseOperation:
        """Build the statement that loads an execution.

        :param uuid: Its identifier.
        :return: The operation.
        """

        def build(row: dict[str, Any]) -> dict[str, Any]:
            context = b2a_base64(row["context"], newline=False).decode()
            return {**row.pop("execution"), **row, "uuid": str(uuid), "context": context}

        return PostgresDatabaseOperation(schema.LOAD, {"uuid": uuid}, build=build)

    def build_delete(self, uuid: UUID, version: Optional[UUID] = None) -> DatabaseOperation:
        """Build the statement that deletes an execution.

        :param uuid: Its identifier.
        :param version: The version that it was loaded with; ``None`` deletes any.
        :return: The operation.
        """
        if version is None:
            return PostgresDatabaseOperation(schema.DELETE, {"uuid": uuid})
        parameters = {"uuid": uuid, "version": version}
        return PostgresDatabaseOperation(schema.DELETE_VERSION, parameters, refusal=_stale(uuid), once=True)


def _stale(uuid: Union[UUID, str]) -> ConcurrentExecutionException:
    return ConcurrentExecutionException(uuid, "another replica has stored or finished it since it was loaded here")
