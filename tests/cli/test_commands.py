"""The tool, over a real LMDB store that a shop left: what it shows, and how it ends."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import lmdb
import pytest

from examples.orders import RESERVED_ORDER
from minos_saga_context import ContextSnapshot, SagaContext, __version__
from minos_saga_context.cli import main
from tests.support.sagas import stores
from tests.support.sagas.stores import made, raw_of, stdin
from tests.support.samples import SAMPLES


def test_list(store: Path, capsys: Any) -> None:
    assert main(["list", str(store)]) == 0
    head, *rows, counts = capsys.readouterr().out.splitlines()
    assert head.split() == ["uuid", "status", "age", "step", "saga"]
    assert rows[1].split() == [
        str(stores.RESERVING),
        "paused",
        "3h",
        "2/4",
        "reserve_items",
        stores.SAGA,
    ]
    # The oldest first.
    assert [row.split()[2] for row in rows] == ["2d", "3h", "20min"]
    assert [row.split()[1] for row in rows] == ["paused", "paused", "errored"]
    assert counts == "3 executions: 2 paused, 1 errored"


def test_list_for_machines(store: Path, capsys: Any) -> None:
    assert main(["list", str(store), "--json", "--status", "errored"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    size = len(raw_of(store, stores.REFUSED))
    assert one["uuid"] == str(stores.REFUSED) and one["step"] == "3/4 charge_order" and one["size"] == size
    assert 1200 <= one["age"] < 1800 and one["fields"][-1] == "reservation"
    started, stored = (datetime.fromisoformat(one[name]) for name in ("started", "stored"))
    assert timedelta(minutes=20) <= stored - started < timedelta(minutes=30) and stored.tzinfo is not None


def test_an_age_that_was_damaged_is_none(tmp_path: Path, capsys: Any) -> None:
    for place, started in enumerate(("yesterday", 5, None, "2026-11-25T12:00:00")):
        path = made(tmp_path / str(place), SagaContext(), started=started, stored=started)
        assert main(["list", str(path), "--json"]) == 0
        (one,) = json.loads(capsys.readouterr().out)
        assert (one["age"], one["started"], one["stored"]) == (None, None, None)


def test_list_knows_the_age_where_the_identifier_tells_it(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "store"
    with lmdb.open(str(path), max_dbs=1) as environment:
        table = environment.open_db(b"LocalState")
        with environment.begin(db=table, write=True) as transaction:
            value = json.dumps({"status": "paused", "context": SagaContext().avro_str}).encode()
            for key in ("c232ab00-9414-11ec-b3c8-9f6bdeced846", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"):
                transaction.put(key.encode(), value)
    assert main(["list", str(path), "--json"]) == 0
    ages = [one["age"] for one in json.loads(capsys.readouterr().out)]
    # Both examples of RFC 9562 were made in the same moment of 2022.
    assert abs(ages[0] - ages[1]) <= 1 and ages[0] > 86400 * 365
    assert main(["list", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[2].endswith("d")


def test_show(store: Path, capsys: Any) -> None:
    assert main(["show", str(store), str(stores.CHARGING)]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert "step 3  charge_order: paused-by-on-execute" in lines
    assert "│   │   └── price: 9.5  float" in lines and "│   └── premium: True  bool" in lines
    assert "├── card: ***" in lines and "4111" not in out


def test_show_what_is_secret_when_asked(store: Path, capsys: Any) -> None:
    assert main(["show", str(store), "5c", "--reveal"]) == 0
    assert "4111 1111 1111 1111" in capsys.readouterr().out


def test_show_for_machines(store: Path, capsys: Any) -> None:
    assert main(["show", str(store), "5c", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["data"]["ordered_at"] == {"$type": "datetime", "value": "2026-11-23T09:30:00"}
    assert shown["data"]["card"] == "***" and "avro" not in shown
    assert [step["status"] for step in shown["steps"]] == ["finished", "finished", "paused-by-on-execute", "-"]


def test_show_needs_no_definition(store: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = json.loads(raw_of(store, stores.RESERVING))
    for step in raw["definition"]["steps"]:
        step["on_execute"]["callback"] = "nowhere.to.be.found"
    stdin(monkeypatch, json.dumps(raw).encode())
    assert main(["show", "-"]) == 0
    assert "nowhere.to" in (out := capsys.readouterr().out) and "total: 23.0  float" in out


def test_show_without_the_classes_of_the_values(tmp_path: Path, capsys: Any) -> None:
    schema = {"type": "string", "python": "enum", "class": "shop.gone.Color"}
    fields = [{"name": "color", "type": schema}, {"name": "total", "type": "double"}, {"name": "pin", "type": "int"}]
    record = {"type": "record", "name": "SagaContext", "namespace": "minos.saga.context.s1", "fields": fields}
    from fastavro import writer

    with (tmp_path / "one.avro").open("wb") as file:
        writer(file, record, [{"color": "RED", "total": 9.5, "pin": 1234}])
    assert main(["show", str(tmp_path / "one.avro")]) == 0
    out, err = capsys.readouterr()
    assert "color: 'RED'" in out and "pin: ***" in out and "shop.gone.Color" in err
    assert main(["show", str(tmp_path / "one.avro"), "--reveal"]) == 0 and "1234" in capsys.readouterr().out
    assert main(["show", str(tmp_path / "one.avro"), "--json"]) == 3


@pytest.mark.parametrize("tag", SAMPLES)
def test_show_any_value(tag: str, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    context = SagaContext(values=SAMPLES[tag])
    stdin(monkeypatch, context.avro_bytes)
    assert main(["show", "-"]) == 0
    assert main(["list", "-"]) == 3
    assert "values" in capsys.readouterr().out


def test_nothing_from_a_store_reaches_the_terminal_as_it_is(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    context = SagaContext({"\x1b[2J": "\x1b]0;x\x07", "[red]": "[bold]", "path": Path("/\x1b[1m")})
    stdin(monkeypatch, context.avro_str.encode())
    assert main(["show", "-"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out and "\x07" not in out and "[red]: '[bold]'" in out


def test_diff_of_executions(store: Path, capsys: Any) -> None:
    assert main(["diff", str(store), "5c", "9e"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "items[1].price: 4.0 -> 49.99" in lines and "- card: ***" in lines
    assert main(["diff", str(store), "5c", "5c"]) == 0
    assert capsys.readouterr().out == "no differences\n"
    assert main(["diff", str(store), "5c", "9e", "--json"]) == 1
    changes = json.loads(capsys.readouterr().out)
    assert {"path": "order_id", "kind": "changed", "before": 12345, "after": 12346} in changes


def test_diff_of_snapshots(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = SagaContext(n=1, password="a"), SagaContext(n=1.0, password="b")
    (tmp_path / "before.json").write_text(ContextSnapshot.take(before, "reserve").to_json())
    stdin(monkeypatch, after.avro_str.encode() + b"\n")
    assert main(["diff", str(tmp_path / "before.json"), "-"]) == 1
    assert capsys.readouterr().out == "n: 1 -> 1.0\npassword: *** -> ***\n"
    assert main(["diff", "-", "-"]) == 2


def test_export_json_and_read_it_again(store: Path, tmp_path: Path, capsysbinary: Any) -> None:
    assert main(["export", str(store), "0b", "--reveal", "-o", str(tmp_path / "one.json")]) == 0
    assert main(["export", str(tmp_path / "one.json"), "--format", "avro"]) == 0
    context = SagaContext.from_avro_bytes(capsysbinary.readouterr().out)
    assert dict(context) == {key: RESERVED_ORDER[key] for key in context} and context["total"] == 23.0


def test_export_masks(store: Path, capsysbinary: Any) -> None:
    assert main(["export", str(store), "5c"]) == 0
    exported = json.loads(capsysbinary.readouterr().out)
    assert exported["data"]["card"] == "***" and "avro" not in exported
    assert main(["export", str(store), "5c", "--format", "avro"]) == 3
    assert b"card.holder, card.number" in capsysbinary.readouterr().err
    assert main(["export", str(store), "5c", "--format", "avro", "--reveal"]) == 0
    assert SagaContext.from_avro_bytes(capsysbinary.readouterr().out)["card"] == stores.CARD


def test_a_masked_export_is_not_taken_for_the_context(store: Path, tmp_path: Path, capsys: Any) -> None:
    path = str(tmp_path / "one.json")
    assert main(["export", str(store), "5c", "-o", path]) == 0
    assert main(["show", path]) == 3
    assert "masked" in capsys.readouterr().err


def test_the_step_within_a_conditional_one(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = {"definition": {"steps": [{"on_execute": {"callback": "shop.ask"}}]}, "executed_steps": []}
    step = {"if_then": [{"condition": {"callback": "shop.is_large"}}]}
    raw = {"definition": {"steps": [step]}, "paused_step": {"inner": inner}, "context": SagaContext().avro_str}
    stdin(monkeypatch, json.dumps(raw).encode())
    assert main(["show", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["step"] == "1/1 if is_large > 1/1 ask"


def test_nothing_that_a_file_names_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    raw = {"definition": {"steps": [{"cls": "antigravity.Step"}]}, "context": SagaContext().avro_str}
    stdin(monkeypatch, json.dumps(raw).encode())
    assert main(["check", "-"]) == 0 and "antigravity" not in sys.modules


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["list", "/nowhere"], 3, "/nowhere: there is no store. A service makes it when it first stores an execution"),
        (["list", "{tmp}"], 3, "this is no LMDB store"),
        (["show", "{store}", "ffff"], 3, "there is no execution 'ffff': see minos-saga-context list"),
        (["show", "{store}", ""], 3, "there is no execution ''"),
        (["show", "{store}"], 2, "is a store: name UUID too"),
        (["diff", "{store}", "5c"], 2, "is a store: name UUID UUID too"),
        (["diff", "{file}", "{store}"], 2, "is a store: name an execution in it too"),
        (["diff", "{file}"], 2, "Name a store and UUID UUID, or FILE FILE"),
        (["show", "{tmp}", "5c"], 3, "this is no LMDB store"),
        (["show", "/nowhere"], 3, "it cannot be read"),
        (["export", "{store}", "0b", "-o", "/nowhere/x"], 3, "it cannot be written"),
    ],
)
def test_what_goes_wrong_is_told(
    arguments: list[str], code: int, message: str, store: Path, tmp_path: Path, capsys: Any
) -> None:
    (file := tmp_path / "file").write_bytes(SagaContext(a=1).avro_bytes)
    assert main([argument.format(store=store, tmp=tmp_path, file=file) for argument in arguments]) == code
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("minos-saga-context: ") and message in err and err.count("\n") == 1


@pytest.mark.parametrize("data", [b"", b"{", b"{}", b"[]", b'{"context": 1}', b"no base64", b"Obj\x01"])
def test_what_is_no_context_is_told(data: bytes, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, data)
    assert main(["show", "-"]) == 3
    assert capsys.readouterr().err.startswith("minos-saga-context: ")


def test_the_command_line(capsys: Any) -> None:
    for arguments, code in ([], 2), (["nothing"], 2), (["--help"], 0), (["--version"], 0):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == code
    out = capsys.readouterr().out
    assert __version__ in out and "exit codes: 0 all is well" in out


def test_a_folder_of_the_service(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop_of_this_test.py").write_text(
        "from enum import Enum\nclass Color(Enum):\n    RED = 1\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import shop_of_this_test  # type: ignore[import-not-found]

    data = SagaContext(color=shop_of_this_test.Color.RED).avro_bytes
    monkeypatch.undo()
    monkeypatch.setattr(sys, "path", [it for it in sys.path if it != str(tmp_path)])
    del sys.modules["shop_of_this_test"]
    stdin(monkeypatch, data)
    assert main(["show", "-", "--app-dir", str(tmp_path)]) == 0
    assert "color: RED  Color" in capsys.readouterr().out
