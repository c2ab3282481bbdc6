"""``check``: what loads, what would not, and what a stock service would see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from minos_saga_context import SagaContext, is_active
from minos_saga_context.cli import main
from tests.support.sagas import stores
from tests.support.sagas.stores import made, stdin


def test_check(store: Path, capsys: Any) -> None:
    assert main(["check", str(store)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{stores.RESERVING}  loads"
    assert "  a stock service would see  items[0].price: 9.5 -> 9" in lines
    assert lines[-1] == "3 executions: 3 load, 0 would not; 3 differ for a stock service"
    assert is_active()


def test_check_finds_what_would_not_load(tmp_path: Path, capsys: Any) -> None:
    definition = {"steps": [{"cls": "nowhere.Step"}], "committed": True}
    good, text = SagaContext(a="x"), SagaContext(a=1).avro_str
    path = made(tmp_path / "store", good, text[:-8], definition=definition, executed_steps=[], paused_step=None)
    assert main(["check", str(path), "--contexts"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("  loads") and lines[1].endswith("  would not load") and "its context: " in lines[2]
    assert lines[3] == "2 executions: 1 load, 1 would not; 0 differ for a stock service"
    assert main(["check", str(path), "--json"]) == 1
    first, _ = json.loads(capsys.readouterr().out)
    assert first["loads"] is False and first["problem"].startswith("its definition: ") and first["stock"] == []


def test_check_of_a_file(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, SagaContext(order={"n": 1, "vip": True}).avro_str.encode())
    assert main(["check", "-"]) == 0
    assert "order.vip: True -> 1" in capsys.readouterr().out
