"""Contexts that stand in other Models, and Models that stand in contexts."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Optional, Union
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from minos.aggregate import Entity, EntitySet, ValueObject, ValueObjectSet
from minos.common import DataTransferObject, DeclarativeModel, Field, MinosTypeAttributeException
from minos.saga import SagaContext as StockContext

from minos_saga_context import SagaContext, activate, deactivate
from minos_saga_context.context import nested
from tests.support.exact import assert_exact, picture
from tests.support.strategies import NAMES


class OurHolder(DeclarativeModel):  # type: ignore[misc]
    context: SagaContext


class StockHolder(DeclarativeModel):  # type: ignore[misc]
    context: StockContext


class ManyHolder(DeclarativeModel):  # type: ignore[misc]
    contexts: list[StockContext]
    one: Optional[StockContext]


class AnyHolder(DeclarativeModel):  # type: ignore[misc]
    context: Any
    number: int


class Named(SagaContext):
    """A class of a service's own."""


class Typed(SagaContext):
    """One that declares a field."""

    n: int = 1


def _holder(declared: Any, name: str) -> Any:
    """Make a Model that declares a class of contexts in every way, and Models that stand in its sets."""

    def make(kind: str, base: type, **hints: Any) -> Any:
        path = {"__module__": __name__, "__annotations__": hints}
        made = globals()[f"{kind}Of{name}"] = type(f"{kind}Of{name}", (base,), path)
        return made

    part, value = make("Part", Entity, context=declared), make("Value", ValueObject, context=declared)
    either, many = Union[int, str, declared], dict[str, list[declared]]
    sets = {"parts": EntitySet[part], "set_of": ValueObjectSet[value]}
    holder = make("Holder", Entity, one=declared, either=either, many=many, context=Optional[declared], **sets)
    return lambda context, hashable: holder(
        context, context, {"a": [context]}, None, EntitySet([part(context)]), ValueObjectSet([value(hashable)])
    )


DECLARED = {
    name: (cls, _holder(cls, name))
    for name, cls in {"Ours": SagaContext, "Stocks": StockContext, "Named": Named, "Typed": Typed}.items()
}


class Line(DeclarativeModel):  # type: ignore[misc]
    sku: str
    price: float


CONTENTS: list[dict[str, Any]] = [
    {"a": 1},
    {},
    {"line": {"qty": 1, "zip": "01234", "price": 49.99, "vip": True}},
    {"mixed": [1, 2.5, "1", None, b"raw"], "id": UUID(int=7)},
    {"items": [1], "fields": {"a": 1}, "a b": 2},
    {"wait": timedelta(1), "count": 1, "pair": (1, "2"), "big": 1 << 80},
    {"inner": SagaContext(items=[1], deeper=SagaContext(a=2.5))},
    {"at": datetime(2024, 1, 2, tzinfo=timezone.utc), "day": date(2024, 1, 2)},
    {"ids": [UUID(int=1)], "t": time(1)},
    {"line": Line("A", 9.5), "lines": [Line("B", 1.0), None]},
]

HOLDERS = {
    "declared as ours": OurHolder,
    "declared as stock's": StockHolder,
    "list and Optional": lambda context: ManyHolder([context, context], context),
    "list and None": lambda context: ManyHolder([context], None),
    "declared as Any": lambda context: AnyHolder(context, 1),
    "twice in a DTO": lambda context: DataTransferObject(
        "Holder", fields={"a": Field("a", Any, context), "b": Field("b", Any, [context, context])}
    ),
}


@pytest.mark.parametrize("content", CONTENTS, ids=repr)
@pytest.mark.parametrize("holder", HOLDERS)
def test_context_in_another_model(holder: str, content: dict[str, Any]) -> None:
    context = SagaContext(content)
    model = HOLDERS[holder](context)
    for twin in (type(model).from_avro_bytes(model.avro_bytes), type(model).from_avro_str(model.avro_str)):
        assert twin == model and repr(twin) == repr(model)
        found = next(iter(twin.values()))
        found = found[0] if isinstance(found, list) else found
        assert type(found) is SagaContext and dict(found) == content


@pytest.mark.parametrize("content", CONTENTS, ids=repr)
@pytest.mark.parametrize("name", DECLARED)
def test_whichever_class_of_contexts_a_model_declares(name: str, content: dict[str, Any]) -> None:
    declared, holder = DECLARED[name]
    context = declared(content)
    model = holder(context, declared(a=1))
    assert_exact(next(iter(model.parts)).context, context)
    assert next(iter(model.set_of)).context == declared(a=1)
    loaded = type(model).from_avro_bytes(model.avro_bytes)
    for twin in (loaded, type(model).from_avro(model.avro_schema, model.avro_data)):
        assert dict(twin.one) == dict(twin.either) == dict(twin.many["a"][0]) == dict(context)
        assert twin.context is None and dict(next(iter(twin.parts)).context) == dict(context)
    assert picture(type(loaded).from_avro_bytes(loaded.avro_bytes)) == picture(loaded)


@given(st.dictionaries(NAMES, st.integers() | st.text() | st.lists(st.floats() | st.integers()), max_size=3))
def test_where_a_model_declares_a_context_a_dict_is_one_and_nothing_else(values: dict[str, Any]) -> None:
    assert_exact(StockHolder(values).context, SagaContext(values))
    with pytest.raises(MinosTypeAttributeException):
        StockHolder(Line("A", 9.5))


@pytest.mark.parametrize("content", CONTENTS, ids=repr)
def test_context_in_a_context(content: dict[str, Any]) -> None:
    context = SagaContext(inner=SagaContext(content), many=[SagaContext(content)], by_name={"a": SagaContext(content)})
    twin = SagaContext.from_avro_bytes(context.avro_bytes)
    assert twin == context and repr(twin) == repr(context)
    assert {type(twin.inner), type(twin.many[0]), type(twin.by_name["a"])} == {SagaContext}


def test_models_in_contexts_are_exact() -> None:
    context = SagaContext(line=Line("A", 1.0), lines=[Line("B", 2.0), Line("C", 3.5)], by_sku={"D": Line("D", 4.0)})
    twin = SagaContext.from_avro_str(context.avro_str)
    assert twin == context
    assert type(twin.line) is type(twin.lines[1]) is type(twin.by_sku["D"]) is Line
    assert type(twin.line.price) is float


def test_two_fields_with_the_same_dto() -> None:
    dto = DataTransferObject("Line", fields={"sku": Field("sku", str, "A")})
    context = SagaContext(first=dto, second=dto)
    twin = SagaContext.from_avro_str(context.avro_str)
    assert twin == context and type(twin.first) is DataTransferObject


def test_stock_s_own_holders_still_work_with_the_plug_pulled() -> None:
    deactivate()
    try:
        model = AnyHolder(StockContext(a=1), 1)
        twin = AnyHolder.from_avro_bytes(model.avro_bytes)
        assert twin == model and type(twin.context) is StockContext
        raw = model.avro_bytes
    finally:
        activate()
    twin = AnyHolder.from_avro_bytes(raw)
    assert type(twin.context) is SagaContext and dict(twin.context) == {"a": 1}


NOW, DAY = datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc), date(2024, 10, 1)
MIXED: list[Any] = [
    [DAY, NOW],
    [NOW, DAY],
    [1, DAY, NOW],
    [1, timedelta(1)],
    [timedelta(1), NOW, time(1)],
    {"a": [NOW]},
]


@pytest.mark.parametrize("value", MIXED, ids=str)
def test_what_stock_nested_is_read_as_it_was_put_or_as_stock_reads_it(value: Any) -> None:
    deactivate()
    try:
        raw = AnyHolder(StockContext(value=value), 1).avro_bytes
        expected = picture(AnyHolder.from_avro_bytes(raw).context["value"])
    finally:
        activate()
    found = AnyHolder.from_avro_bytes(raw).context
    assert type(found) is SagaContext and picture(found["value"]) in (picture(value), expected)


@pytest.mark.parametrize(
    "content", [{"a": 1, "b": ["x"], "c": {"d": 1.5}}, {"a": [1, "x"]}, {"a": Decimal("1.10")}, {}]
)
def test_the_hooks_that_minos_calls_for_holders_with_a_way_of_their_own(content: dict[str, Any]) -> None:
    context = SagaContext(content)
    described = nested.decode_schema(nested.encode_schema(nested.type_of(context)))
    found = nested.decode_data(type(context), nested.encode_data(context), described)
    assert_exact(found, context)
