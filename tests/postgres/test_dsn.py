"""DSNs: what they say is found, and no error tells a password."""

import re
from traceback import format_exception_only
from typing import Any
from uuid import UUID

import pytest
from minos.common import ConnectionException

from minos_saga_context.cli import main
from minos_saga_context.postgres import PostgresDatabaseClient
from minos_saga_context.postgres.dsn import options_of
from minos_saga_context.postgres.store import name_of
from tests.support.postgres import client, with_options


def test_what_a_dsn_says() -> None:
    expected = {"user": "shop", "password": "p@s:s/w?o#r%d", "host": "db", "port": "5", "dbname": "a@b"}
    assert options_of("postgresql://shop:p%40s%3As%2Fw%3Fo%23r%25d@db:5/a%40b") == expected
    assert options_of("host=db port=5 user=shop dbname=a@b password='p@s:s/w?o#r%d'") == expected
    assert options_of("postgresql://shop@%2Frun%2Fpostgres/?application_name=a@b") == {
        "user": "shop",
        "host": "/run/postgres",
        "application_name": "a@b",
    }
    assert options_of("") == {}


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://shop:se@cret@127.0.0.1/shop",
        "postgresql://shop:se/cret@127.0.0.1/shop",
        "postgresql://shop:se%zzcret@127.0.0.1/shop",
        "postgres://shop:secret@127.0.0.1/shop?no_such_option=cret",
        "host=127.0.0.1 password=se cret",
        "host=127.0.0.1 password='secret",
    ],
)
def test_a_dsn_that_cannot_be_read_is_not_quoted(dsn: str, capsys: Any) -> None:
    with pytest.raises(ValueError, match="percent-encoded") as caught:
        PostgresDatabaseClient(dsn)
    assert "cret" not in "".join(format_exception_only(caught.type, caught.value))
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    if dsn.startswith("postgres"):
        assert main(["list", dsn]) == 3
        assert re.match("minos-saga-context: the database: The DSN cannot be read", err := capsys.readouterr().err)
        assert "cret" not in err


def test_a_database_is_named_without_what_is_secret() -> None:
    found = name_of("postgresql://shop:a@db/shop?sslpassword=b&port=5")
    assert found == "user=shop dbname=shop host=db port=5"


async def test_a_database_that_stays_away_says_why(dsn: str) -> None:
    away = with_options(dsn, dbname="no_such_database")
    async with client(away, patience=0.3) as found:
        with pytest.raises(ConnectionException, match=r'within 0\.3 seconds\. .*"no_such_database" does not exist'):
            await found.claim(UUID(int=7))
