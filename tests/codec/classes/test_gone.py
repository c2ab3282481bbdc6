"""Classes that changed, or are gone, since the snapshot: said clearly, with the path, and never guessed."""

from __future__ import annotations

import dataclasses
import sys
from collections import namedtuple
from dataclasses import dataclass, field
from enum import Enum, Flag, IntEnum
from types import ModuleType
from typing import Any

import pytest
from minos.common import MinosProtocolException

from minos_saga_context import SagaContext, SnapshotException
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.exact import assert_exact


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of a service, whose classes change."""
    found = ModuleType("gone_shop")
    monkeypatch.setitem(sys.modules, "gone_shop", found)
    return found


def restart() -> None:
    """Forget what this process knows of classes, as another one would never have known it."""
    clear_caches()


def put(module: ModuleType, cls: Any, name: str) -> Any:
    """Define a class in the module."""
    cls.__module__, cls.__qualname__, cls.__name__ = module.__name__, name, name
    setattr(module, name, cls)
    restart()
    return cls


def refused(raw: bytes) -> str:
    """Load what cannot be loaded; give the message."""
    restart()
    with pytest.raises(SnapshotException) as caught:
        SagaContext.from_avro_bytes(raw)
    assert isinstance(caught.value, MinosProtocolException)
    return str(caught.value)


def color(*names: str) -> Any:
    return Enum("Color", {name: place for place, name in enumerate(names)})


@pytest.mark.parametrize(
    "make", [lambda: color("RED"), lambda: Enum("Color", {"RED": "r"}, type=str), lambda: IntEnum("Color", "RED")]
)
def test_enum_is_gone(module: ModuleType, make: Any) -> None:
    cls = put(module, make(), "Color")
    raw = SagaContext(order={"lines": [cls.RED]}).avro_bytes
    del module.Color
    message = refused(raw)
    assert "order" in message and "gone_shop.Color" in message and "gone" in message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (lambda: color("RED", "BLUE"), lambda: color("RED")),
        (lambda: Enum("Color", {"BLUE": "b"}, type=str), lambda: Enum("Color", {"RED": "r"}, type=str)),
        (lambda: IntEnum("Color", {"BLUE": 7}), lambda: IntEnum("Color", {"RED": 1})),
    ],
)
def test_member_is_gone(module: ModuleType, before: Any, after: Any) -> None:
    raw = SagaContext(order={"lines": [put(module, before(), "Color").BLUE]}).avro_bytes
    put(module, after(), "Color")
    message = refused(raw)
    assert "gone_shop.Color" in message and "member" in message
    assert "order" in message


def test_member_keeps_its_name_when_its_value_changes(module: ModuleType) -> None:
    raw = SagaContext(value=put(module, color("RED", "BLUE"), "Color").BLUE).avro_bytes
    put(module, color("BLUE", "RED"), "Color")
    assert SagaContext.from_avro_bytes(raw)["value"] is module.Color.BLUE


def test_flag_bits_are_gone(module: ModuleType) -> None:
    raw = SagaContext(value=put(module, Flag("Access", "READ WRITE"), "Access").WRITE).avro_bytes
    put(module, Flag("Access", "READ"), "Access")
    assert "gone_shop.Access" in refused(raw)


@dataclass
class One:
    a: Any
    b: Any = 1


def line(*fields: Any) -> Any:
    return dataclasses.make_dataclass("Line", list(fields))


@pytest.mark.parametrize("name", ["Line", "Pair"])
def test_record_class_is_gone(module: ModuleType, name: str) -> None:
    cls = line("a") if name == "Line" else namedtuple(name, "a")
    raw = SagaContext(order=[put(module, cls, name)(1)]).avro_bytes
    delattr(module, name)
    message = refused(raw)
    assert f"gone_shop.{name}" in message and "order" in message and "gone" in message


def test_class_of_another_kind_has_its_name(module: ModuleType) -> None:
    raw = SagaContext(value=put(module, line("a"), "Line")(1)).avro_bytes
    put(module, type("Line", (), {}), "Line")
    assert "gone_shop.Line" in refused(raw)


@pytest.mark.parametrize(
    ("fields", "what"), [(["a"], "no field 'b' any more"), (["a", "b", "c"], "a new field 'c' without a default")]
)
@pytest.mark.parametrize("kind", ["dataclass", "namedtuple"])
def test_other_fields(module: ModuleType, kind: str, fields: list[str], what: str) -> None:
    def make(names: list[str]) -> Any:
        return put(module, line(*names) if kind == "dataclass" else namedtuple("Line", names), "Line")

    raw = SagaContext(order={"lines": [make(["a", "b"])(1, 2)]}).avro_bytes
    make(fields)
    message = refused(raw)
    assert what in message and "gone_shop.Line" in message and "at 'order[][]'" in message


def test_new_fields_with_a_default(module: ModuleType) -> None:
    put(module, line("a"), "Line")
    raw = SagaContext(value=module.Line(1), listed=[module.Line("x"), None]).avro_bytes
    put(module, line("a", ("b", int, 5), ("c", list, field(default_factory=list))), "Line")
    found = SagaContext.from_avro_bytes(raw)
    assert_exact(found["value"], module.Line(1, 5, []))
    assert found["value"].c is not found["listed"][0].c


def test_new_field_of_a_namedtuple_with_a_default(module: ModuleType) -> None:
    raw = SagaContext(value=put(module, namedtuple("Pair", "a b"), "Pair")(1, 2)).avro_bytes
    put(module, namedtuple("Pair", "c b a d", defaults=[7, 8, 9, 10]), "Pair")
    assert_exact(SagaContext.from_avro_bytes(raw)["value"], module.Pair(7, 2, 1, 10))


def test_fields_in_another_order(module: ModuleType) -> None:
    raw = SagaContext(value=put(module, line("a", "b"), "Line")(1, 2)).avro_bytes
    put(module, line("b", "a"), "Line")
    assert_exact(SagaContext.from_avro_bytes(raw)["value"], module.Line(2, 1))


def test_class_that_cannot_be_imported_is_refused_when_it_is_put() -> None:
    @dataclass
    class Local:
        a: int

    class Mood(Enum):
        GOOD = 1

    for value in (Local(1), Mood.GOOD, [Local(1)], {"a": Mood.GOOD}):
        with pytest.raises(TypeError, match="top level"):
            SagaContext(value=value)
