"""What was stored outlives the code: classes, members and fields that have other names now, or are others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from minos.common import DeclarativeModel

from minos_saga_context import SagaContext, SnapshotException, TypeRegistrationException, renamed, upgrade
from minos_saga_context.codec.classes.imports import RENAMED
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.declared import nothing_declared
from tests.support.exact import assert_exact


@pytest.fixture(autouse=True)
def _nothing_declared() -> Iterator[None]:
    with nothing_declared():
        yield


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of a service, whose code changes."""
    module = ModuleType("evolving_shop")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def put(shop: ModuleType, cls: Any, name: str) -> Any:
    cls.__module__, cls.__qualname__, cls.__name__ = shop.__name__, name, name
    setattr(shop, name, cls)
    clear_caches()
    return cls


def gone(shop: ModuleType, name: str) -> None:
    delattr(shop, name)
    clear_caches()


@dataclass
class OldLine:
    sku: str
    qty: int


@dataclass
class NewLine:
    sku: str
    quantity: int
    unit: str = "piece"
    tags: list[str] = field(default_factory=list)


class OldPair(NamedTuple):
    sku: str
    qty: int


class NewPair(NamedTuple):
    quantity: int
    sku: str
    unit: str = "piece"


class OldModel(DeclarativeModel):
    sku: str
    qty: int


class NewModel(DeclarativeModel):
    sku: str
    quantity: int


KINDS = [(OldLine, NewLine), (OldPair, NewPair), (OldModel, NewModel)]


@pytest.mark.parametrize(("old", "new"), KINDS, ids=lambda cls: cls.__name__)
def test_a_class_that_moved_and_a_field_with_another_name(shop: ModuleType, old: Any, new: Any) -> None:
    line = put(shop, old, "Line")(sku="a", qty=2)
    raw = SagaContext(order={"lines": [line, {"n": line}]}).avro_str
    gone(shop, "Line")
    now = put(shop, new, "OrderLine")
    renamed("evolving_shop.Line", now)
    renamed("qty", "quantity", of=now)
    found = SagaContext.from_avro_str(raw)
    line = now(sku="a", quantity=2)
    assert_exact(found, SagaContext(order={"lines": [line, {"n": line}]}))
    # What is stored from now on says what things are called now.
    assert "OrderLine" in str(found.avro_schema) and "qty" not in str(found.avro_schema)
    assert_exact(SagaContext.from_avro_str(found.avro_str), found)


@pytest.mark.parametrize(("old", "new"), KINDS, ids=lambda cls: cls.__name__)
def test_fields_that_are_others_now(shop: ModuleType, old: Any, new: Any) -> None:
    line = put(shop, old, "Line")(sku="a", qty=2)
    raw = SagaContext(line=line).avro_bytes
    now = put(shop, new, "Line")
    with pytest.raises(SnapshotException, match=r"Line.*'line'"):
        SagaContext.from_avro_bytes(raw)

    @upgrade(now)
    def _(fields: dict[str, Any]) -> dict[str, Any]:
        assert fields == {"sku": "a", "qty": 2}
        return {"quantity": 12 * fields["qty"], "sku": fields["sku"]}

    assert_exact(SagaContext.from_avro_bytes(raw).line, now(sku="a", quantity=24))
    # What has the fields of today is not upgraded.
    assert_exact(SagaContext.from_avro_bytes(SagaContext(line=now("b", 1)).avro_bytes).line, now("b", 1))


def test_upgrades_run_from_the_inside_and_after_renamings(shop: ModuleType) -> None:
    put(shop, OldLine, "Line")
    raw = SagaContext(lines=[OldLine("a", 1), OldLine("b", 2)], total=3).avro_str
    now = put(shop, NewLine, "Line")
    renamed("qty", "amount", of=now)
    renamed("amount", "quantity", of=now)
    renamed("total", "sum", of=SagaContext)
    seen: list[Any] = []

    @upgrade(SagaContext)
    def _(fields: dict[str, Any]) -> dict[str, Any]:
        seen.append(fields)
        return {**fields, "count": len(fields["lines"])}

    found = SagaContext.from_avro_str(raw)
    assert_exact(found, SagaContext(lines=[NewLine("a", 1), NewLine("b", 2)], sum=3, count=2))
    assert [type(line) for line in seen[0]["lines"]] == [now, now]


class Color(Enum):
    CRIMSON = "c"
    GREEN = "g"


class Level(IntEnum):
    HIGH = 10


@pytest.mark.parametrize("old", [Enum("Old", {"RED": "r", "GREEN": "g"}), Enum("Old", {"RED": 1, "GREEN": 2})])
def test_a_member_with_another_name(shop: ModuleType, old: Any) -> None:
    raw = SagaContext(colors=[put(shop, old, "Color").RED, old.GREEN]).avro_str
    now = put(shop, Color, "Color")
    with pytest.raises(SnapshotException, match=r"renamed\('RED', Color.NEW\).*'colors\[\]'"):
        SagaContext.from_avro_str(raw)
    renamed("RED", now.CRIMSON)
    assert SagaContext.from_avro_str(raw).colors == [now.CRIMSON, now.GREEN]


def test_a_member_with_another_value(shop: ModuleType) -> None:
    old: Any = IntEnum("Level", {"HIGH": 3})
    raw = SagaContext(level=put(shop, old, "Level").HIGH).avro_str
    now = put(shop, Level, "Level")
    renamed(3, now.HIGH)
    assert SagaContext.from_avro_str(raw).level is now.HIGH


def test_a_renaming_names_no_class_of_another_kind(shop: ModuleType) -> None:
    raw = SagaContext(line=put(shop, OldLine, "Line")("a", 1)).avro_str
    gone(shop, "Line")
    for cls in (put(shop, Color, "Color"), put(shop, OldPair, "Pair")):
        RENAMED.clear()
        renamed("evolving_shop.Line", cls)
        with pytest.raises(SnapshotException, match=r"is gone.*'line'"):
            SagaContext.from_avro_str(raw)


@pytest.mark.parametrize(
    "upgraded", [lambda fields: 1 / 0, lambda fields: {"sku": "a"}, lambda fields: None, lambda fields: {"no": 1}]
)
def test_an_upgrade_that_fails_is_told(shop: ModuleType, upgraded: Any) -> None:
    raw = SagaContext(order=[put(shop, OldLine, "Line")("a", 1)]).avro_str
    upgrade(put(shop, NewLine, "Line"))(upgraded)
    with pytest.raises(SnapshotException, match=r"Line.*'order\[\]'"):
        SagaContext.from_avro_str(raw)


def test_what_cannot_be_declared() -> None:
    class Other(Enum):
        CRIMSON = 1

    for old, new, of in (
        ("Line", NewLine, None),  # no path
        (f"{NewLine.__module__}.{NewLine.__qualname__}", NewLine, None),  # its name of today
        ("RED", "CRIMSON", None),  # neither class nor member
        ("GREEN", Color.CRIMSON, None),  # a member still
        ("g", Color.CRIMSON, None),  # a value still
        ("a", "a", NewLine),
        ("a", "b", int),
        ("shop.Line", int, None),
        (1, "a", NewLine),
    ):
        with pytest.raises(TypeRegistrationException):
            renamed(old, new, of=of)
    renamed("shop.Line", NewLine)
    renamed("shop.Line", NewLine)
    with pytest.raises(TypeRegistrationException, match="already"):
        renamed("shop.Line", Color)
    renamed("RED", Color.CRIMSON)
    renamed("RED", Other.CRIMSON)
    with pytest.raises(TypeRegistrationException, match="already"):
        renamed("RED", Color.GREEN)
    renamed("qty", "quantity", of=NewLine)
    with pytest.raises(TypeRegistrationException, match="still in use"):
        renamed("quantity", "qty", of=NewLine)
    upgrade(NewLine)(lambda fields: fields)

    def other(fields: dict[str, Any]) -> dict[str, Any]:
        return fields

    with pytest.raises(TypeRegistrationException, match="already"):
        upgrade(NewLine)(other)
    with pytest.raises(TypeRegistrationException, match="class"):
        upgrade("Line")  # type: ignore[arg-type]
