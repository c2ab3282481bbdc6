"""Typed contexts: what is refused, what is filled in, and that nobody else sees a difference."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any, Final, Literal, Optional, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import ContextTypeException, SagaContext
from minos_saga_context.activation.sagas.callbacks import hand_over
from tests.support.typed_service import Channel, GiftContext, Line, OrderContext, pay

LINES = [Line("A", Decimal("9.50")), Line("B", Decimal("4.00"))]

DEFAULTS: dict[str, Any] = {
    "prices": {},
    "status": "pending",
    "channel": Channel.WEB,
    "coupon": None,
    "reference": 0,
}

WRONG: list[Any] = [
    ("order_id", "1", "order_id", str),
    ("order_id", 1.0, "order_id", float),
    ("order_id", None, "order_id", type(None)),
    ("lines", [*LINES, "C"], "lines[2]", str),
    ("lines", tuple(LINES), "lines", tuple),
    ("prices", {"a b": [Decimal(1), 2.5]}, "prices['a b'][1]", float),
    ("prices", {"a": [], "b": ["1"]}, "prices.b[0]", str),
    ("prices", {3: []}, "prices[3]", int),
    ("status", "gone", "status", str),
    ("channel", 1, "channel", int),
    ("coupon", b"x", "coupon", bytes),
    ("reference", 1.5, "reference", float),
]


@pytest.mark.parametrize(("field", "value", "path", "found"), WRONG)
def test_what_is_wrong_is_refused_wherever_it_is_set(field: str, value: Any, path: str, found: type) -> None:
    context = OrderContext(order_id=1, lines=LINES)
    before = dict(context)

    def in_place(value: Any) -> None:
        nonlocal context
        context |= {field: value}

    ways: list[Any] = [
        lambda: context.__setitem__(field, value),
        lambda: setattr(context, field, value),
        lambda: context.update({"other": 2, field: value}),
        lambda: context.update(**{field: value}),
        lambda: in_place(value),
        lambda: context | {field: value},
        lambda: setattr(context.fields[field], "value", value),
        lambda: OrderContext({**before, field: value}),
        lambda: hand_over(pay, SagaContext({**before, field: value})),
        lambda: OrderContext.from_avro_str(SagaContext({**before, field: value}).avro_str),
    ]
    for way in ways:
        with pytest.raises(ContextTypeException) as info:
            way()
        assert (info.value.path, info.value.found, info.value.field) == (path, found, field)
        assert dict(context) == before


class RareContext(SagaContext):
    nothing: tuple[()] = ()
    fixed: Final[int] = 1


@pytest.mark.parametrize(("field", "value"), [("nothing", (1,)), ("fixed", "1")])
def test_hints_that_typeguard_tells_little_of(field: str, value: Any) -> None:
    with pytest.raises(ContextTypeException, match=f"'{field}' is of type '{type(value).__name__}'"):
        RareContext({field: value})


class Parcel(TypedDict, total=False):
    line: Line
    weights: dict[str, list[int]]


class AddressContext(SagaContext):
    street: str
    country: str = "ES"


class SentContext(SagaContext):
    speed: Optional[Literal["slow", "fast"]] = None
    parcels: list[Parcel] = []  # noqa: RUF012
    to: Optional[AddressContext] = None
    stops: dict[str, AddressContext] = {}  # noqa: RUF012


NEAR, FAR = SagaContext(street="Main St", country="US"), SagaContext(street="Main St", country=1)


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("speed", "none", "speed"),
        ("parcels", [{}, {"line": LINES[0], "weights": {"a": [1, "2"]}}], "parcels[1].weights.a[1]"),
        ("parcels", [{"line": "A"}], "parcels[0].line"),
        ("to", FAR, "to.country"),
        ("to", SagaContext(street="Main St"), "to"),
        ("to", {"street": "Main St", "country": "US"}, "to"),
        ("stops", {"one": NEAR, "other": FAR}, "stops.other.country"),
    ],
)
def test_what_stands_under_names_is_looked_into(field: str, value: Any, path: str) -> None:
    with pytest.raises(ContextTypeException) as info:
        SentContext({field: value})
    assert info.value.path == path


def test_a_plain_context_stands_for_a_typed_one() -> None:
    context = SentContext(to=AddressContext(street="Main St"), stops={"one": NEAR}, parcels=[{"weights": {}}, {}])
    assert type(context.to) is SagaContext and context.to == {"street": "Main St", "country": "ES"}
    assert SentContext.from_avro_str(context.avro_str) == context


class Audited:
    created_by = "nobody"


def test_a_field_that_could_not_be_read_is_refused() -> None:
    with pytest.raises(TypeError, match="declares 'created_by', but Audited has an attribute of that name"):
        type("AuditedContext", (Audited, SagaContext), {"__annotations__": {"created_by": str}, "created_by": "me"})


class UnknownContext(SagaContext):
    when: Nowhere  # type: ignore[name-defined]  # noqa: F821


def test_what_an_annotation_does_not_mean_is_told() -> None:
    with pytest.raises(NameError, match=r"of 'UnknownContext' means nothing there: name 'Nowhere'.*top level"):
        UnknownContext()


def test_nothing_is_converted() -> None:
    context = OrderContext({"order_id": 1, "lines": LINES, "reference": "7", "anything": object.__name__})
    assert context.reference == "7" and context["anything"] == "object"


def test_defaults() -> None:
    context = OrderContext(order_id=1, lines=[])
    assert dict(context) == {"order_id": 1, "lines": [], **DEFAULTS} and context.tax == Decimal("0.21")
    context.prices["a"] = []
    assert OrderContext(order_id=1).prices == {}
    gift = GiftContext(order_id=1)
    assert (gift.status, gift.note, gift.coupon) == ("paid", "", None)
    with pytest.raises(AttributeError):
        _ = OrderContext().order_id


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.booleans())))
def test_it_is_stored_as_the_plain_context(values: dict[str, Any]) -> None:
    context = OrderContext({**values, "order_id": 1, "lines": LINES, **DEFAULTS})
    plain = SagaContext(dict(context))
    assert context.avro_bytes == plain.avro_bytes and context.avro_str == plain.avro_str
    assert OrderContext.to_avro_bytes([context, context]) == SagaContext.to_avro_bytes([plain, plain])
    for cls in (OrderContext, SagaContext):
        loaded = cls.from_avro_bytes(context.avro_bytes)
        assert type(loaded) is cls and loaded == context
    assert [type(one) for one in OrderContext.from_avro_bytes(context.avro_bytes, batch_mode=True)] == [OrderContext]
    assert type(SagaContext(inner=context)["inner"]) is SagaContext


def test_copies_stay_typed() -> None:
    context = GiftContext(order_id=1, lines=LINES)
    for twin in (copy.copy(context), copy.deepcopy(context), pickle.loads(pickle.dumps(context)), context | {"a": 1}):
        assert type(twin) is GiftContext and {**context, **twin} == dict(twin)
        with pytest.raises(ContextTypeException):
            twin.order_id = "1"


class _Plain(SagaContext):
    """Declares nothing, so it is no typed context."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)


class _OnTop(_Plain):
    items: list[int]  # type: ignore[assignment]


def test_a_class_of_ones_own_below_and_a_field_with_a_methods_name() -> None:
    assert "_names" not in vars(_Plain)
    context = _OnTop(items=[1])
    context.items.append(2)
    assert context.items == [1, 2] and list(context.items()) == [("items", [1, 2])]
    with pytest.raises(ContextTypeException, match=r"'items\[1\]' is of type 'str'"):
        context.items = [1, "2"]  # type: ignore[list-item]
    context.update(items=[3])
    assert context["items"] == [3]
