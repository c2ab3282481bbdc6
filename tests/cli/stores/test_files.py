"""Files in place of a store: exports, snapshots, and Avro files that are not ours."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import fastavro
import pytest

from minos_saga_context import ContextSnapshot, SagaContext
from minos_saga_context.cli import main
from tests.support.sagas import stores
from tests.support.sagas.stores import stdin


@pytest.fixture
def export(store: Path, tmp_path: Path) -> str:
    path = str(tmp_path / "one.json")
    assert main(["export", str(store), "9e", "--reveal", "-o", path]) == 0
    return path


def test_an_export_is_shown_as_the_execution(export: str, store: Path, capsys: Any) -> None:
    assert main(["show", str(store), "9e"]) == 0
    shown = capsys.readouterr().out
    assert main(["show", export]) == 0
    assert capsys.readouterr().out == shown and str(stores.REFUSED) in shown
    assert main(["show", str(store), "9e", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert main(["show", export, "--json"]) == 0
    assert {**json.loads(capsys.readouterr().out), "age": shown["age"]} == shown


def test_an_export_is_checked_by_its_name(export: str, capsys: Any) -> None:
    assert main(["check", export]) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == f"{stores.REFUSED}  loads"
    assert second == "  minos_saga_context.example  errored  3/4 charge_order"
    assert main(["check", export, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["uuid"], told["status"], told["step"]) == (str(stores.REFUSED), "errored", "3/4 charge_order")


def test_an_export_that_somebody_wrote(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"uuid": [1], "status": {"\x1b": 1}, "steps": [1, {"name": "\x1b[1m"}], "started": 5, "size": "x"}
    stdin(monkeypatch, json.dumps({**told, "avro": SagaContext(a=1).avro_str}).encode())
    assert main(["show", "-"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out and "a: 1  int" in out and "step 1  \\x1b[1m: -" in out


def test_a_snapshot_tells_its_moment(tmp_path: Path, capsys: Any) -> None:
    snapshot = ContextSnapshot.take(SagaContext(n=1), "reserve")
    (tmp_path / "one.json").write_text(snapshot.to_json())
    assert main(["show", str(tmp_path / "one.json")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["step       reserve", f"timestamp  {snapshot.timestamp}"]


def file(*contexts: SagaContext, codec: str = "null") -> bytes:
    schema = fastavro.reader(BytesIO(SagaContext(a=1).avro_bytes)).writer_schema
    assert schema is not None
    fastavro.writer(found := BytesIO(), schema, [dict(one) for one in contexts], codec=codec)
    return found.getvalue()


@pytest.mark.parametrize("command", ["show", "check", "export"])
@pytest.mark.parametrize(
    ("data", "told"),
    [
        (file(SagaContext(a=1), codec="bzip2"), "The codec 'bzip2' is not supported: write the file with 'deflate'"),
        (file(SagaContext(a=1)).replace(b"\x08null", b"\x0csnappy"), "The codec 'snappy' is not supported"),
        (file(), "file holds 0"),
        (file(SagaContext(a=1), SagaContext(a=2)), "file holds 2"),
    ],
    ids=["bzip2", "snappy", "none", "two"],
)
def test_avro_files_that_are_no_context(
    command: str, data: bytes, told: str, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin(monkeypatch, data)
    assert main([command, "-"]) == (1 if command == "check" else 3)
    out, err = capsys.readouterr()
    assert told in (out if command == "check" else err)
    assert ("a: " not in out and "batch_mode=True" in (out + err)) or "codec" in told
