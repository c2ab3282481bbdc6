"""The API part of context-management.md: each line, and the example of each."""

from collections.abc import ItemsView, Iterator, KeysView, MutableMapping, ValuesView

import pytest
from minos.common import BucketModel
from minos.saga import SagaContext

import minos_saga_context


@pytest.fixture
def context() -> SagaContext:
    # Example: context = SagaContext(order_id=123, customer="john", amount=99.99)
    return SagaContext(order_id=123, customer="john", amount=99.99)


def test_class_saga_context(context: SagaContext) -> None:
    """class SagaContext(BucketModel, MutableMapping): dictionary-style and attribute-style access to data."""
    assert issubclass(SagaContext, BucketModel) and issubclass(SagaContext, MutableMapping)
    assert isinstance(context, BucketModel) and isinstance(context, MutableMapping)
    assert type(context) is minos_saga_context.SagaContext


def test_automatic_field_creation_and_persistence(context: SagaContext) -> None:
    """... with automatic field creation and persistence capabilities. Extends BucketModel for serialization."""
    context["new"] = [1]
    context.newer = {"a": 1}
    recovered = SagaContext.from_avro_str(context.avro_str)
    assert isinstance(context.avro_str, str) and recovered == context and list(recovered)[-2:] == ["new", "newer"]


def test_init(context: SagaContext) -> None:
    """__init__(self, **kwargs): initialize context with key-value pairs."""
    assert dict(context) == {"order_id": 123, "customer": "john", "amount": 99.99}


def test_setitem(context: SagaContext) -> None:
    """__setitem__(self, key, value): context["order_id"] = 123"""
    context["order_id"] = 124
    assert context["order_id"] == 124


def test_getitem(context: SagaContext) -> None:
    """__getitem__(self, key): order_id = context["order_id"]. Raises KeyError if key not found."""
    order_id = context["order_id"]
    assert order_id == 123
    with pytest.raises(KeyError):
        context["missing"]


def test_delitem(context: SagaContext) -> None:
    """__delitem__(self, key): del context["temp_data"]. Raises KeyError if key not found."""
    context["temp_data"] = 1
    del context["temp_data"]
    assert "temp_data" not in context
    with pytest.raises(KeyError):
        del context["temp_data"]


def test_setattr(context: SagaContext) -> None:
    """__setattr__(self, key, value): context.order_id = 123"""
    context.order_id = 124
    assert context["order_id"] == 124


def test_delattr(context: SagaContext) -> None:
    """__delattr__(self, key): del context.temp_data. Raises AttributeError if attribute not found."""
    context.temp_data = 1
    del context.temp_data
    assert "temp_data" not in context
    with pytest.raises(AttributeError):
        del context.temp_data


def test_contains(context: SagaContext) -> None:
    """__contains__(self, key) -> bool: if "order_id" in context: process_order(context.order_id)"""
    assert ("order_id" in context) is True and ("missing" in context) is False
    assert context.order_id == 123


def test_iter(context: SagaContext) -> None:
    """__iter__(self): iterator over context keys. for key in context: print(f"{key}: {context[key]}")"""
    assert isinstance(iter(context), Iterator)
    assert [f"{key}: {context[key]}" for key in context] == ["order_id: 123", "customer: john", "amount: 99.99"]


def test_len(context: SagaContext) -> None:
    """__len__(self) -> int: number of context items. if len(context) > 0: process_context(context)"""
    assert len(context) == 3 and len(SagaContext()) == 0


def test_keys(context: SagaContext) -> None:
    """keys(self) -> dict_keys"""
    assert isinstance(context.keys(), KeysView) and list(context.keys()) == ["order_id", "customer", "amount"]


def test_values(context: SagaContext) -> None:
    """values(self) -> dict_values"""
    assert isinstance(context.values(), ValuesView) and list(context.values()) == [123, "john", 99.99]


def test_items(context: SagaContext) -> None:
    """items(self) -> dict_items: key-value pairs"""
    assert isinstance(context.items(), ItemsView)
    assert list(context.items()) == [("order_id", 123), ("customer", "john"), ("amount", 99.99)]


def test_get(context: SagaContext) -> None:
    """get(self, key, default=None): amount = context.get("amount", 0.0)"""
    amount = context.get("amount", 0.0)
    assert amount == 99.99
    assert context.get("missing", 0.0) == 0.0 and context.get("missing") is None
    assert context.get(key="missing", default=1) == 1


def test_update(context: SagaContext) -> None:
    """update(self, other=None, **kwargs): context.update({"status": "processing"}, priority="high")"""
    context.update({"status": "processing"}, priority="high")
    assert (context.status, context.priority) == ("processing", "high")
    context.update(None, priority="low")
    assert context.priority == "low"


def test_pop(context: SagaContext) -> None:
    """pop(self, key, default=None): temp_value = context.pop("temp_data"). Removed value or default."""
    context.temp_data = 7
    temp_value = context.pop("temp_data")
    assert temp_value == 7 and "temp_data" not in context
    assert context.pop("temp_data") is None and context.pop("temp_data", 0) == 0


def test_clear(context: SagaContext) -> None:
    """clear(self): context.clear()  # Reset context"""
    context.clear()
    assert len(context) == 0
