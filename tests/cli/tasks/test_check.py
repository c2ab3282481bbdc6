"""``check``: what loads, what would not, and what a stock service would see."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Optional, Union
from uuid import UUID

import pytest
from minos.common import TypeHintParser

from minos_saga_context import SagaContext, SnapshotException, is_active
from minos_saga_context.cli import main
from tests.support.process import run
from tests.support.sagas import stores
from tests.support.sagas.stores import made, raw_of, stdin


def test_check(store: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["check", str(store), "--no-stock"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{stores.RESERVING}  loads" and lines[3:] == ["3 executions: 3 load, 0 would not"]
    assert main(["check", str(store)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  a stock service would see  items[0].price: 9.5 -> 9" in lines
    assert lines[-1] == "3 executions: 3 load, 0 would not; 3 differ for a stock service"
    monkeypatch.setattr("minos_saga_context.cli.many._ASKED", 1)
    for options, told in (
        ([], "1 differ for a stock service (of the first 1: --stock looks at all)"),
        (["--stock"], "3 differ for a stock service"),
    ):
        assert main(["check", str(store), *options]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == f"3 executions: 3 load, 0 would not; {told}"
    assert is_active()


def test_check_decodes_text_as_the_library_does(tmp_path: Path, capsys: Any) -> None:
    text = SagaContext(a=1).avro_str
    texts = [
        text,
        f"{text}\n",
        f"{text[:9]}\r\n{text[9:]}",
        text[:-4],
        f"{text[:9]}!{text[9:]}",
        f"{text}=",
        "é",
        "!",
        "",
    ]
    assert main(["check", str(made(tmp_path / "store", *texts)), "--contexts", "--json"]) == 1
    told = [verdict["loads"] for verdict in json.loads(capsys.readouterr().out)]
    for one, loads in zip(texts, told):
        if loads:
            assert SagaContext.from_avro_str(one) == {"a": 1}
        else:
            with pytest.raises(SnapshotException):
                SagaContext.from_avro_str(one)
    assert told == [True] * 3 + [False] * 6


def test_check_finds_what_would_not_load(tmp_path: Path, capsys: Any) -> None:
    definition = {"steps": [{"cls": "nowhere.Step"}], "committed": True}
    good, text = SagaContext(a="x"), SagaContext(a=1).avro_str
    path = made(tmp_path / "store", good, text[:-8], definition=definition, executed_steps=[], paused_step=None)
    assert main(["check", str(path), "--contexts"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("  loads") and lines[1].endswith("  would not load") and "its context: " in lines[2]
    assert lines[3] == "2 executions: 1 load, 1 would not"
    assert main(["check", str(path), "--json"]) == 1
    first, _ = json.loads(capsys.readouterr().out)
    assert first["loads"] is False and first["problem"].startswith("its definition: ") and first["stock"] == []
    assert first["problem"].endswith(" (No module named 'nowhere')")


def test_check_sees_what_a_stock_service_sees_first(tmp_path: Path, capsys: Any) -> None:
    # minos remembers the first of unions that are equal but for their order, and would make an int of the UUID.
    TypeHintParser(dict[str, Union[int, UUID]]).build()  # type: ignore[arg-type]
    path = made(tmp_path / "store", SagaContext(line={"product": UUID(int=7), "qty": 2}, total={"b": [2], "a": {1}}))
    assert main(["check", str(path), "--contexts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    told = "  a stock service would see  total.a: set([1]) -> DataTransferObject(value=set([1]))"
    assert [line for line in lines if "would see" in line] == [told]


NEW = """
from dataclasses import dataclass
from enum import Enum
from minos.common import DeclarativeModel
from minos_saga_context import SagaContext
from minos.saga import SagaRequest
from typing import Any

def start(context):
    return SagaRequest("Start", 1)

class StartContext(SagaContext):
    order: dict[str, Any]

def started(context: StartContext, response):
    return context

class Color(Enum):
    RED = "r"
    GREEN = "g"

@dataclass
class Line:
    sku: str
    qty: int

class Product(DeclarativeModel):
    name: str
"""
#: What a deployment changes of it, what of the context that breaks, and what is said of it.
DEPLOYMENTS = [
    (("class Product", "class Article"), "the Model 'deployed_shop.Product' is gone.* - at 'order.product'"),
    (("class Line", "class OrderLine"), r"dataclass 'deployed_shop.Line' is gone.*renamed\('deployed_shop.Line'"),
    (("qty", "quantity"), r"has no field 'qty' any more. Declare it: renamed\('qty', ..., of=Line\) or @upgrade"),
    (
        ("name: str", "title: __import__('typing').Optional[str]"),
        "Product' has no field 'name' any more.*'order.product'",
    ),
    (("RED", "CRIMSON"), r"no member 'RED' any more.*renamed\('RED', Color.NEW\)"),
    (("def start", "def begin"), "its definition: .*start"),
    (("context: StartContext, response", "context: StartContext"), "started cannot be called with.*response: too many"),
    (("return context", "return context\n\nstarted = 1"), "1 cannot be called .*: 1 is not a callable"),
    (("\nfrom dataclasses", "\nimport nowhere\nfrom dataclasses"), "cannot be imported: ModuleNotFound.*'nowhere'"),
    (("order: dict[str, Any]", "order: dict[str, int]"), "its definition: ContextTypeException: .*order.*started"),
    (("order: dict[str, Any]", "customer: int"), "its definition: ContextTypeException: .*customer.*started"),
    (("", ""), None),
    (
        (
            "class Product(DeclarativeModel):",
            "from minos_saga_context import renamed\nclass Article(DeclarativeModel):",
            "\nrenamed('deployed_shop.Product', Article)\n",
        ),
        None,
    ),
]


@pytest.mark.parametrize(("change", "said"), DEPLOYMENTS)
def test_check_before_a_deployment(change: tuple[str, ...], said: Optional[str], tmp_path: Path) -> None:
    """The store of the running service, with the code of the next."""
    module, store = tmp_path / "deployed_shop.py", tmp_path / "store"
    module.write_text(NEW)
    code = f"""
import json, sys
sys.path.insert(0, {str(tmp_path)!r})
from minos.common import ModelType
from minos.saga import Saga, SagaExecution
from deployed_shop import *
from tests.support.sagas.stores import put
elsewhere = ModelType.build("Parcel", {{"n": int}}, namespace_="other_service.models")(n=1)
order = {{"product": Product("chair"), "lines": [Line("a", 1)], "color": Color.RED, "parcel": elsewhere}}
saga = Saga().remote_step(start).on_success(started).commit()
put({str(store)!r}, SagaExecution.from_definition(saga, SagaContext(order=order)))
print(json.dumps(None))
"""
    run(code)
    old, new, *more = change
    module.write_text(NEW.replace(old, new) + "".join(more))
    command = [sys.executable, "-m", "minos_saga_context", "check", str(store), "--app-dir", str(tmp_path), "--json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    (verdict,) = json.loads(done.stdout)
    assert done.returncode == (0 if said is None else 1), done.stdout
    assert (verdict["problem"] is None) if said is None else re.search(said, verdict["problem"]), verdict["problem"]


def test_check_of_a_file(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, SagaContext(order={"n": 1, "vip": True}).avro_str.encode())
    assert main(["check", "-"]) == 0
    assert "order.vip: True -> 1" in capsys.readouterr().out
    assert main(["check", "-", "--status", "paused"]) == 2
    assert "Filters and order are for stores" in capsys.readouterr().err


def test_check_tells_each_problem_once(tmp_path: Path, capsys: Any) -> None:
    gone = json.loads(raw_of(stores.damage(tmp_path / "damaged"), stores.CHARGING))["context"]
    orders = [SagaContext(lines=[{"n": 1, "vip": True}] * size) for size in range(3)]
    path = made(tmp_path / "store", *orders, gone, gone, "no base64!")
    assert main(["check", str(path), "--contexts", "--summary"]) == 1
    first, second, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("      2  would not load: its context: The enum 'examples.models.Size' is gone")
    assert second.startswith(f"      1  would not load: {UUID(int=5)}: its context: ")
    assert rest == [
        "      2  a stock service would see another value at lines[].vip",
        "6 executions: 3 load, 3 would not; 2 differ for a stock service",
    ]
    assert main(["check", str(path), "--contexts", "--summary", "--json", "--no-stock"]) == 1
    summary = json.loads(capsys.readouterr().out)
    assert summary.pop("problems") and summary == {"executions": 6, "load": 3, "would_not": 3}


def test_check_of_some(store: Path, capsys: Any) -> None:
    assert main(["check", str(store), "--step", "charge*", "--sort", "age", "--json"]) == 0
    told = [verdict["uuid"] for verdict in json.loads(capsys.readouterr().out)]
    assert told == [str(stores.CHARGING), str(stores.REFUSED)]
