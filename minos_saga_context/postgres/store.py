"""Reads the table of executions for the tool, also while services run; and writes copies there."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Optional
from uuid import UUID

from minos.common import DatabaseClientException, MinosJsonBinaryProtocol
from psycopg import Connection, Error, errors
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from . import schema
from .dsn import SECRET, options_of
from .narrowing import parameters
from .operations import PostgresSagaExecutionDatabaseOperationFactory
from .schema import SCHEMA

__all__ = ["SCHEMA", "PostgresStore", "name_of"]

#: Executions that are read in one statement, and heads, which are small.
_BATCH, _HEADS = 256, 4096
_LOWEST, _HIGHEST = UUID(int=0), UUID(int=(1 << 128) - 1)


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
            conninfo = make_conninfo(**options_of(dsn))
        except ValueError as exc:
            raise DatabaseClientException(str(exc)) from None
        try:
            with Connection.connect(conninfo, autocommit=True, row_factory=dict_row) as connection:
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

    def items(self, prefix: str = "", narrow: Optional[dict[str, Any]] = None) -> Iterator[tuple[str, bytes]]:
        """Read executions, some at a time.

        :param prefix: What their identifiers begin with.
        :param narrow: See :func:`.narrowing.parameters`; what does not meet it may be left out.
        :return: Their identifiers, and what another store would hold.
        """
        digits = prefix.replace("-", "")
        try:
            low, high = (UUID(digits.ljust(32, fill)) for fill in "0f")
        except ValueError:
            return
        for row in self._batches(schema.LIST, {**parameters(narrow), "low": low, "high": high, "batch": _BATCH}):
            if (uuid := str(row["uuid"])).startswith(prefix):
                yield uuid, _value_of(row)

    def heads(self, narrow: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Read what stands in the columns of executions, without their contexts.

        :param narrow: See :meth:`items`.
        :return: The columns.
        """
        return self._batches(schema.HEADS, {**parameters(narrow), "low": _LOWEST, "high": _HIGHEST, "batch": _HEADS})

    def get(self, keys: list[str]) -> dict[str, bytes]:
        """Read executions by their identifiers.

        :param keys: The identifiers.
        :return: What another store would hold of those that are there.
        """
        rows = self._rows(schema.GET, {"uuids": [UUID(key) for key in keys]})
        return {str(row["uuid"]): _value_of(row) for row in rows}

    def put(self, key: str, raw: dict[str, Any]) -> None:
        """Store an execution, unless one is there.

        :param key: Its identifier.
        :param raw: The raw execution.
        :return: This method does not return anything.
        :raises ValueError: If what should be an identifier is none.
        """
        awaits = {"awaits": UUID(str(raw["awaits"]))} if "awaits" in raw else {}
        operation = PostgresSagaExecutionDatabaseOperationFactory().build_store(**{**raw, **awaits, "uuid": key})
        self._connection.execute(schema.KEEP, operation.parameters)

    def _batches(self, query: str, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Ask again and again, so that no transaction lasts as long as somebody reads what is shown."""
        after = None
        while rows := list(self._rows(query, {**parameters, "after": after})):
            yield from rows
            after = rows[-1]["uuid"]

    def _rows(self, query: str, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        try:
            yield from self._connection.execute(query, parameters).fetchall()
        except errors.UndefinedTable:
            # No service has ever stored an execution.
            return


def _value_of(row: dict[str, Any]) -> bytes:
    context = b2a_base64(row["context"], newline=False).decode()
    awaits = {"awaits": str(row["awaits"])} if row["awaits"] else {}
    raw = {**row["execution"], **awaits, "uuid": str(row["uuid"]), "context": context}
    value: bytes = MinosJsonBinaryProtocol.encode(raw)
    return value


def name_of(dsn: str) -> str:
    """Name a database without its passwords.

    :param dsn: Where it is.
    :return: Such as ``user=shop dbname=shop host=db``.
    """
    try:
        return make_conninfo(**{name: option for name, option in options_of(dsn).items() if name not in SECRET})
    except ValueError:
        return "the database"
