"""minos's own way around contexts: in Models, DTOs and broker messages; and Models of all kinds in contexts."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Optional
from uuid import uuid4

import pytest
from minos.aggregate import EntitySet, Ref, ValueObjectSet
from minos.common import DataTransferObject, DeclarativeModel, Field, ModelType
from minos.networks import BrokerMessageV1
from minos.saga import SagaContext as StockContext

from minos_saga_context import SagaContext, SnapshotException
from minos_saga_context.codec.types.cache import clear_caches
from tests.classes import CAR_ID, Address, Basket, Car, Color, Event, Free, Garage, Line, Owner, Product
from tests.support.exact import assert_exact, picture
from tests.support.sagas.broker import message

CAR = Car("7777-XYZ", 3, uuid=CAR_ID)
PLAIN = {"order_id": 1, "items": [{"sku": "B", "price": 49.99, "zip": "01234"}], "note": None, "paid": True}
RICH = {
    **PLAIN,
    "total": Decimal("1.10"),
    "mixed": [(1,), [1], {1}, "a", Color.RED, Line("a", 1)],
    "keys": {1: "a", None: 2},
    "at": datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=2))),
    "a b": 1,
    "product": Product("chair", 9.5, [], None),
}
FIELDS = [pytest.param(PLAIN, id="plain"), pytest.param(RICH, id="rich"), pytest.param({}, id="empty")]


class Envelope(DeclarativeModel):
    note: str
    context: StockContext
    spare: Optional[StockContext]


@pytest.mark.parametrize("fields", FIELDS)
def test_in_a_model(fields: dict[str, Any]) -> None:
    context = SagaContext(fields)
    found = Envelope.from_avro_bytes(Envelope("x", context, None).avro_bytes)
    assert_exact(found.context, context)
    assert found.spare is None and found.note == "x"
    both = Envelope.from_avro_bytes(Envelope("x", context, SagaContext(other=1)).avro_bytes)
    assert_exact([both.context, both.spare], [context, SagaContext(other=1)])


@pytest.mark.parametrize("fields", FIELDS)
def test_in_a_dto(fields: dict[str, Any]) -> None:
    context = SagaContext(fields)
    dto = DataTransferObject("Carrier", fields={"context": Field("context", StockContext, context)})
    assert_exact(DataTransferObject.from_avro_bytes(dto.avro_bytes).context, context)


@pytest.mark.parametrize("fields", FIELDS)
def test_in_a_broker_message(fields: dict[str, Any]) -> None:
    context = SagaContext(fields)
    for content in (context, [context, SagaContext(a=1)], {"first": context}):
        found = BrokerMessageV1.from_avro_bytes(message(content).avro_bytes)
        assert picture(found.content) == picture(content)


@pytest.mark.parametrize("fields", FIELDS)
def test_from_avro_of_schema_and_data(fields: dict[str, Any]) -> None:
    context = SagaContext(fields)
    schema, data = context.avro_schema, context.avro_data
    assert_exact(SagaContext.from_avro(schema, data), context)
    assert_exact(SagaContext.from_avro(schema[0], data), context)


def test_batch_of_one_shape_and_of_many() -> None:
    for contexts in (
        [SagaContext(a=place, b=str(place)) for place in range(50)],
        [SagaContext(a=1), SagaContext(), SagaContext(b=[1, "x"]), SagaContext(a="x"), SagaContext(RICH)],
    ):
        found = SagaContext.from_avro_bytes(SagaContext.to_avro_bytes(contexts), batch_mode=True)
        assert_exact(found, contexts)
        assert_exact(SagaContext.from_avro_str(SagaContext.to_avro_str(contexts), batch_mode=True), contexts)


class OrderContext(SagaContext):
    """A context of a service's own."""

    def __init__(self, order_id: int, **values: Any):
        super().__init__(order_id=order_id, **values)

    @property
    def label(self) -> str:
        return f"order {self.order_id}"


def test_subclass() -> None:
    context = OrderContext(5, items=[Decimal("1.10")])
    found = SagaContext.from_avro_str(context.avro_str)
    assert type(found) is OrderContext and found.label == "order 5"
    assert_exact(found, context)
    inside = SagaContext.from_avro_str(SagaContext(inner=context, plain=SagaContext(a=1)).avro_str)
    assert [type(inside["inner"]), type(inside["plain"])] == [OrderContext, SagaContext]


MODELS = {
    "entity": CAR,
    "reference that is resolved": Owner("jo", Ref(CAR), uuid=CAR_ID),
    "reference that is not": Owner("jo", Ref(CAR_ID), uuid=CAR_ID),
    "value object": Address("Main St", 123),
    "sets": Garage(EntitySet([CAR]), ValueObjectSet([Address("a", 1), Address("b", 2)]), uuid=CAR_ID),
    "model of models": Basket(None, [Product("a", 1.0, [], 1), Product("b", 2.0, ["x"], None)]),
    "anything": Free([1, "a", 2.5]),
    "context in a field": Free(SagaContext(a=1)),
}


@pytest.mark.parametrize("name", MODELS)
def test_models_in_a_context(name: str) -> None:
    model = MODELS[name]
    found = SagaContext.from_avro_str(SagaContext(model=model, listed=[model, None, 1, "a"]).avro_str)
    assert_exact(dict(found), {"model": model, "listed": [model, None, 1, "a"]})
    assert found["model"] == model and type(found["model"]) is type(model)


def test_fields_of_models_stay_what_they_are() -> None:
    found = SagaContext.from_avro_str(SagaContext(model=Product("a", 1.0, [], None)).avro_str)["model"]
    assert {name: field.type for name, field in found.fields.items()} == {
        name: field.type for name, field in Product("a", 1.0, [], None).fields.items()
    }
    found.weight = 7
    with pytest.raises(Exception, match="weight"):
        found.weight = "no number"


def test_context_keeps_a_copy_of_a_model() -> None:
    model = Product("a", 1.0, ["x"], None)
    context = SagaContext(model=model)
    model.tags.append("y")
    model.name = "b"
    assert (context.model.name, context.model.tags) == ("a", ["x"])


def test_same_dto_in_two_fields() -> None:
    total = ModelType.build("Total", {"amount": float, "currency": str})
    other = ModelType.build("Total", {"amount": int})
    fields = {
        "net": total(1.5, "EUR"),
        "gross": total(2.0, "EUR"),
        "other": other(1),
        "all": [total(1.5, "EUR"), other(1)],
    }
    found = SagaContext.from_avro_str(SagaContext(fields).avro_str)
    assert_exact(dict(found), fields)
    assert found == SagaContext(fields)


def test_references_to_several_kinds_of_entities() -> None:
    owner = Owner("jo", Ref(CAR), uuid=uuid4())
    values = [Ref(CAR), Ref(owner), Ref(CAR_ID), CAR_ID, str(CAR_ID), EntitySet([CAR]), EntitySet([owner]), [CAR]]
    assert_exact(SagaContext.from_avro_str(SagaContext(refs=values).avro_str)["refs"], values)


@pytest.mark.parametrize("when", [5, datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc)], ids=str)
def test_references_to_what_may_be_an_int_or_a_time(when: Any) -> None:
    event = Event(when, [when, 7, None, datetime(2025, 1, 1, tzinfo=timezone.utc)], uuid=CAR_ID, version=1)
    context = SagaContext(one=Ref(event), many=[Ref(event), Ref(CAR_ID)], event=event)
    for _ in range(3):
        assert_exact(SagaContext.from_avro_str(context.avro_str), context)


def test_a_model_that_refuses_what_was_stored_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = SagaContext(order=[Product("chair", 9.5, [])]).avro_bytes

    class Stricter(DeclarativeModel):
        name: str
        price: float
        tags: list[str]
        material: str

    Stricter.__module__, Stricter.__qualname__ = Product.__module__, Product.__qualname__
    monkeypatch.setattr("tests.classes.Product", Stricter)
    clear_caches()
    try:
        with pytest.raises(
            SnapshotException,
            match=r"'tests\.classes\.Product' refuses .*'material' field .*missing\. Declare.* - at 'order\[\]'",
        ):
            SagaContext.from_avro_bytes(raw)
    finally:
        clear_caches()
