"""The tool on a database: the same as on LMDB, by a role that may only read; what is not there is told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from minos_saga_context import SagaContext
from minos_saga_context.cli import main
from tests.support.postgres import role, sql, with_options
from tests.support.sagas import stores


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stores.fill(tmp_path_factory.mktemp("shop") / "sagas.lmdb")


def output(capsys: Any, *arguments: str) -> tuple[int, str]:
    code = main([*arguments])
    return code, capsys.readouterr().out


def test_the_tool_shows_the_same_of_both(store: Path, dsn: str, capsys: Any) -> None:
    assert main(["copy", str(store), dsn]) == 0
    with role(dsn) as name:
        sql(dsn, f"GRANT SELECT ON saga_execution TO {name}")
        reader = with_options(dsn, user=name, password=name)
        capsys.readouterr()
        for command, *rest in (
            ("list", "--status", "paused"),
            ("show", str(stores.CHARGING)),
            ("show", str(stores.CHARGING)[:6], "--json", "--reveal"),
            ("diff", str(stores.RESERVING), str(stores.CHARGING)),
            ("export", str(stores.REFUSED)),
            ("check",),
        ):
            # How much a store takes, and for how long, is its own; between two looks at an age a second may pass.
            got, expected = (
                [
                    line
                    for line in output(capsys, command, path, *rest)[1].splitlines()
                    if not re.search('size|"age"', line)
                ]
                for path in (reader, str(store))
            )
            if command == "list":
                got, expected = ([line.split()[0] for line in lines] for lines in (got, expected))
            assert got == expected and expected, command


def test_what_is_not_there(dsn: str, capsys: Any) -> None:
    assert output(capsys, "list", dsn) == (0, "no executions\n")
    for uuid in ("7", "no uuid", str(UUID(int=7))):
        assert main(["show", dsn, uuid]) == 3
        assert f"there is no execution {uuid!r}" in capsys.readouterr().err
    assert main(["show", dsn]) == 2


def test_many(dsn: str, tmp_path: Path, capsys: Any) -> None:
    path = stores.made(tmp_path / "store", *(SagaContext(n=place) for place in range(600)))
    assert main(["copy", str(path), dsn]) == 0
    sql(dsn, "UPDATE saga_execution SET status = 'errored' WHERE fields @> '{\"n\": 77}'")
    capsys.readouterr()
    assert len(output(capsys, "list", dsn)[1].splitlines()) == 602
    assert len(output(capsys, "list", dsn, "--status", "paused")[1].splitlines()) == 601
    assert "n: 599" in output(capsys, "show", dsn, str(UUID(int=599)))[1]


def test_the_printed_statements_make_the_table(dsn: str, capsys: Any) -> None:
    code, statements = output(capsys, "schema")
    assert code == 0
    for _ in range(2):
        sql(dsn, statements)
    assert sql(dsn, "SELECT count(*) FROM saga_execution") == [(0,)]
