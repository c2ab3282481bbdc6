"""minos's database client for PostgreSQL: a connection that is opened when it is needed, and again when it was lost."""

from __future__ import annotations

from asyncio import CancelledError, Future, TimeoutError, ensure_future, wait
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from time import monotonic
from typing import Any, Callable, Optional, TypeVar
from uuid import UUID

from minos.common import CircuitBreakerMixin, ConnectionException, DatabaseClient, DatabaseClientException
from minos.common import IntegrityException as MinosIntegrityException
from minos.saga import SagaExecutionDatabaseOperationFactory
from psycopg import AsyncConnection, Error, IntegrityError, OperationalError, errors, pq
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from . import schema
from .dsn import options_of
from .operations import PostgresDatabaseOperation, PostgresSagaExecutionDatabaseOperationFactory

T = TypeVar("T")
#: What libpq knows: host, port, user, password, sslmode, sslrootcert, target_session_attrs, ...
_LIBPQ = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
#: What minos adds to what config.yml says of a database.
_MINOS = {"client", "name", "already_setup", "circuit_breaker_error_rate", "circuit_breaker_time"}
_REMEDY = (
    "Grant the role CREATE on the schema, or make the table by hand: `minos-saga-context schema` prints the statements."
)


class PostgresDatabaseClient(DatabaseClient, CircuitBreakerMixin[Exception]):
    """A client of PostgreSQL, for the executions of sagas.

    :param dsn: Where the database is, as ``postgresql://...`` or ``host=... dbname=...``.
    :param database: The name of the database.
    :param patience: For how many seconds a lost database is waited for before ``ConnectionException`` is raised.
    :param kwargs: Options of libpq, such as host, port, user, password and sslmode; and those of the circuit breaker.
    :raises TypeError: If there is an option that neither knows.
    :raises ValueError: If the DSN cannot be read.
    """

    def __init__(self, dsn: str = "", *args: Any, database: Optional[str] = None, patience: float = 30, **kwargs: Any):
        options = {name: kwargs.pop(name) for name in [*kwargs] if name in _LIBPQ}
        if unknown := sorted(kwargs.keys() - _MINOS):
            raise TypeError(f"Unknown options of the database: {', '.join(unknown)}. Name options as libpq does.")
        if database is not None:
            options["dbname"] = database
        self._conninfo = make_conninfo(**{**options_of(dsn), **options})
        super().__init__(*args, **kwargs, circuit_breaker_exceptions=(ConnectionException,))
        self._patience = patience
        self._connection: Optional[AsyncConnection[dict[str, Any]]] = None
        self._claims: set[UUID] = set()
        self._rows: list[Any] = []

    async def _destroy(self) -> None:
        await super()._destroy()
        await self._close()

    async def _reset(self, **kwargs: Any) -> None:
        self._rows = []

    async def _execute(self, operation: Any) -> None:
        if not isinstance(operation, PostgresDatabaseOperation):
            raise ValueError(f"The operation must be a {PostgresDatabaseOperation!r} instance. Obtained: {operation!r}")
        again = False

        async def execute() -> None:
            nonlocal again
            connection = await self._connected()
            was_run, again = again, True
            cursor = await connection.execute(operation.query, operation.parameters)
            if operation.refusal is not None and cursor.rowcount == 0 and not (was_run and operation.once):
                raise operation.refusal
            self._rows = [operation.build(row) for row in await cursor.fetchall()] if cursor.description else []

        await self._persist(execute)

    async def _fetch_all(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        rows, self._rows = self._rows, []
        for row in rows:
            yield row

    async def claim(self, uuid: UUID) -> bool:
        """Claim an execution, so that no other replica goes on with it until it is released, or this process dies.

        :param uuid: Its identifier.
        :return: ``False`` if it is claimed already.
        """
        # A session may take a lock twice.
        if uuid in self._claims:
            return False

        async def claim() -> bool:
            cursor = await (await self._connected()).execute(schema.CLAIM, {"key": _key(uuid)})
            (row,) = await cursor.fetchall()
            return bool(row["claimed"])

        if claimed := await self._persist(claim):
            self._claims.add(uuid)
        return claimed

    async def release(self, uuid: UUID) -> None:
        """Give up a claim.

        :param uuid: The identifier of the execution.
        :return: This method does not return anything.
        """
        if uuid in self._claims and self._connection is not None:
            self._claims.discard(uuid)
            try:
                await self._within_patience(self._connection.execute(schema.RELEASE, {"key": _key(uuid)}))
            except (Error, TimeoutError):
                # Its locks end with it.
                await self._close()

    async def _persist(self, fn: Callable[[], Awaitable[T]]) -> T:
        """Call a function for as long as the database is lost, and patience lasts."""
        end, why = monotonic() + self._patience, ""

        async def attempt() -> T:
            nonlocal why
            # Before Python 3.12, a cancellation may be lost in what is cancelled: then nobody else would end this.
            if monotonic() > end:
                raise TimeoutError
            try:
                return await self._try(fn)
            except ConnectionException as exc:
                why = f". {exc}"
                raise

        try:
            return await self._within_patience(self.with_circuit_breaker(attempt))
        except TimeoutError:
            raise ConnectionException(f"The database did not answer within {self._patience} seconds{why}") from None

    async def _within_patience(self, work: Awaitable[T]) -> T:
        """Wait for a statement, and no longer for a server that does not even take its cancellation."""
        task = ensure_future(work)
        try:
            await wait({task}, timeout=self._patience)
        except CancelledError:
            task.cancel()
            await wait({task}, timeout=self._patience)
            raise
        if task.done():
            return task.result()
        connection, self._connection = self._connection, None
        self._claims.clear()

        def end(task: Future[T]) -> None:
            if connection is not None:
                connection.pgconn.finish()
            # Nobody else asks how it ended.
            _ = task.cancelled() or task.exception()

        task.add_done_callback(end)
        task.cancel()
        raise TimeoutError

    async def _try(self, fn: Callable[[], Awaitable[T]]) -> T:
        was_open = self._connection is not None
        try:
            return await fn()
        except (OperationalError, errors.ReadOnlySqlTransaction) as exc:
            # Read-only: the server that was left behind by a failover.
            if self._connection is not None and not self._connection.closed and isinstance(exc, OperationalError):
                raise DatabaseClientException(f"The database failed: {exc}") from exc
            await self._close()
            if was_open:
                # It may have been lost long ago, while nobody looked.
                return await self._try(fn)
            raise ConnectionException(f"There is no connection to the database: {exc}") from exc
        except errors.UndefinedTable:
            await self._try(self._create)
            return await self._try(fn)
        except IntegrityError as exc:
            raise MinosIntegrityException(f"The database refused: {exc}") from exc
        except Error as exc:
            raise DatabaseClientException(f"The database refused: {exc}") from exc

    async def _connected(self) -> AsyncConnection[dict[str, Any]]:
        if self._connection is None:
            self._connection = await AsyncConnection.connect(self._conninfo, autocommit=True, row_factory=dict_row)
            await self._connection.execute(schema.ISOLATION)
        return self._connection

    async def _create(self) -> None:
        connection = await self._connected()
        try:
            async with connection.transaction():
                await connection.execute(schema.TURN)
                cursor = await connection.execute(schema.EXISTS)
                if (await cursor.fetchall()) == [{"found": False}]:
                    await connection.execute(schema.SCHEMA)
        except errors.InsufficientPrivilege as exc:
            raise DatabaseClientException(f"The table saga_execution is missing, and {exc}. {_REMEDY}") from exc

    async def _close(self) -> None:
        connection, self._connection = self._connection, None
        self._claims.clear()
        if connection is not None:
            with suppress(Error):
                await connection.close()


def _key(uuid: UUID) -> int:
    """Give the key of an advisory lock: 64 bits, with a sign."""
    return int.from_bytes(uuid.bytes[8:], "big", signed=True)


PostgresDatabaseClient.set_factory(SagaExecutionDatabaseOperationFactory, PostgresSagaExecutionDatabaseOperationFactory)
