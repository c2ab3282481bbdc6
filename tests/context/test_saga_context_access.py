"""Fields as items and as attributes, and how they come into being."""

from collections.abc import Mapping, MutableMapping
from typing import Any

import pytest
from minos.common import BucketModel, Field, Model

from minos_saga_context import MissingAttributeException, MissingItemException, SagaContext, UnsupportedValueException


def test_bases() -> None:
    assert issubclass(SagaContext, BucketModel)
    assert issubclass(SagaContext, (Model, Mapping)) and issubclass(SagaContext, MutableMapping)


def test_built_from_keywords() -> None:
    context = SagaContext(order_id=123, customer="john", amount=99.99)
    assert dict(context) == {"order_id": 123, "customer": "john", "amount": 99.99}


@pytest.mark.parametrize("other", [{"a": 1, "b": 2}, [("a", 1), ("b", 2)], SagaContext(a=1, b=2)])
def test_built_from_a_mapping_or_pairs(other: Any) -> None:
    assert dict(SagaContext(other)) == {"a": 1, "b": 2}
    assert list(SagaContext(other, b=3, c=4).items()) == [("a", 1), ("b", 3), ("c", 4)]


def test_built_from_a_generator() -> None:
    assert SagaContext((name, 1) for name in "ab") == {"a": 1, "b": 1}


def test_built_empty() -> None:
    assert len(SagaContext()) == len(SagaContext.empty()) == len(SagaContext({})) == len(SagaContext([])) == 0
    assert not SagaContext()


def test_one_positional_argument_at_most() -> None:
    with pytest.raises(TypeError):
        SagaContext({}, {})  # type: ignore[call-arg]


@pytest.mark.parametrize("other", [1, "ab", None.__class__])
def test_neither_mapping_nor_pairs(other: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        SagaContext(other)


def test_items() -> None:
    context = SagaContext()
    context["order_id"] = 123
    context["order_id"] += 1
    assert context["order_id"] == context.order_id == 124
    del context["order_id"]
    assert "order_id" not in context


def test_attributes() -> None:
    context = SagaContext()
    context.order_id = 123
    context.order_id += 1
    assert context.order_id == context["order_id"] == 124
    del context.order_id
    assert not hasattr(context, "order_id")


def test_getattr_and_setattr() -> None:
    context = SagaContext()
    setattr(context, "is this", "a name")
    assert getattr(context, "is this") == "a name" == context["is this"]
    assert getattr(context, "missing", None) is None


def test_order_is_that_of_first_assignment() -> None:
    context = SagaContext(b=1, a=2)
    context["c"] = 3
    context["b"] = 4
    assert list(context) == ["b", "a", "c"]
    assert list(reversed(context)) == ["c", "a", "b"]
    del context["b"]
    context["b"] = 5
    assert list(context) == ["a", "c", "b"]


def test_a_field_may_change_its_type() -> None:
    context = SagaContext(total=1)
    for value in (2.5, "1", None, True, [1, 2.5], {"a": 1}, b"raw", 1):
        context.total = value
        assert context["total"] == value and type(context.total) is type(value)


def test_missing_item() -> None:
    context = SagaContext(order_id=123)
    with pytest.raises(KeyError, match="'SagaContext' does not contain the 'other' field"):
        context["other"]
    with pytest.raises(MissingItemException):
        del context["other"]
    assert context == {"order_id": 123}


def test_missing_attribute() -> None:
    context = SagaContext(order_id=123)
    with pytest.raises(AttributeError, match="'SagaContext' does not contain the 'other' field"):
        context.other  # noqa: B018
    with pytest.raises(MissingAttributeException):
        del context.other
    with pytest.raises(AttributeError):
        del context._private
    assert context == {"order_id": 123}


def test_underscore_attributes_are_no_fields() -> None:
    context = SagaContext(a=1)
    context._cached = object()
    assert context._cached is context.__dict__["_cached"]
    assert dict(context) == {"a": 1} and "_cached" not in context
    assert SagaContext.from_avro_bytes(context.avro_bytes) == {"a": 1}
    del context._cached
    assert not hasattr(context, "_cached")


def test_underscore_items_are_fields() -> None:
    context = SagaContext({"_id": 1})
    context["_id"] += 1
    context["_fields"] = "a"
    context["__class__"] = "b"
    assert dict(context) == {"_id": 2, "_fields": "a", "__class__": "b"}
    assert not hasattr(context, "_id")
    assert type(context) is SagaContext
    assert dict(SagaContext.from_avro_bytes(context.avro_bytes)) == dict(context)


@pytest.mark.parametrize("key", [1, None, b"a", 1.5, ("a",), True])
def test_keys_are_strings(key: Any) -> None:
    context = SagaContext(a=1)
    with pytest.raises(TypeError, match="The names of fields are strings"):
        context[key] = 1
    with pytest.raises(TypeError, match="The names of fields are strings"):
        context.update({"b": 2, key: 1})
    with pytest.raises(TypeError, match="The names of fields are strings"):
        SagaContext({key: 1})
    with pytest.raises(TypeError):
        context.setdefault(key, 1)
    with pytest.raises(KeyError):
        context[key]
    assert key not in context and context.get(key) is None and context == {"a": 1}


def test_a_key_of_a_subclass_of_str_becomes_a_str() -> None:
    class Name(str):
        pass

    context = SagaContext({Name("a"): 1})
    context[Name("b")] = 2
    assert list(map(type, context)) == [str, str]
    assert context[Name("a")] == 1


def test_what_cannot_be_kept_is_refused_and_nothing_changes() -> None:
    context = SagaContext(a=1)
    with pytest.raises(UnsupportedValueException, match="'a'"):
        context.a = object()
    with pytest.raises(UnsupportedValueException, match="'b'"):
        context["b"] = object()
    with pytest.raises(UnsupportedValueException, match=r"'order\.items\[1\]\.price'"):
        context.order = {"items": [{"price": 1}, {"price": object()}]}
    with pytest.raises(UnsupportedValueException):
        SagaContext(a=object())
    assert context == {"a": 1}


def test_containers_are_copied_on_the_way_in() -> None:
    mine: dict[str, Any] = {"lines": [{"sku": "A"}]}
    context = SagaContext(order=mine)
    mine["lines"][0]["sku"] = "B"
    mine["more"] = 1
    assert context.order == {"lines": [{"sku": "A"}]}


def test_containers_are_changed_in_place() -> None:
    context = SagaContext(order={"lines": [1]})
    context.order["lines"].append(2.5)
    context["order"]["paid"] = True
    assert context == {"order": {"lines": [1, 2.5], "paid": True}}
    assert SagaContext.from_avro_bytes(context.avro_bytes) == context


def test_what_was_put_in_place_and_cannot_be_kept_is_refused_at_the_next_copy_and_at_storage() -> None:
    context = SagaContext(order={"lines": [1]})
    context.order["lines"].append(object())
    for use in (lambda: SagaContext(**context), lambda: context.avro_bytes, lambda: context.avro_schema):
        with pytest.raises(UnsupportedValueException, match=r"'order\.lines\[1\]'"):
            use()


def test_fields_are_those_of_minos() -> None:
    context = SagaContext(a=1)
    field = context.fields["a"]
    assert isinstance(field, Field) and (field.name, field.value, field.type) == ("a", 1, Any)
    field.value = [1]
    assert context.a == [1]
    with pytest.raises(UnsupportedValueException, match="'a'"):
        field.value = object()
    assert context.a == [1]


def test_the_protocol_of_model() -> None:
    fields = {"a": Field("a", int, 1), "b": Field("b", str, "2")}
    assert SagaContext(fields=fields) == {"a": 1, "b": "2"}
    assert SagaContext(fields=fields, c=3) == {"a": 1, "b": "2", "c": 3}
    assert SagaContext(fields=SagaContext(a=1).fields) == {"a": 1}


def test_from_model_type() -> None:
    context = SagaContext.from_model_type(SagaContext(a=1, b="2").model_type, 3, b="4")
    assert type(context) is SagaContext and context == {"a": 3, "b": "4"}
    context.a = "any type"
    assert context.a == "any type"
