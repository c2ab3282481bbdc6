"""Copies, pickles, equality, hashes and subclasses."""

import copy
import pickle
from collections import OrderedDict
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pytest
from minos.common import DataTransferObject, DeclarativeModel, Field

from minos_saga_context import SagaContext


class OrderContext(SagaContext):
    """A context of a service's own."""

    tax = 0.21

    def gross(self) -> float:
        return round(float(self.total * (1 + self.tax)), 2)


class StrictContext(SagaContext):
    """One whose constructor takes something else."""

    def __init__(self, order_id: int):
        super().__init__(order_id=order_id)


class Declared(DeclarativeModel):  # type: ignore[misc]
    a: int


VALUES: dict[str, Any] = {
    "order_id": 123,
    "lines": [{"sku": "B", "qty": 1, "price": 49.99}, {"zip": "01234", "vip": True}],
    "tags": {"a", "b"},
    "at": datetime(2026, 11, 23, 9, 30),
    "inner": SagaContext(lines=[1]),
    "items": [1],
}


@pytest.fixture
def context() -> SagaContext:
    return SagaContext(VALUES)


COPIES = [
    copy.copy,
    copy.deepcopy,
    lambda context: type(context)(**context),
    lambda context: type(context)(context),
    lambda context: context | {},
    lambda context: type(context).from_avro_str(context.avro_str),
    *(lambda context, p=protocol: pickle.loads(pickle.dumps(context, p)) for protocol in range(6)),
]


@pytest.mark.parametrize("make", COPIES)
def test_copies_are_equal_and_independent(context: SagaContext, make: Any) -> None:
    twin = make(context)
    assert twin == context and type(twin) is SagaContext and list(twin) == list(context)
    twin.lines[0]["price"] = 1
    twin.lines.append(2)
    twin.tags.add("c")
    twin.inner.lines.append(2)
    twin.items.append(2)
    twin.order_id = 4
    twin.more = 1
    assert dict(context) == VALUES
    assert list(context.items()) == list(VALUES.items())
    context.items.append(3)
    assert twin.items == [1, 2]


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))])
def test_copies_take_underscore_attributes_along(context: SagaContext, make: Any) -> None:
    context._note = "mine"
    assert make(context)._note == "mine"


def test_deepcopy_within_something_else(context: SagaContext) -> None:
    holder = {"one": context, "two": [context]}
    twin = copy.deepcopy(holder)
    assert twin == holder and twin["one"] is not context
    twin["one"].lines.clear()
    assert len(context.lines) == 2


@pytest.mark.parametrize("kind", [dict, OrderedDict, MappingProxyType, SagaContext, OrderContext])
def test_equal_to_any_mapping_of_equal_items(context: SagaContext, kind: Any) -> None:
    other = kind(VALUES)
    assert context == other and other == context
    assert (context != other) is False
    different = kind({**VALUES, "order_id": 124})
    assert context != different and different != context
    assert context != kind({**VALUES, "more": 1}) and context != kind({})


def test_equal_to_other_models() -> None:
    assert SagaContext(a=1) == Declared(1) and Declared(1) == SagaContext(a=1)
    assert SagaContext(a=2) != Declared(1) and Declared(1) != SagaContext(a=2)


def test_data_transfer_objects_are_equal_to_their_like_only() -> None:
    # They compare names, which contexts have none of.
    other = DataTransferObject("Other", fields={"a": Field("a", int, 1)})
    assert SagaContext(a=1) != other and other != SagaContext(a=1)


@pytest.mark.parametrize("other", [1, None, [("a", 1)], "a", object()])
def test_equal_to_nothing_else(other: Any) -> None:
    assert SagaContext(a=1) != other and (SagaContext(a=1) == other) is False


def test_equality_does_not_see_the_order() -> None:
    assert SagaContext(a=1, b=2) == SagaContext(b=2, a=1)


def test_equal_contexts_have_equal_hashes() -> None:
    assert hash(SagaContext(a=1, b="2")) == hash(SagaContext(b="2", a=1))
    assert len({SagaContext(a=1), SagaContext(a=1), SagaContext(a=2)}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(SagaContext(a=[1]))


def test_subclasses_keep_their_type() -> None:
    context = OrderContext(total=100)
    raw = context.avro_bytes
    twins = [make(context) for make in COPIES]
    twins += [context | {"a": 1}, {"a": 1} | context, OrderContext.empty() | context]
    twins += [SagaContext.from_avro_bytes(raw), OrderContext.from_avro_bytes(raw)]
    twins += OrderContext.from_avro_bytes(OrderContext.to_avro_bytes([context, context]), batch_mode=True)
    assert {type(twin) for twin in twins} == {OrderContext}
    assert {twin.gross() for twin in twins} == {121.0}


def test_subclasses_nest() -> None:
    context = SagaContext(order=OrderContext(total=100))
    twin = SagaContext.from_avro_str(context.avro_str)
    assert type(context.order) is type(twin.order) is OrderContext and twin.order.gross() == 121.0


def test_class_attributes_of_subclasses() -> None:
    context = OrderContext(total=100)
    context.tax = 0.1
    assert (context["tax"], context.tax, OrderContext.tax) == (0.1, 0.21, 0.21)


@pytest.mark.parametrize(
    "make", [copy.copy, copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c)), lambda c: c | {"b": 1}]
)
def test_subclasses_with_a_constructor_of_their_own(make: Any) -> None:
    twin = make(StrictContext(1))
    assert type(twin) is StrictContext and twin.order_id == 1
    assert type(StrictContext.from_avro_bytes(twin.avro_bytes)) is StrictContext


class Slotted:
    __slots__ = ("extra",)


@pytest.mark.parametrize("base", [Slotted, Exception, dict, Declared])
def test_subclasses_of_other_classes_too(base: type, context: SagaContext) -> None:
    mixed = type("Mixed", (SagaContext, base), {"__module__": __name__, "__doc__": None})(**context)
    assert dict(mixed.items()) == VALUES and mixed.order_id == 123


class UpgradingContext(SagaContext):
    """One that changes what it reads."""

    @classmethod
    def from_avro_bytes(cls, raw: bytes, **kwargs: Any) -> Any:
        found = super().from_avro_bytes(raw, **kwargs)
        found.version = 2
        return found


def test_text_is_read_as_the_bytes_are() -> None:
    assert UpgradingContext.from_avro_str(UpgradingContext(a=1).avro_str) == {"a": 1, "version": 2}


def test_copy_is_that_of_the_module(context: SagaContext) -> None:
    context._note = ["n"]
    twin = context.copy()
    assert type(twin) is type(context) and twin == context and twin._note is context._note
    twin["more"] = 1
    assert "more" not in context
    assert SagaContext(copy=[1]).copy == [1] and SagaContext(copy=[1]).copy() == {"copy": [1]}


def test_deepcopy_shares_no_attributes() -> None:
    inner = SagaContext(a=1)
    inner._note = ["inner"]
    context = SagaContext(inner=[{"one": inner}], items=inner)
    context._note, context._self = ["outer"], context
    twin = copy.deepcopy(context)
    assert twin == context and twin._self is twin
    pairs = [(twin, context), (twin["inner"][0]["one"], context["inner"][0]["one"]), (twin.items, context.items)]
    for made, held in pairs:
        assert made._note == held._note and made._note is not held._note
