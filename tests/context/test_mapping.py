"""What the document's API says of a context as a mapping: one claim or more for each line."""

from collections.abc import ItemsView, KeysView, MutableMapping, ValuesView
from typing import Any

import pytest

from minos_saga_context import SagaContext, UnsupportedValueException


@pytest.fixture
def context() -> SagaContext:
    return SagaContext(order_id=123, customer="john", amount=99.99)


def test_is_a_mutable_mapping(context: SagaContext) -> None:
    assert isinstance(context, MutableMapping)


def test_contains(context: SagaContext) -> None:
    assert "order_id" in context and "other" not in context
    assert 1 not in context and None not in context


def test_iter_and_len(context: SagaContext) -> None:
    assert list(context) == ["order_id", "customer", "amount"]
    assert [f"{key}: {context[key]}" for key in context] == ["order_id: 123", "customer: john", "amount: 99.99"]
    assert len(context) == 3


def test_keys(context: SagaContext) -> None:
    keys = context.keys()
    assert isinstance(keys, KeysView) and list(keys) == ["order_id", "customer", "amount"]
    assert keys & {"customer", "other"} == {"customer"}
    assert list(reversed(keys)) == ["amount", "customer", "order_id"]


def test_values(context: SagaContext) -> None:
    values = context.values()
    assert isinstance(values, ValuesView) and list(values) == [123, "john", 99.99]
    assert 123 in values and len(values) == 3


def test_items(context: SagaContext) -> None:
    items = context.items()
    assert isinstance(items, ItemsView)
    assert list(items) == [("order_id", 123), ("customer", "john"), ("amount", 99.99)]
    assert ("order_id", 123) in items and ("order_id", 124) not in items
    assert items & {("order_id", 123)} == {("order_id", 123)}


def test_views_follow_the_context(context: SagaContext) -> None:
    keys, values, items = context.keys(), context.values(), context.items()
    context.clear()
    context.a = 1
    assert (list(keys), list(values), list(items)) == (["a"], [1], [("a", 1)])


def test_changing_while_iterating_is_noticed(context: SagaContext) -> None:
    with pytest.raises(RuntimeError, match="changed size"):
        for key in context:
            del context[key]


def test_get(context: SagaContext) -> None:
    assert context.get("amount", 0.0) == 99.99
    assert context.get("shipping_cost", 0.0) == 0.0
    assert context.get("shipping_cost") is None
    assert context.get("shipping_cost", default=1) == 1
    context.amount = None
    assert context.get("amount", 0.0) is None


def test_update(context: SagaContext) -> None:
    assert context.update({"status": "processing"}, priority="high") is None
    assert (context.status, context.priority) == ("processing", "high")
    context.update([("amount", 1)])
    context.update(customer="ann")
    context.update()
    context.update(None)
    context.update(SagaContext(order_id=7))
    assert context == {"order_id": 7, "customer": "ann", "amount": 1, "status": "processing", "priority": "high"}


def test_update_takes_what_has_keys(context: SagaContext) -> None:
    class Keyed:
        def keys(self) -> list[str]:
            return ["a", "b"]

        def __getitem__(self, key: str) -> str:
            return key.upper()

    context.update(Keyed())
    assert (context.a, context.b) == ("A", "B")


@pytest.mark.parametrize(
    ("other", "more", "error"),
    [
        ({"status": "new", "customer": object()}, {}, UnsupportedValueException),
        ({"status": "new"}, {"bad": object()}, UnsupportedValueException),
        ({"status": "new", 1: 2}, {}, TypeError),
        ([("status", "new"), ("bad", [object()])], {}, UnsupportedValueException),
        ([("status", "new"), ("no pair",)], {}, ValueError),
        (17, {}, TypeError),
    ],
)
def test_update_is_all_or_nothing(context: SagaContext, other: Any, more: Any, error: Any) -> None:
    before = dict(context)
    with pytest.raises(error):
        context.update(other, **more)
    assert dict(context) == before
    with pytest.raises(error):
        context |= {**other, **more} if more else other
    assert dict(context) == before


def test_update_from_an_iterator_that_fails(context: SagaContext) -> None:
    before = dict(context)
    with pytest.raises(ZeroDivisionError):
        context.update((name, 1 // (name != "c")) for name in "abc")
    assert dict(context) == before


def test_pop(context: SagaContext) -> None:
    assert context.pop("amount") == 99.99
    assert context.pop("amount") is None
    assert context.pop("amount", 1) == context.pop("amount", default=1) == 1
    assert list(context) == ["order_id", "customer"]


def test_popitem(context: SagaContext) -> None:
    assert context.popitem() == ("amount", 99.99)
    assert context.popitem() == ("customer", "john")
    assert context.popitem() == ("order_id", 123)
    with pytest.raises(KeyError):
        context.popitem()


def test_clear(context: SagaContext) -> None:
    assert context.clear() is None
    assert len(context) == 0 and dict(context) == {}
    context.clear()


def test_setdefault(context: SagaContext) -> None:
    assert context.setdefault("amount", 1) == 99.99
    assert context.setdefault("lines", []) == []
    context.setdefault("lines", []).append(1)
    assert context.lines == [1]
    assert context.setdefault("nothing") is None and "nothing" in context
    with pytest.raises(UnsupportedValueException):
        context.setdefault("bad", object())
    assert "bad" not in context


def test_or(context: SagaContext) -> None:
    both = context | {"amount": 1, "status": "new"}
    assert type(both) is SagaContext and list(both) == ["order_id", "customer", "amount", "status"]
    assert (both.amount, context.amount) == (1, 99.99) and "status" not in context
    assert (context | SagaContext(amount=2)).amount == 2


def test_or_from_the_right(context: SagaContext) -> None:
    both = {"status": "new", "amount": 1} | context
    assert isinstance(both, SagaContext) and list(both) == ["status", "amount", "order_id", "customer"]
    assert both.amount == 99.99


def test_ior(context: SagaContext) -> None:
    same = context
    context |= {"amount": 1}
    context |= [("status", "new")]
    assert same is context and (context.amount, context.status) == (1, "new")


@pytest.mark.parametrize("other", [1, None, "ab", [("a", 1)]])
def test_or_takes_mappings_only(context: SagaContext, other: Any) -> None:
    with pytest.raises(TypeError):
        context | other
    with pytest.raises(TypeError):
        other | context


def test_or_copies(context: SagaContext) -> None:
    context.lines = [1]
    both = context | {}
    both.lines.append(2)
    assert context.lines == [1]


def test_unpacking(context: SagaContext) -> None:
    assert {**context, "a": 1} == {"order_id": 123, "customer": "john", "amount": 99.99, "a": 1}
    assert SagaContext(**context) == context
    assert dict(context) == dict(context.items())
    first, *_ = context
    assert first == "order_id"


def test_match_statement_sees_a_mapping(context: SagaContext) -> None:
    # Python 3.9 has no match statement; those of 3.10 ask for this flag, which Mapping passes on.
    assert getattr(type(context), "__flags__") & (1 << 6) or not hasattr(__import__("ast"), "Match")  # noqa: B009


def test_truth(context: SagaContext) -> None:
    assert context and not SagaContext()
