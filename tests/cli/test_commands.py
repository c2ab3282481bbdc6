"""The tool, over a real LMDB store that a shop left: what it shows, and how it ends."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import lmdb
import pytest

from examples.orders import RESERVED_ORDER
from minos_saga_context import ContextSnapshot, SagaContext, __version__, is_active
from minos_saga_context.cli import main
from tests.support.sagas import stores
from tests.support.samples import SAMPLES


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stores.fill(tmp_path_factory.mktemp("shop") / "sagas.lmdb")


def raw_of(store: Path, uuid: UUID) -> bytes:
    with lmdb.open(str(store), max_dbs=100, readonly=True) as environment:
        table = environment.open_db(b"LocalState", create=False)
        with environment.begin(db=table) as transaction:
            return bytes(transaction.get(str(uuid).encode()))


def made(path: Path, *contexts: Any, **raw: Any) -> Path:
    """Make a store of executions without definitions."""
    with lmdb.open(str(path), max_dbs=100, map_size=10**8) as environment:
        table = environment.open_db(b"LocalState")
        with environment.begin(db=table, write=True) as transaction:
            for place, context in enumerate(contexts):
                text = context if isinstance(context, str) else context.avro_str
                value = json.dumps({"status": "paused", "context": text, **raw}).encode()
                transaction.put(str(UUID(int=place)).encode(), value)
    return path


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_list(store: Path, capsys: Any) -> None:
    assert main(["list", str(store)]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["uuid", "saga", "status", "step", "age", "size", "fields"]
    first = rows[0].split(None, 6)
    assert first[:5] == [str(stores.RESERVING), "examples.shop.order", "paused", "2/4", "reserve_items"]
    assert first[5] == "-" and first[6].endswith("order_id, customer, items, address, ordered_at, total")
    assert [row.split()[2] for row in rows] == ["paused", "paused", "errored"]


def test_list_for_machines(store: Path, capsys: Any) -> None:
    assert main(["list", str(store), "--json", "--status", "errored"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    size = len(raw_of(store, stores.REFUSED))
    assert one["uuid"] == str(stores.REFUSED) and one["step"] == "3/4 charge_order" and one["size"] == size
    assert one["age"] is None and one["fields"][-1] == "reservation"


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


def test_damaged_executions_do_not_hide_the_others(tmp_path: Path, capsys: Any) -> None:
    path = made(tmp_path / "store", SagaContext(a=1), "no base64!")
    with lmdb.open(str(path), max_dbs=1) as environment:
        table = environment.open_db(b"LocalState")
        with environment.begin(db=table, write=True) as transaction:
            transaction.put(b"\xffkey", b"no json")
    assert main(["list", str(path)]) == 3
    out, err = capsys.readouterr()
    assert out.splitlines()[1].startswith(str(UUID(int=0))) and "no execution" in err
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


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["list", "/nowhere"], 3, "/nowhere: there is no such store"),
        (["list", "{tmp}"], 3, "this is no LMDB store"),
        (["show", "{store}", "ffff"], 3, "there is no execution 'ffff'"),
        (["show", "{store}", ""], 3, "there is no execution ''"),
        (["show", "{store}"], 2, "Name a store and UUID, or FILE"),
        (["diff", "{store}"], 2, "Name a store and UUID UUID"),
        (["show", "/nowhere"], 3, "it cannot be read"),
        (["export", "{store}", "0b", "-o", "/nowhere/x"], 3, "it cannot be written"),
    ],
)
def test_what_goes_wrong_is_told(
    arguments: list[str], code: int, message: str, store: Path, tmp_path: Path, capsys: Any
) -> None:
    assert main([argument.format(store=store, tmp=tmp_path) for argument in arguments]) == code
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("minos-saga-context: ") and message in err and err.count("\n") == 1


@pytest.mark.parametrize("data", [b"", b"{", b"{}", b"[]", b'{"context": 1}', b"no base64", b"Obj\x01"])
def test_what_is_no_context_is_told(data: bytes, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, data)
    assert main(["show", "-"]) == 3
    assert capsys.readouterr().err.startswith("minos-saga-context: ")


def test_a_store_of_another_user(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise lmdb.Error("Permission denied")

    path = made(tmp_path / "store", SagaContext())
    monkeypatch.setattr(lmdb, "open", refuse)
    assert main(["list", str(path)]) == 3
    assert "Permission denied; run as the service's user" in capsys.readouterr().err


def test_prefixes_have_to_be_unique(tmp_path: Path, capsys: Any) -> None:
    path = made(tmp_path / "store", SagaContext(), SagaContext())
    assert main(["show", str(path), "00"]) == 3
    assert "several executions begin with '00'" in capsys.readouterr().err


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
