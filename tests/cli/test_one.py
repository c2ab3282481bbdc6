"""What ``show`` shows of an execution: parts of its context, folded, and the step that failed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from minos_saga_context import SagaContext
from minos_saga_context.cli import main
from tests.support.sagas.stores import made, stdin


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("items[0].price", "items[0].price: 9.5  float\n"),
        ("items[].price", "items[].price: 9.5  float\nitems[].price: 4.0  float\n"),
        ('customer["name"]', "customer[\"name\"]: 'John Doe'  str\n"),
        ("reservation", "reservation  dict, 2\n├── boxes: 2  int\n└── code: '0012345'  str\n"),
        ("card.number", "card.number: ***\n"),
    ],
)
def test_a_part(path: str, shown: str, store: Path, capsys: Any) -> None:
    assert main(["show", str(store), "5c", path]) == 0
    assert capsys.readouterr().out == shown
    assert main(["export", str(store), "5c", "--reveal", "-o", str(store / "../one.json")]) == 0
    assert main(["show", str(store / "../one.json"), path]) == 0
    assert capsys.readouterr().out == shown


def test_a_part_for_machines(store: Path, capsys: Any) -> None:
    for path, value in (("items[].price", [9.5, 4.0]), ("customer.id", "cust_456"), ("card", "***")):
        assert main(["show", str(store), "5c", path, "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == value
    assert main(["show", str(store), "5c", "card.number", "--reveal"]) == 0
    assert capsys.readouterr().out == "card.number: '4111 1111 1111 1111'  str\n"


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        ("items[2].price", 3, "there is nothing at items[2].price. In items there is [0], [1]"),
        ("customer.nam", 3, "In customer there is id, name, orders, premium"),
        ("order_id.x", 3, "In order_id there is nothing"),
        ("items[", 2, "no path such as"),
    ],
)
def test_a_part_that_is_not_there(path: str, code: int, told: str, store: Path, capsys: Any) -> None:
    assert main(["show", str(store), "5c", path]) == code
    out, err = capsys.readouterr()
    assert out == "" and told in err and err.count("\n") == 1


def test_long_contexts_are_folded(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    data = SagaContext(items=[{"n": n} for n in range(30)], deep={"a": {"b": 1}}, text="x" * 999).avro_bytes
    for arguments, told, not_told in (
        ([], "... 10 more: --all shows them", "n: 25"),
        (["--all"], "n: 25  int", "more"),
        (["--depth", "2"], "a  dict, 1 ...", "b: 1"),
        (["items", "--depth", "1"], "0  dict, 1 ...", "n: "),
    ):
        stdin(monkeypatch, data)
        assert main(["show", "-", *arguments]) == 0
        out = capsys.readouterr().out
        assert told in out and not_told not in out


def test_the_step_that_failed(store: Path, capsys: Any) -> None:
    assert main(["show", str(store), "9e"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[3] == "step    3/4 charge_order"
    assert lines[7:11] == [
        "step 1  check_order: compensated",
        "step 2  reserve_items: compensated",
        "step 3  charge_order: errored",
        "step 4  confirm_order: -",
    ]


@pytest.mark.parametrize(("status", "rolled_back"), [("errored", True), ("running", True)])
def test_the_commit_that_failed(status: str, rolled_back: bool, tmp_path: Path, capsys: Any) -> None:
    raw = {"definition": {"steps": [{"on_execute": {"callback": "shop.ask"}}]}, "executed_steps": [{}]}
    path = str(made(tmp_path / "store", SagaContext(), status=status, already_rollback=rolled_back, **raw))
    assert main(["show", path, "0"]) == 0
    assert "step    1/1 commit\n" in capsys.readouterr().out
