"""Stores as the tool finds them: damaged, empty, large, of another user; and left as they were."""

from __future__ import annotations

import json
import re
import shutil
from binascii import b2a_base64
from pathlib import Path
from typing import Any
from uuid import UUID

import lmdb
import pytest

from minos_saga_context import SagaContext
from minos_saga_context.cli import main
from tests.faults.test_costs import BOMBS
from tests.support.sagas.stores import made, stdin


def test_damaged_executions_do_not_hide_the_others(tmp_path: Path, capsys: Any) -> None:
    path = made(tmp_path / "store", SagaContext(a=1), "no base64!")
    with lmdb.open(str(path), max_dbs=1) as environment:
        table = environment.open_db(b"LocalState")
        with environment.begin(db=table, write=True) as transaction:
            transaction.put(b"\xffkey", b"no json")
            transaction.put(b"cut", b'{"context": "c2VjcmV0')
            transaction.put(b"torn", b'{"context": "c2VjcmV0\xff"}')
    assert main(["list", str(path)]) == 3
    out, err = capsys.readouterr()
    assert out.splitlines()[1].startswith(str(UUID(int=0))) and err.count("no execution") == 3 and "c2VjcmV0" not in err
    assert main(["check", str(path), "--contexts"]) == 1


@pytest.mark.parametrize(
    "raw",
    [
        {"definition": 5, "executed_steps": 5, "paused_step": 5, "user": {}},
        {
            "definition": {"steps": [1, {}, {"on_execute": 3}, {"on_execute": {"callback": None}}]},
            "executed_steps": [{}],
        },
        {"definition": {"steps": [{"if_then": [{}]}, {"if_then": 1}]}, "executed_steps": None, "status": []},
    ],
)
def test_a_damaged_definition_does_not_hide_the_context(raw: Any, tmp_path: Path, capsys: Any) -> None:
    path = made(tmp_path / "store", SagaContext(total=9.5), **raw)
    assert main(["show", str(path), "0"]) == 0
    assert "total: 9.5  float" in capsys.readouterr().out
    assert main(["list", str(path)]) == 0
    assert main(["check", str(path)]) == 1
    assert "its definition: " in capsys.readouterr().out


def test_contexts_as_deep_as_they_can_be(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    value: Any = 1
    for _ in range(200):
        value = (value,)
    data = SagaContext(value=value, other={"value": value}).avro_bytes
    for command in ("show", "export", "check"):
        stdin(monkeypatch, data)
        assert main([command, "-"]) == 0


def test_stores_of_many_executions(tmp_path: Path, capsys: Any) -> None:
    path = made(tmp_path / "store", *[SagaContext(n=n) for n in range(700)])
    assert main(["list", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["uuid"] for one in found] == [str(UUID(int=n)) for n in range(700)]
    assert main(["show", str(path), str(UUID(int=600))]) == 0
    assert "n: 600  int" in capsys.readouterr().out


def test_an_empty_store(tmp_path: Path, capsys: Any) -> None:
    with lmdb.open(str(tmp_path / "store"), max_dbs=1):
        pass
    assert main(["list", str(tmp_path / "store")]) == 0
    assert capsys.readouterr().out == "no executions\n"
    assert main(["check", str(tmp_path / "store")]) == 0
    assert main(["show", str(tmp_path / "store"), "0"]) == 3
    assert "there is no execution '0': the store holds none" in capsys.readouterr().err


def test_a_store_that_is_one_file(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "store.mdb"
    with lmdb.open(str(path), subdir=False, max_dbs=1) as environment:
        environment.open_db(b"LocalState")
    assert main(["check", str(path)]) == 0 and main(["list", str(path)]) == 0


def test_nothing_is_left_behind_in_the_store(store: Path, tmp_path: Path, capsys: Any) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(store / "data.mdb", copy)
    before = (copy / "data.mdb").read_bytes()
    for command in ("list", "check"):
        assert main([command, str(copy)]) == 0
    assert [it.name for it in copy.iterdir()] == ["data.mdb"] and (copy / "data.mdb").read_bytes() == before


def test_a_store_of_another_user(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise lmdb.Error("Permission denied")

    path = made(tmp_path / "store", SagaContext())
    monkeypatch.setattr(lmdb, "open", refuse)
    assert main(["list", str(path)]) == 3
    assert "Permission denied; run as the service's user" in capsys.readouterr().err


def test_prefixes_have_to_be_unique(tmp_path: Path, capsys: Any) -> None:
    path = made(tmp_path / "store", *[SagaContext() for _ in range(9)])
    assert main(["show", str(path), "00"]) == 3
    names = ", ".join(str(UUID(int=place)) for place in range(8))
    assert f"several executions begin with '00': {names}, ...\n" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["nulls", "deflated bytes", "nested arrays", "ints"])
def test_what_would_cost_too_much_is_not_shown(kind: str, tmp_path: Path, capsys: Any) -> None:
    bomb = BOMBS[kind]()
    path = made(tmp_path / "store", b2a_base64(bomb, newline=False).decode(), SagaContext(a=1))
    assert main(["list", str(path)]) == 0
    assert main(["list", str(path), "--where", "a=1"]) == 3
    assert "1 execution: 1 paused" in capsys.readouterr().out
    for more in ([], ["--json"]):
        assert main(["show", str(path), "00000000-0000-0000-0000-000000000000", *more]) == 3
        assert re.search("limit|deeply|cut off|cannot be read|error", capsys.readouterr().err)
