"""Snapshots that name what they should not: nothing is imported or called to find out what it is."""

# ruff: noqa: E501 - tables are easier to compare in long lines

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from minos_saga_context import SagaContext, SnapshotException, allow_imports
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.faults.files import array, context, file, items, number, record, text

#: Modules that tell when they run. Nothing in the first group is a class to restore ...
NOTHING = {
    "plain": "class Plain: pass\n",
    "bases": "class Bases(Exception): pass\nclass More(Bases): pass\n",
    "decorated": "import functools\n@functools.total_ordering\nclass Ordered(Exception):\n    def __lt__(self, o): return 1\n",
    "fields": "class Fields:\n    __dataclass_fields__ = {}\n    _fields = ()\n",
    "tuples": "class Fake(tuple):\n    _fields = ('a',)\n    def __new__(cls, *a): boom()\n",
    "calls": "app = print('app')\nparser = __import__('argparse').ArgumentParser()\n",
    "functions": "def system(command): boom()\nsystem2 = system\n",
    "lazy": "def __getattr__(name): boom()\n",
    "meta": "class Meta(type):\n    def __instancecheck__(c, o): boom()\nclass Made(metaclass=Meta): pass\n",
    "local": "from hostile_a.base import Error\nclass Other(Error): pass\n",
    "base": "class Error(Exception): pass\n",
    "__main__": "class Main(Exception): pass\n",
}
#: ... and in the second group, each is.
CLASSES = {
    "enums": "import enum\nclass Color(enum.Enum):\n    RED = 1\n",
    "named": "from typing import NamedTuple\nclass Point(NamedTuple):\n    x: int\n",
    "tupled": "from collections import namedtuple\nPair = namedtuple('Pair', 'x')\n",
    "data": "from dataclasses import dataclass\n@dataclass\nclass Line:\n    x: int\n",
    "model": "from minos.common import DeclarativeModel\nclass Car(DeclarativeModel):\n    x: int\n",
    "common": "from enum import Enum as E\nclass Base(E):\n    pass\n",
    "indirect": "from .common import *\nfrom . import common as c\nclass Two(c.Base):\n    RED = 1\nclass One(Base):\n    RED = 1\n",
    "nested": "import enum\nclass Outer:\n    class Inner(enum.Enum):\n        RED = 1\n",
    "functional": "from enum import Enum\nRole = Enum('Role', 'RED', module=__name__)\n",
    "tried": "try:\n    from enum import NoSuchEnum as Base\nexcept ImportError:\n    from enum import Enum as Base\nclass Tried(Base):\n    RED = 1\n",
    "computed": "import enum\ndef base(): return enum.Enum\nclass Computed(base()):\n    RED = 1\n",
}  # fmt: skip


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The modules that ran."""
    names: set[str] = set()
    monkeypatch.setattr("builtins.hostile_ran", names, raising=False)
    for package, modules in (("hostile_a", NOTHING), ("hostile_b", CLASSES)):
        folder = tmp_path / package
        folder.mkdir()
        for name, source in {"__init__": "", **modules}.items():
            note = f"import builtins; builtins.hostile_ran.add({name!r})\ndef boom(): raise SystemExit\n"
            (folder / f"{name}.py").write_text(note + source)
    monkeypatch.syspath_prepend(str(tmp_path))
    clear_caches()
    yield names
    for module in [module for module in sys.modules if module.startswith("hostile_")]:
        del sys.modules[module]


def claims(path: str) -> dict[str, bytes]:
    """Give snapshots that claim that there is a class of each kind at a path, and that one of them stands in the context."""
    namespace, _, name = path.rpartition(".")
    model = {**record(name, ["int"]), "namespace": f"{namespace}.s1"}
    told = {**model, "fields": [{"name": "x", "type": "int"}]}
    foreign = {"type": "array", "items": "int", "logicalType": path}
    ref = {"type": {"type": "string", "logicalType": path}, "logicalType": "minos.aggregate.Ref"}
    return {
        "enum": file(context({"type": "string", "python": "enum", "class": path}), (1, text(b"RED"))),
        "flag": file(context({"type": "string", "python": "flag", "class": path}), (1, text(b"1"))),
        "enum by value": file(context({"type": "int", "logicalType": path}), (1, number(1))),
        "text by value": file(context({"type": "string", "logicalType": path}), (1, text(b"true"))),
        "dataclass": file(context(record("X", ["int"], python="dataclass", **{"class": path})), (1, number(1))),
        "dataclass field": file(context({**told, "namespace": "", "python": "dataclass", "class": path}), (1, number(1))),
        "namedtuple": file(context({**told, "namespace": "", "python": "namedtuple", "class": path}), (1, number(1))),
        "model": file(context(told), (1, number(1))),
        "model by attribute": file(context({**told, "class": path}), (1, number(1))),
        "foreign": file(context(foreign), (1, items(1))),
        "in a foreign one": file(context({**foreign, "logicalType": "minos.aggregate.EntitySet", "items": told}), (1, items(1))),
        "in a ref": file(context(ref), (1, text(b"x"))),
        "context": file({**told, "fields": []}, (1, b"")),
        "array": file(context(array({"type": "string", "python": "enum", "class": path})), (1, b"\0")),
    }  # fmt: skip


PATHS = [
    "os.system", "posix.system", "subprocess.Popen", "builtins.eval", "builtins.exec", "builtins.type", "builtins.object",
    "importlib.import_module", "antigravity.fly", "this.s", "shutil.rmtree", "sys.modules", "types.FunctionType",
    "minos_saga_context.codec.classes.imports.import_module", "tests.support.faults.corpus.os.system", "collections.OrderedDict",
    "minos.common.importlib.import_module", "pickle.Unpickler", "code.InteractiveConsole", "idlelib.idle.x",
    "enum.Enum", "typing.NamedTuple", "__main__.X", "..", "a..b", "", ".", "os.", ".system", "os.path.join", "tests",
    "webbrowser.open", "http.server.HTTPServer", "tests.support.faults.corpus.Color.RED", "tests.support.faults.corpus.Line.__init__",
    "turtledemo.clock.Screen", "lib2to3.pgen2.token.x", "xmlrpc.server.SimpleXMLRPCServer", "0.1", "os system",
]  # fmt: skip
PATHS += [f"hostile_a.{name}.{what}" for name, what in [
    ("plain", "Plain"), ("bases", "Bases"), ("bases", "More"), ("decorated", "Ordered"), ("fields", "Fields"),
    ("tuples", "Fake"), ("calls", "app"), ("calls", "parser"), ("functions", "system"), ("functions", "system2"),
    ("lazy", "Anything"), ("meta", "Made"), ("meta", "Meta"), ("local", "Other"), ("local", "Error"), ("__main__", "Main"),
    ("gone", "Gone"), ("plain", "Gone"),
]]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_what_is_no_class_to_restore_is_not_run(path: str, ran: set[str], capfd: pytest.CaptureFixture[str]) -> None:
    before = set(sys.modules)
    for kind, raw in claims(path).items():
        try:
            found = SagaContext.from_avro_bytes(raw)
        except SnapshotException as exc:
            assert str(exc), kind
        else:
            # As in stock minos, a record of a class that is gone is a DataTransferObject: data, and nothing else.
            value = found["f0"]
            assert type(value).__name__ == "DataTransferObject" or type(value) in (list, str, int), (kind, value)
    # A decorator may make anything a dataclass: only that module may run.
    assert ran <= ({"__init__", "decorated"} if "decorated" in path else set())
    # To read a source may take the codec of its encoding.
    new = {name for name in set(sys.modules) - before if not name.startswith(("hostile_a", "encodings."))}
    assert not new
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("path", "kind"),
    [("enums.Color", "enum"), ("named.Point", "namedtuple"), ("tupled.Pair", "namedtuple"), ("data.Line", "dataclass field"),
     ("model.Car", "model"), ("indirect.One", "enum"), ("indirect.Two", "enum"), ("nested.Outer.Inner", "enum"),
     ("functional.Role", "enum"), ("tried.Tried", "enum"), ("computed.Computed", "enum")],
)  # fmt: skip
def test_classes_are_imported_by_their_kind_alone(path: str, kind: str, ran: set[str]) -> None:
    module, name = path.split(".", maxsplit=1)[0], path.rsplit(".", maxsplit=1)[-1]
    raws = claims(f"hostile_b.{path}")
    open_ended = module in ("tried", "computed")  # Their sources do not tell.
    for other in {"enum": ("dataclass", "namedtuple", "model"), "model": ("enum", "dataclass")}.get(
        kind, ("enum", "model")
    ):
        with suppress(SnapshotException):
            SagaContext.from_avro_bytes(raws[other])
    assert module not in ran or open_ended
    allow_imports("shop")
    try:
        with suppress(SnapshotException):
            SagaContext.from_avro_bytes(raws[kind])
        assert module not in ran or open_ended
        clear_caches()
        allow_imports("hostile_b")
        value = SagaContext.from_avro_bytes(raws[kind])["f0"]
    finally:
        allow_imports("*")
    assert module in ran
    assert (type(value).__name__, type(value).__module__) == (name, f"hostile_b.{module}")


def test_the_source_of_a_class_that_is_new_is_looked_for_again(ran: set[str]) -> None:
    raw = claims("hostile_b.data.Line")["dataclass field"]
    allow_imports()
    try:
        with pytest.raises(SnapshotException, match="gone"):
            SagaContext.from_avro_bytes(raw)
    finally:
        allow_imports("*")
    assert SagaContext.from_avro_bytes(raw)["f0"].x == 1


def test_every_kind_of_record_name(ran: set[str]) -> None:
    # What stands in a record's name is never more than a name.
    wrong: list[Any] = [
        "a-b",
        "os.system()",
        "__import__('os')",
        "a b",
        "",
        "ñ",
        "\0",
        "x" * 10_000,
        5,
        None,
        ["x"],
        {"x": 1},
    ]
    for name in wrong:
        for key in ("name", "namespace", "class", "python", "logicalType"):
            try:
                SagaContext.from_avro_bytes(file(context({**record("X", ["int"]), key: name}), (1, number(1))))
            except SnapshotException as exc:
                assert str(exc)
