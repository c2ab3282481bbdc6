"""Which executions, and in which order: the same of both kinds of stores, in ``list``, ``check`` and ``export``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import lmdb
import pytest
from minos.saga import SagaStatus

from minos_saga_context import SagaContext
from minos_saga_context.cli import main
from minos_saga_context.cli.selection import selection
from tests.support.postgres import database
from tests.support.process import run
from tests.support.sagas import stores
from tests.support.sagas.stores import made

R, C, E = (str(uuid) for uuid in (stores.RESERVING, stores.CHARGING, stores.REFUSED))
#: What is asked for, and what is found: of three, that are 3 h, 2 d and 20 min old.
ASKED = {
    "": [C, R, E],
    "--status paused": [C, R],
    "--status created": [],
    "--saga minos_saga_context.example": [C, R, E],
    "--saga *.example": [C, R, E],
    "--saga order": [],
    "--step charge_order": [C, E],
    "--step res*": [R],
    "--older-than 2h": [C, R],
    "--older-than 1.5d": [C],
    "--older-than 900s": [C, R, E],
    "--older-than 25min --status errored": [],
    "--where total>23": [E],
    "--where reservation --sort uuid": [C, E],
    "--reverse": [E, R, C],
    "--sort uuid": [R, C, E],
    "--sort uuid --reverse --limit 2": [E, C],
    "--sort uuid --limit 1": [R],
    "--sort size": [C, E, R],
    "--sort status --limit 1": [E],
    "--sort step": [R, C, E],
    "--sort stored": [R, C, E],
    "--sort saga": [R, C, E],
    "--limit 0": [],
    "--limit 1 --where customer": [C],
}


@pytest.fixture(scope="module")
def both(store: Path) -> Any:
    with database() as dsn:
        assert main(["copy", str(store), dsn]) == 0
        yield str(store), dsn


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_asked_for_is_found(asked: str, both: Any, capsys: Any) -> None:
    for path in both:
        assert main(["list", path, *asked.split()]) == 0
        lines = capsys.readouterr().out.splitlines()[1:-1]
        assert [line.split()[0] for line in lines] == ASKED[asked], path
        assert main(["list", path, *asked.split(), "--json"]) == 0
        assert [one["uuid"] for one in json.loads(capsys.readouterr().out)] == ASKED[asked]


@pytest.mark.parametrize("command", ["check", "export"])
def test_other_commands_ask_in_the_same_way(command: str, both: Any, capsys: Any) -> None:
    asked = [
        "--step",
        "charge*",
        "--older-than",
        "10min",
        "--where",
        "total>1",
        "--sort",
        "age",
        "--limit",
        "5",
        "--json",
    ]
    for path in both:
        assert main([command, path, *asked]) == 0
        out = capsys.readouterr().out
        found = json.loads(out) if command == "check" else [json.loads(line) for line in out.splitlines()]
        assert [one["uuid"] for one in found] == [C, E]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--status", "nonsense"], ", ".join(f"'{status.value}'" for status in SagaStatus)),
        (["--older-than", "2"], "no duration such as 90s, 30min, 2h"),
        (["--older-than", "h"], "no duration"),
        (["--older-than", "9999999w"], "no duration"),
        (["--older-than", "nand"], "no duration"),
        (["--sort", "colour"], "age"),
        (["--limit", "-1"], "no number"),
        (["--limit", "x"], "no number of executions"),
    ],
)
@pytest.mark.parametrize("command", ["list", "check", "export"])
def test_what_cannot_be_asked_is_told(command: str, arguments: list[str], message: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "/nowhere", *arguments])
    err = capsys.readouterr().err
    assert caught.value.code == 2 and message.replace("'", "") in err.replace("'", "")


def test_contexts_are_read_when_they_are_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path / "store", *[SagaContext(n=n) for n in range(30)])
    reads: list[int] = []
    from minos_saga_context.cli.stores.sources import open_store

    monkeypatch.setattr(selection, "_BATCH", 10)
    with open_store(str(path)) as store:
        get = store.get
        monkeypatch.setattr(store, "get", lambda keys: reads.append(len(keys)) or get(keys))
        found = selection.Selection(sort="age").executions(store, lambda *_: None)
        assert reads == [] and next(found).name == str(UUID(int=0)) and reads == [10]
        # One that finishes meanwhile is left out. No process may open a store twice: the service is another one.
        finishes = f"""
import json, lmdb
with lmdb.open({str(path)!r}, max_dbs=1) as service, service.begin(write=True) as transaction:
    table = service.open_db(b"LocalState", transaction)
    print(json.dumps(transaction.delete({str(UUID(int=15))!r}.encode(), db=table)))
"""
        assert run(finishes) is True
        assert [UUID(one.name).int for one in found] == [n for n in range(1, 30) if n != 15]


def test_a_key_that_is_no_text(tmp_path: Path, capsys: Any) -> None:
    path = made(tmp_path / "store", SagaContext(n=1), status="\x1b[2J")
    with lmdb.open(str(path), max_dbs=1) as environment:
        table = environment.open_db(b"LocalState")
        with environment.begin(db=table, write=True) as transaction:
            transaction.put(b"\xff\x1b[2J", transaction.get(str(UUID(int=0)).encode()))
            transaction.put(b"\xff\x1b[3J", b"{")
    for command in ("list", "list --wide", "list --json", "stats", "check --contexts", "export", "export --format csv"):
        name, *more = command.split()
        main([name, str(path), *more, *([] if name == "stats" else ["--sort", "age"])])
        out, err = capsys.readouterr()
        assert "2 executions: 2" in out or "2J" in out
        assert "\x1b" not in out + err or command.endswith("csv"), command


def test_what_is_nested_deeply_hides_no_others(tmp_path: Path, capsys: Any) -> None:
    text = SagaContext(n=1).avro_str
    raw: dict[str, Any] = {"context": text, "status": "paused"}
    for _ in range(400):
        raw = {"context": text, "definition": {"steps": [{}]}, "paused_step": {"inner": raw}}
    path = made(tmp_path / "store", SagaContext(n=2))
    with lmdb.open(str(path), max_dbs=1) as environment, environment.begin(write=True) as transaction:
        table = environment.open_db(b"LocalState", transaction)
        transaction.put(b"deep", json.dumps(raw).encode(), db=table)
        transaction.put(b"deeper", b'{"context":' * 100_000, db=table)
    for command in ("list", "stats", "export"):
        assert main([command, str(path)]) == 3
        out, err = capsys.readouterr()
        assert "paused" in out and "1/1 -" in out and "deeper" in err
