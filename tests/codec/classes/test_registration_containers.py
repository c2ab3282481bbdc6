"""Types of the user's own that are stored as dicts, lists and tuples; those of other libraries by the docs' recipes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from minos_saga_context import (
    SagaContext,
    SnapshotException,
    TypeRegistrationException,
    UnsupportedValueException,
    compare,
    register_type,
)
from tests.support.docs import ROOT
from tests.support.registry import table_restored
from tests.support.ways import WAYS


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    with table_restored():
        yield


class Held:
    """Stored as what it holds."""

    def __init__(self, data: Any):
        self.data = data

    def __eq__(self, other: object) -> bool:
        return type(other) is Held and (type(self.data), self.data) == (type(other.data), other.data)

    def __repr__(self) -> str:
        return f"Held({self.data!r})"

    __hash__ = None  # type: ignore[assignment]


DATA: list[Any] = [
    *({"sku": "A", "qty": 1, "price": Decimal("9.50")}, {}, {"a b": [1, "1"], "": None}, {1: "a"}, {"value": [1]}),
    *([1, 2.5, "1"], [], (1, ("a",)), (), [Held({"sku": Held((1,))}), Held([Held([])])]),
]


@pytest.mark.parametrize("way", WAYS)
def test_comes_back(way: str) -> None:
    register_type(Held, "test.held", lambda held: held.data, Held)
    fields = {f"f{at}": Held(data) for at, data in enumerate(DATA)}
    fields["mixed"] = [*map(Held, DATA), {"sku": "A"}, [1], None, 1, "a"]  # type: ignore[assignment]
    assert dict(WAYS[way](SagaContext(fields)).items()) == fields


def test_memory_is_independent_of_the_giver() -> None:
    register_type(Held, "test.held", lambda held: held.data, Held)
    held = Held({"lines": [1]})
    context = SagaContext(held=held)
    held.data["lines"].append(object())
    assert context.held == Held({"lines": [1]})
    # Seen for the first time where it was put in place.
    context.held.data["more"] = Held([2])
    assert SagaContext.from_avro_str(context.avro_str).held == Held({"lines": [1], "more": Held([2])})


def test_refused_with_its_path() -> None:
    register_type(Held, "test.held", lambda held: held.data, Held)
    for data, path in (
        ({"lines": [1, object()]}, "order[0].lines[1]"),
        ({"held": Held({"a": print})}, "order[0].held.a"),
    ):
        with pytest.raises(UnsupportedValueException) as info:
            SagaContext(order=[Held(data)])
        assert info.value.path == path


def test_what_is_registered_stays_so() -> None:
    register_type(Held, "test.held", lambda held: held.data, Held)
    raw = SagaContext(held=Held([1])).avro_bytes
    for cls, tag in ((Held, "test.other"), (SimpleNamespace, "test.held")):
        with pytest.raises(TypeRegistrationException, match="is taken, by the row of 'Held'"):
            register_type(cls, tag, vars, cls)
    with table_restored():
        from minos_saga_context.codec.classes.records import REGISTERED

        REGISTERED.clear()
        with pytest.raises(
            SnapshotException, match=r"Unknown kind of record 'test\.held'.*register_type\(\).*at 'held'"
        ):
            SagaContext.from_avro_bytes(raw)


def test_a_class_that_has_become_another_is_told_with_its_path() -> None:
    register_type(Held, "test.held", lambda held: held.data, lambda data: Held(data) if "a" in data else 1 / 0)
    raw = SagaContext(order=[Held({"a": 1})]).avro_bytes
    with pytest.raises(
        SnapshotException, match=r"'Held' refuses what was stored: ZeroDivisionError.* - at 'order\[\]'"
    ):
        SagaContext.from_avro_bytes(raw.replace(b'"a"', b'"b"'))


def test_a_difference_is_found_within() -> None:
    register_type(Held, "test.held", lambda held: held.data, Held)
    (change,) = compare(SagaContext(held=Held({"qty": 1})), SagaContext(held=Held({"qty": 2})))
    assert (change.path, change.before, change.after) == ("held.qty", 1, 2)


def recipes() -> dict[str, str]:
    text = (ROOT / "docs" / "values.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| (\w+)[ 0-9]* \| `(register_type\(.*\))` \|$", text, re.MULTILINE))


def classes_of(library: Any) -> tuple[Any, Any]:
    """Build a class of a library that holds another one."""
    if library.__name__ == "attrs":
        line = library.make_class("Line", ["sku", "price"])
        return line, library.make_class("Order", ["number", "lines", "best"])
    if library.__name__ == "pydantic":
        line = library.create_model("Line", sku=(str, ...), price=(Decimal, ...))
        return line, library.create_model("Order", number=(int, ...), lines=(list[line], ...), best=(Any, None))
    line = library.defstruct("Line", [("sku", str), ("price", Decimal)])
    return line, library.defstruct("Order", [("number", int), ("lines", list), ("best", Any)])


@pytest.mark.parametrize("name", ["attrs", "msgspec", "pydantic"])
def test_recipes_for_other_libraries(name: str) -> None:
    library: Any = pytest.importorskip(name)
    line, order = classes_of(library)
    for cls, tag in ((line, "shop.line"), (order, "shop.order")):
        source = recipes()[name].replace("shop.order", tag)
        exec(source, {"register_type": register_type, "Order": cls, name: library})
    lines = [line(sku="A", price=Decimal("9.50")), line(sku="B", price=Decimal("-0E+2"))]
    value = order(number=2**40, lines=lines, best=(lines[0], {1: lines[1]}))
    found = SagaContext.from_avro_str(SagaContext(order=value, mixed=[value, lines[0], None, {"sku": "A"}]).avro_str)
    assert found.order == value and found["mixed"] == [value, lines[0], None, {"sku": "A"}]
    assert type(found.order) is order and type(found.order.best[1][1]) is line and repr(found.order) == repr(value)
