"""Reads the table of executions for the tool, also while services run; and writes copies there."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Optional
from uuid import UUID

from minos.common import DatabaseClientException, MinosJsonBinaryProtocol
from psycopg import Connection, Error, errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row

from . import schema
from .operations import PostgresSagaExecutionDatabaseOperationFactory
from .schema import SCHEMA

__all__ = ["SCHEMA", "PostgresStore", "name_of"]

#: Executions that are read in one statement.
_BATCH = 256


class PostgresStore:
    """A database that is open.

    :param connection: The connection.
    :param name: What to call it.
    """

    def __init__(self, connection: Connection[dict[str, Any]], name: str):
        self._connection = connection
        self.name = name

    @classmethod
    @contextmanager
    def open(cls, dsn: str, writes: bool = False) -> Iterator[PostgresStore]:
        """Open a database.

        :param dsn: Where it is.
        :param writes: Whether to write there, and to make the table if it is missing; else it is enough to read.
        :return: The store.
        :raises DatabaseClientException: If it cannot be opened or read.
        """
        try:
            with Connection.connect(dsn, autocommit=True, row_factory=dict_row) as connection:
                if not writes:
                    connection.execute("SET default_transaction_read_only = on")
                elif connection.execute(schema.EXISTS).fetchall() == [{"found": False}]:
                    with connection.transaction():
                        connection.execute(schema.TURN)
                        connection.execute(SCHEMA)
                yield cls(connection, name_of(dsn))
        except Error as exc:
            raise DatabaseClientException(str(exc).strip()) from exc

    def __len__(self) -> int:
        return int(next(self._rows("SELECT count(*) AS count FROM saga_execution", {}), {"count": 0})["count"])

    def items(self, prefix: str = "", status: Optional[str] = None) -> Iterator[tuple[str, bytes]]:
        """Read executions, some at a time.

        :param prefix: What their identifiers begin with.
        :param status: Their status; by default, any.
        :return: Their identifiers, and what another store would hold.
        """
        digits = prefix.replace("-", "")
        try:
            low, high = (UUID(digits.ljust(32, fill)) for fill in "0f")
        except ValueError:
            return
        found, after = True, None
        while found:
            found = False
            bounds = {"low": low, "high": high, "after": after, "status": status, "batch": _BATCH}
            for row in self._rows(schema.LIST, bounds):
                found, after = True, row["uuid"]
                if str(after).startswith(prefix):
                    context = b2a_base64(row["context"], newline=False).decode()
                    raw = {**row["execution"], "uuid": str(after), "context": context}
                    yield str(after), MinosJsonBinaryProtocol.encode(raw)

    def put(self, key: str, raw: dict[str, Any]) -> None:
        """Store an execution, unless one is there.

        :param key: Its identifier.
        :param raw: The raw execution.
        :return: This method does not return anything.
        """
        operation = PostgresSagaExecutionDatabaseOperationFactory().build_store(**{**raw, "uuid": key})
        self._connection.execute(schema.KEEP, operation.parameters)

    def _rows(self, query: str, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        try:
            yield from self._connection.execute(query, parameters).fetchall()
        except errors.UndefinedTable:
            # No service has ever stored an execution.
            return


def name_of(dsn: str) -> str:
    """Name a database without its password.

    :param dsn: Where it is.
    :return: Such as ``user=shop dbname=shop host=db``.
    """
    try:
        options: dict[str, Any] = {**conninfo_to_dict(dsn), "password": None}
        return make_conninfo(**options)
    except Error:
        return "the database"
