"""What loads in a service loads in the tool: entities, and what the service's modules say was renamed."""

from __future__ import annotations

import json
import sys
from binascii import b2a_base64
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import fastavro
import pytest
from minos.aggregate import Entity, EntitySet, Ref, RootEntity
from minos.common import NotProvidedException
from minos.saga import Saga

from minos_saga_context import SagaContext
from minos_saga_context.cli import main
from minos_saga_context.codec.classes.imports import RENAMED
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.sagas.service import check
from tests.support.sagas.stores import made


class Customer(RootEntity):
    name: str


class Line(Entity):
    sku: str


class Order(RootEntity):
    customer: Ref[Customer]
    lines: EntitySet[Line]


def test_entities_are_shown_in_parts(tmp_path: Path, capsys: Any) -> None:
    path = str(
        made(tmp_path / "store", SagaContext(lines=EntitySet([Line("a", uuid=UUID(int=7))]), ref=Ref(UUID(int=9))))
    )
    assert main(["show", path, "0"]) == 0
    assert capsys.readouterr().out.endswith(
        """context
├── lines  EntitySet, 1
│   └── data  dict, 1
│       └── 00000000-0000-0000-0000-000000000007  Line, 2
│           ├── uuid: 00000000-0000-0000-0000-000000000007  UUID
│           └── sku: 'a'  str
└── ref: 00000000-0000-0000-0000-000000000009  Ref
"""
    )


def root(cls: Any, *args: Any) -> Any:
    return cls(*args, uuid=UUID(int=7), _event_repository=object(), _snapshot_repository=object())


WHOLE = {"definition": Saga().local_step(check).commit().raw, "executed_steps": [], "paused_step": None, "user": None}


@pytest.mark.parametrize(
    "build",
    [
        lambda: root(Customer, "john"),
        lambda: Ref(root(Customer, "john")),
        lambda: Ref(UUID(int=7)),
        lambda: root(Order, Ref(root(Customer, "john")), EntitySet([Line("a")])),
    ],
)
def test_entities_load_as_in_a_service(build: Any, tmp_path: Path, capsys: Any) -> None:
    context = SagaContext(it=build())
    path = str(made(tmp_path / "store", context, uuid=str(UUID(int=0)), already_rollback=False, **WHOLE))
    for _ in range(2):
        assert main(["check", path]) == 0
        assert capsys.readouterr().out.splitlines()[0].endswith("  loads")
        assert main(["show", path, "0"]) == 0
        out, err = capsys.readouterr()
        assert "context\n" in out and err == ""
    with pytest.raises(NotProvidedException):
        Customer("john")  # Nothing is left of it in this process.


MODULE = """
from enum import Enum
from minos_saga_context import renamed
class Size(Enum):
    LARGE = 1
renamed("shop_that_was.Size", Size)
def start(context):
    return context
"""


COMMANDS = [
    ("check {path}", "1 load"),
    ("show {path} 0", "size: LARGE  Size"),
    ("show {path} 0 size", "size: LARGE  Size"),
    ("show {path} 0 --json", '"shop_that_is.Size"'),
    ("export {path} 0", '"shop_that_is.Size"'),
    ("export {path}", '"shop_that_is.Size"'),
    ("list {path} --where size=LARGE", "1 paused"),
    ("diff {path} 0 0", "no differences"),
]


def test_a_module_that_declares_what_was_renamed(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop_that_is.py").write_text(MODULE)
    size = {"type": "string", "python": "enum", "class": "shop_that_was.Size"}
    schema = {"type": "record", "name": "SagaContext", "namespace": "minos.saga.context.s1"}
    fastavro.writer(file := BytesIO(), {**schema, "fields": [{"name": "size", "type": size}]}, [{"size": "LARGE"}])
    step = {**WHOLE["definition"]["steps"][0], "on_execute": {"callback": "shop_that_is.start"}}
    definition = {**WHOLE["definition"], "steps": [step]}
    text = b2a_base64(file.getvalue(), newline=False).decode()
    raw = {**WHOLE, "definition": definition, "uuid": str(UUID(int=0)), "already_rollback": False}
    path = str(made(tmp_path / "store", text, **raw))
    monkeypatch.setattr(sys, "path", list(sys.path))
    try:
        assert main(["show", path, "0"]) == 0
        assert "shop_that_was.Size' is gone" in capsys.readouterr().err
        for command, shown in COMMANDS:
            assert main([*command.format(path=path).split(), "--app-dir", str(tmp_path)]) == 0
            out, err = capsys.readouterr()
            assert shown in out and err == ""
            _forget()
    finally:
        _forget()


def _forget() -> None:
    RENAMED.pop("shop_that_was.Size", None)
    sys.modules.pop("shop_that_is", None)
    clear_caches()


@pytest.mark.parametrize("callback", ["nowhere.start", "os", "", ".", 5, "a b.c", "shop_that_exits.start"])
def test_callbacks_that_cannot_be_imported(callback: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop_that_exits.py").write_text("import sys; sys.exit(7)")
    monkeypatch.setattr(sys, "path", list(sys.path))
    raw = {"definition": {"steps": [{"on_execute": {"callback": callback}}, 5, [None]]}}
    path = str(made(tmp_path / "store", SagaContext(a=1), **raw))
    assert main(["show", path, "0", "--app-dir", str(tmp_path)]) == 0


def test_nothing_that_a_file_names_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop_of_a_file.py").write_text("")
    monkeypatch.setattr(sys, "path", list(sys.path))
    raw = {"definition": {"steps": [{"on_execute": {"callback": "shop_of_a_file.start"}}]}}
    (tmp_path / "one.json").write_text(json.dumps({**raw, "context": SagaContext(a=1).avro_str}))
    for command in ("show", "check"):
        assert main([command, str(tmp_path / "one.json"), "--app-dir", str(tmp_path)]) == 0
    assert "shop_of_a_file" not in sys.modules


def test_a_folder_that_is_not_there(store: Path, capsys: Any) -> None:
    assert main(["check", str(store), "--app-dir", str(store / "nowhere")]) == 2
    assert "nowhere: there is no such folder" in capsys.readouterr().err
