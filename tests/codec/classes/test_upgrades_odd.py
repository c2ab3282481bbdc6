"""Declarations that contradict each other, or the code; enums of all kinds that moved."""

import sys
from collections.abc import Iterator
from dataclasses import make_dataclass
from enum import Enum, Flag, IntEnum, IntFlag
from types import ModuleType
from typing import Any

import pytest
from minos.aggregate import ValueObject, ValueObjectSet
from minos.common import import_module

from minos_saga_context import (
    SagaContext,
    SnapshotException,
    TypeRegistrationException,
    UnsupportedValueException,
    renamed,
    upgrade,
)
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.declared import nothing_declared
from tests.support.exact import assert_exact


@pytest.fixture(autouse=True)
def _nothing_declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "odd_shop", ModuleType("odd_shop"))
    with nothing_declared():
        yield


def made(name: str, *fields: str) -> Any:
    cls = make_dataclass(name, fields, namespace={"__module__": "odd_shop"})
    cls.__module__ = "odd_shop"
    setattr(sys.modules["odd_shop"], name, cls)
    return cls


def test_a_class_that_was_renamed_twice() -> None:
    first, second, third = made("First", "x"), made("Second", "x"), made("Third", "x")
    raw = SagaContext(one=first(1), two=second(2)).avro_bytes
    renamed("odd_shop.First", second)
    renamed("odd_shop.Second", third)
    assert dict(SagaContext.from_avro_bytes(raw)) == {"one": third(1), "two": third(2)}
    with pytest.raises(UnsupportedValueException, match=r"is 'odd_shop\.Third' now, as renamed\(\) declares"):
        SagaContext(one=second(1))
    with pytest.raises(TypeRegistrationException):
        renamed("odd_shop.Third", first)


def test_a_field_that_is_still_in_use() -> None:
    line = made("Line", "a", "b")
    with pytest.raises(TypeRegistrationException, match="'a' is still in use"):
        renamed("a", "b", of=line)
    assert SagaContext.from_avro_bytes(SagaContext(value=line(1, 2)).avro_bytes).value == line(1, 2)


def test_a_context_that_has_a_field_of_the_old_name_besides() -> None:
    before, after = SagaContext(paid=1).avro_bytes, SagaContext(paid=2, is_paid=1).avro_bytes
    renamed("paid", "is_paid", of=SagaContext)
    assert dict(SagaContext.from_avro_bytes(before)) == {"is_paid": 1}
    assert dict(SagaContext.from_avro_bytes(after)) == {"paid": 2, "is_paid": 1}


def test_an_upgrade_that_exits() -> None:
    raw = SagaContext(value=made("Line", "a")(1)).avro_bytes

    @upgrade(made("Line", "b"))
    def exits(fields: dict[str, Any]) -> dict[str, Any]:
        sys.exit(3)

    with pytest.raises(SnapshotException, match=r"from the fields 'a' failed: SystemExit\(3\) - at 'value'"):
        SagaContext.from_avro_bytes(raw)


def test_an_upgrade_that_finds_no_text_quotes_no_bytes() -> None:
    raw = SagaContext(value=made("Line", "a")(b"secret\xff")).avro_bytes

    @upgrade(made("Line", "b"))
    def decodes(fields: dict[str, Any]) -> dict[str, Any]:
        return {"b": fields["a"].decode()}

    with pytest.raises(SnapshotException, match=r"failed: UnicodeDecodeError\(.* - at 'value'") as caught:
        SagaContext.from_avro_bytes(raw)
    assert "secret" not in str(caught.value)


MOVED: list[Any] = [
    (Enum, {"A": 1, "B": "x"}),
    (Enum, {"A": "a", "B": "b c"}, str),
    (Enum, {"A": "a", "B": "b"}, str),
    (IntEnum, {"A": 1, "B": 2}),
    (IntEnum, {"A": 1, "B": 2**40}),
    (Flag, {"A": 1, "B": 2}),
    (IntFlag, {"A": 1, "B": 2}),
]


@pytest.mark.parametrize("kind", MOVED, ids=lambda kind: f"{kind[0].__name__}-{kind[1]['B']}")
def test_an_enum_that_moved(kind: Any) -> None:
    make, members, *mixed_in = kind
    extends = {"type": mixed_in[0]} if mixed_in else {}

    def enum(name: str) -> Any:
        cls = make(name, members, module="odd_shop", **extends)
        setattr(sys.modules["odd_shop"], name, cls)
        return cls

    def context(cls: Any) -> SagaContext:
        return SagaContext(a=cls.A, b=cls.B, among=[cls.A, cls.B, None, "a", 1, 2.5], keys={cls.A: {cls.B}})

    raw = context(enum("Old")).avro_str
    del sys.modules["odd_shop"].Old
    renamed("odd_shop.Old", now := enum("New"))
    found = SagaContext.from_avro_str(raw)
    assert_exact(found, context(now))
    assert found.avro_str == context(now).avro_str


def test_a_value_to_which_the_class_has_an_answer() -> None:
    class Size(str, Enum):
        LARGE = "l"
        UNKNOWN = "?"

        @classmethod
        def _missing_(cls, value: object) -> Any:
            return cls.UNKNOWN

    shop = sys.modules["odd_shop"]
    old: Any = IntFlag("Bits", {"ONE": 1, "TWO": 2}, module="odd_shop")
    Size.__module__, Size.__qualname__, shop.Size, shop.Bits = "odd_shop", "Size", Size, old
    raw = SagaContext(sizes=[Size.LARGE], bits=old.ONE).avro_bytes.replace(b"\x02l", b"\x02b")
    shop.Bits = now = IntFlag("Bits", {"TWO": 2, "FOUR": 4}, module="odd_shop")
    clear_caches()
    assert SagaContext.from_avro_bytes(raw).sizes == [Size.UNKNOWN]
    renamed("b", Size.LARGE)
    renamed(1, now.FOUR)
    assert_exact(SagaContext.from_avro_bytes(raw), SagaContext(sizes=[Size.LARGE], bits=now.FOUR))


def test_a_context_class_that_moved() -> None:
    shop = sys.modules["odd_shop"]
    shop.Old = type("Old", (SagaContext,), {"__module__": "odd_shop"})
    raw = shop.Old(a=1).avro_str
    del shop.Old
    clear_caches()
    with pytest.raises(SnapshotException, match=r"no class 'odd_shop\.Old'.*renamed\('odd_shop\.Old', \.\.\.\)"):
        SagaContext.from_avro_str(raw)
    shop.New = type("New", (SagaContext,), {"__module__": "odd_shop"})
    renamed("odd_shop.Old", shop.New)
    renamed("a", "b", of=shop.New)
    assert type(SagaContext.from_avro_str(raw)) is shop.New and SagaContext.from_avro_str(raw) == {"b": 1}


def test_entities_that_moved_in_sets_that_write_themselves() -> None:
    shop = sys.modules["odd_shop"]

    def entity(name: str, base: Any, **hints: Any) -> Any:
        return type(name, (base,), {"__module__": "odd_shop", "__annotations__": hints})

    shop.OldTag = entity("OldTag", ValueObject, text=str)
    raw = SagaContext(tags=ValueObjectSet([shop.OldTag("a")])).avro_str
    del shop.OldTag
    clear_caches()
    import_module.cache_clear()
    with pytest.raises(SnapshotException, match=r"ValueObjectSet' refuses what was stored: .* - at 'tags'"):
        SagaContext.from_avro_str(raw)
    shop.NewTag = entity("NewTag", ValueObject, text=str)
    renamed("odd_shop.OldTag", shop.NewTag)
    (tag,) = SagaContext.from_avro_str(raw).tags
    assert type(tag) is shop.NewTag and tag.text == "a"
