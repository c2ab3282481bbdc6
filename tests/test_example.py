"""The store to try the tool on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from minos_saga_context import SagaContext, example
from minos_saga_context.cli import main
from tests.support.docs import ROOT
from tests.support.sagas.stores import made


def test_it_is_made_once(tmp_path: Path, capsys: Any) -> None:
    command = [sys.executable, "-m", "minos_saga_context.example", str(path := tmp_path / "sagas.lmdb")]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == f"{path} holds 3 executions to try the tool on: minos-saga-context list {path}\n"
    assert done.stderr == ""
    before = (path / "data.mdb").read_bytes()
    example.fill(str(path))
    assert (path / "data.mdb").read_bytes() == before
    assert main(["check", str(path), "--json"]) == 0
    assert [one["loads"] for one in json.loads(capsys.readouterr().out)] == [True] * 3
    assert main(["list", str(path), "--json"]) == 0
    found = {(one["status"], one["step"]) for one in json.loads(capsys.readouterr().out)}
    assert found == {("paused", "2/4 reserve_items"), ("paused", "3/4 charge_order"), ("errored", "3/4 charge_order")}
    assert main(["show", str(path), "9e"]) == 0
    assert "step 2  reserve_items: compensated\nstep 3  charge_order: errored\n" in capsys.readouterr().out


def test_it_is_not_put_among_others(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    path = made(tmp_path / "sagas.lmdb", SagaContext(a=1))
    monkeypatch.setattr(sys, "argv", ["example", str(path)])
    assert example.main() == 3
    assert "other executions are there" in capsys.readouterr().err
    assert main(["list", str(path)]) == 0
    assert str(example.RESERVING) not in capsys.readouterr().out
