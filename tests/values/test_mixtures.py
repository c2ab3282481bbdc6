"""A mixed fleet: whatever stock minos reads exactly from stock minos, it reads exactly from us, however it is mixed."""

import copyreg
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from minos.aggregate import EntitySet, Ref, ValueObjectSet
from minos.common import ModelType

from minos_saga_context import SagaContext
from minos_saga_context.codec.types.cache import clear_caches
from minos_saga_context.codec.values.children import children
from tests import classes
from tests.support.exact import assert_exact, picture
from tests.support.sagas import broker
from tests.support.stock import Stock

# What minos cannot pickle.
copyreg.pickle(Ref, lambda ref: (Ref, (ref.data,)))  # type: ignore[arg-type]

_INTS = st.integers(-3, 3) | st.integers(-(2**31), 2**31 - 1)
_TEXTS = st.sampled_from(["", "a", "01234", "1", "nan", "open", "low", str(UUID(int=7))]) | st.text("ab\n", max_size=3)
_IDS = st.integers(1, 9).map(lambda number: UUID(int=number)) | st.uuids()
_SCALARS = (
    *(st.none(), st.booleans(), _INTS, st.sampled_from([0.0, 1.0, 49.99, 1e300]), _TEXTS),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.sampled_from([*classes.Status, *classes.Stage, *classes.Bits, classes.Level.LOW, *classes.Rank]),
)
_INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(
    lambda at: at.replace(fold=0, tzinfo=timezone.utc)
)
_BYTES = st.sampled_from([b"", b"1", b"raw", UUID(int=7).bytes])
#: One of the types that Avro has the long for, and one that it has bytes for, beside texts.
_OTHERS = (
    _INSTANTS | _IDS,
    _INSTANTS | _IDS.map(Ref),
    st.times().map(lambda at: at.replace(fold=0)) | _IDS,
    st.timedeltas(timedelta(-1000), timedelta(1000)) | _BYTES,
)
_KEYS = st.text("abc", min_size=1, max_size=1)
_TOTAL = ModelType.build("minos.saga.context.Total", {"amount": float, "currency": str})
_LINE = ModelType.build("shop.gone.Line", {"sku": str, "qty": int})
_CARS = st.builds(lambda plate, id_: classes.Car(plate, 3, uuid=id_), _TEXTS, _IDS)
_MODELS = (
    st.builds(classes.Product, _TEXTS, st.just(9.5), st.lists(_TEXTS, max_size=2), st.none() | st.integers(0, 9)),
    st.builds(classes.Address, _TEXTS, st.integers(0, 9)),
    st.builds(_TOTAL, st.just(23.0), _TEXTS),
    st.builds(_LINE, _TEXTS, st.integers(0, 9)),
    _CARS,
)


def _mixture(other: Any, array: Any, *empty: Any) -> Any:
    """Build the strategy of mixtures with some of the other scalars, and one of the types that Avro has the array for.

    Where two of these share a place, one of them is boxed.
    """

    def holding(items: Any) -> Any:
        filled = st.dictionaries(_KEYS, items, min_size=1, max_size=3)
        return st.one_of(filled, array(items), st.sampled_from(empty))

    items = st.recursive(st.one_of(*_SCALARS, other, *_MODELS), holding, max_leaves=5)
    return st.one_of(holding(items), items)


def _arrays(other: Any) -> Any:
    cars = st.lists(_CARS, min_size=1, max_size=2, unique_by=lambda car: car.uuid)
    yield (lambda items: st.lists(items, max_size=3)), {}, {"a": None}
    yield (lambda items: st.lists(st.one_of(*_SCALARS, other), max_size=3).map(set)), {}, {"a": None}
    # An empty dict beside these, stock takes for one of them.
    yield (lambda items: cars.map(EntitySet)), {"a": None}


def _is_left_out(mixture: Any) -> bool:
    """Tell whether upgrading.md leaves a mixture out, for an int that is what an Enum or a duration is written as."""
    values = [mixture]
    for value in values:
        values += (child.value for child in children(value) or ())
    enums: set[Any] = {type(value) for value in values if isinstance(value, Enum) and isinstance(value, int)}
    ints = [value for value in values if type(value) is int]
    has_durations = any(isinstance(value, timedelta) for value in values)
    return (has_durations and bool(ints)) or any(_is_value(cls, number) for cls in enums for number in ints)


def _is_value(cls: Any, number: int) -> bool:
    with suppress(ValueError):
        return bool(cls(number) == number)
    return False


#: Mixtures of all that stock minos knows, but for the few that upgrading.md tells of.
MIXTURE = st.one_of([_mixture(other, *arrays) for other in _OTHERS for arrays in _arrays(other)]).filter(
    lambda mixture: not _is_left_out(mixture)
)


@pytest.fixture(scope="module")
def stock() -> Iterator[Stock]:
    with Stock(apart=True) as process:
        yield process


def _hold(stock: Stock, put: str, read: str, value: Any, raw: bytes) -> None:
    expected = {"value": picture(value)}
    own = stock.ask([(put, value)])[0]
    event(f"stock keeps it: {own.error is None and own.pictures == expected}")
    if own.pictures == expected:
        ours = stock.ask([(read, raw)])[0]
        assert (ours.error, ours.pictures) == (None, expected)


_SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(value=MIXTURE)
@_SETTINGS
def test_stored_contexts(stock: Stock, value: Any) -> None:
    _hold(stock, "put", "read", value, SagaContext(value=value).avro_bytes)


@given(content=MIXTURE)
@_SETTINGS
def test_messages(stock: Stock, content: Any) -> None:
    _hold(stock, "send", "receive", content, broker.message(content).avro_bytes)


_WORDS = st.sampled_from(["new", "x y", "in-progress", "a"])
#: A set, and a list that stock minos would not take for one.
_SETS = st.sampled_from([_WORDS, st.integers(0, 9), st.booleans(), _IDS, _IDS.map(Ref), st.none() | _WORDS, _INSTANTS])
_DICTS = st.dictionaries(_KEYS, _INTS | _TEXTS | _INSTANTS | st.just(9.5), min_size=1, max_size=2)
_ITEMS = _DICTS | st.none() | st.dates() | _INSTANTS | st.booleans() | _BYTES | _TEXTS
_ENTITIES = st.lists(_CARS, min_size=1, max_size=2, unique_by=lambda car: car.uuid).map(EntitySet)
_SETS_BESIDE_LISTS = st.tuples(
    _SETS.flatmap(lambda items: st.sets(items, max_size=2)) | _ENTITIES,
    st.lists(_ITEMS | st.lists(_ITEMS, max_size=1), min_size=1, max_size=2) | st.tuples(_WORDS, _INTS).map(list),
)


@given(pair=_SETS_BESIDE_LISTS, other=_WORDS | _INTS)
@_SETTINGS
def test_sets_beside_lists(stock: Stock, pair: Any, other: Any) -> None:
    # Of UUIDs beside texts and bytes, upgrading.md tells.
    assume(UUID not in map(type, pair[0]) or not {str, bytes} <= set(map(type, pair[1])))
    for value in (dict(zip("ab", pair)), [*pair, other]):
        _hold(stock, "put", "read", value, SagaContext(value=value).avro_bytes)
        _hold(stock, "send", "receive", value, broker.message(value).avro_bytes)


@pytest.mark.parametrize(
    ("value", "is_exact"),
    [
        ({"tags": {"new"}, "lines": [{"sku": "A", "price": 9.5}, {"sku": "B", "price": 4.0}]}, True),
        ({"tags": {"new", "vip"}, "quantities": [1, 2], "notes": ["x", None]}, True),
        ({"rates": [1.0], "flags": {False, None}}, True),
        ({"quantities": [0], "days": [None, date(2024, 3, 1)]}, True),
        ({"a": {"a": 0}, "b": {"b": 0.0, "a": {"a": Ref(UUID(int=7))}}}, True),
        ([{9.5}, {"a", 1}], True),
        ({"tags": set(), "lines": [{"sku": "A"}], "others": {"x"}}, True),
        ({"tags": {"x"}, "lines": [], "others": [1]}, False),
        ({"tags": set(), "lines": [{"sku": "A"}]}, True),
        ([set(), [{"sku": "A"}], 5], True),
        (
            {"tags": {"x"}, "dates": [date(2024, 3, 1)], "times": [datetime(2024, 3, 1, tzinfo=timezone.utc), None]},
            True,
        ),
        ({"ids": [UUID(int=7)], "numbers": {1}}, True),
        ({"digits": ["1", b"2"], "rates": {9.5}}, True),
        ({"flags": [True], "numbers": {1}}, True),
        ({"dates": [date(2024, 3, 1)], "addresses": {classes.Address("a", 1)}}, True),
        ([["1"], {UUID(int=7)}, [b"0123456789abcdef"]], False),
        ({"cars": EntitySet({classes.Car("a", 3, uuid=UUID(int=7))}), "lines": [{"sku": "A"}], "others": ["x"]}, True),
        ([ValueObjectSet({classes.Address("a", 1)}), [date(2024, 3, 1), None], 5], True),
        ([EntitySet(), [1], ["x"]], True),
        ([EntitySet({classes.Car("a", 3, uuid=UUID(int=7))}), [1], []], False),
        ({"lines": [{"sku": "A"}], "orders": {Ref(UUID(int=7))}}, True),
        ([[b"raw"], {Ref(classes.Car("a", 3, uuid=UUID(int=7)))}, "a"], True),
        ({"stage": classes.Stage.ON_HOLD, "id": UUID(int=7)}, True),
        ({"car": classes.Car("a", 3, uuid=UUID(int=8)), "order": Ref(UUID(int=7))}, True),
        ({"id": UUID(int=8), "text": str(UUID(int=9)), "car": Ref(classes.Car("a", 3, uuid=UUID(int=7)))}, False),
        ({"text": str(UUID(int=9)), "car": Ref(classes.Car("a", 3, uuid=UUID(int=7)))}, True),
        ([classes.Level.LOW, classes.Bits.TWO], True),
        ([classes.Rank.LAST, classes.Bits.ONE, None, "a"], True),
        ([classes.Bits.ONE, classes.Level.HIGH, classes.Rank.LAST, 7], False),
        ([classes.Stage.ON_HOLD, "hello"], True),
        ([classes.Stage.ON_HOLD, "hello", "on hold"], False),
        ([classes.Stage.ON_HOLD, classes.Status.OPEN, "hello"], True),
        ([classes.Level.LOW, classes.Rank.LAST, 7], True),
        ([classes.Bits.ONE | classes.Bits.TWO, classes.Rank.LAST, classes.Rank.FIRST, 7, 3, 2**40], False),
    ],
)
def test_kinds_that_share_a_branch(stock: Stock, value: Any, is_exact: bool) -> None:
    raw = SagaContext(value=value).avro_bytes
    assert_exact(SagaContext.from_avro_bytes(raw)["value"], value)
    own, ours = stock.ask([("put", value)])[0], stock.ask([("read", raw)])[0]
    assert ours.error is None
    assert (own.pictures == {"value": picture(value)}) is is_exact
    assert is_exact <= (ours.pictures == own.pictures)


def test_what_became_a_member_was_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = SagaContext(value=[classes.Stage.ON_HOLD, "is over"]).avro_bytes
    later = Enum("Stage", {"ON_HOLD": "on hold", "OVER": "is over"}, type=str, module=classes.__name__)
    monkeypatch.setattr(classes, "Stage", later)
    clear_caches()
    assert_exact(SagaContext.from_avro_bytes(raw)["value"], [later.ON_HOLD, "is over"])


@pytest.mark.parametrize(
    "content",
    [
        {"order_id": 3_000_000_000, "coupon": None},
        {"order_id": -(2**63), "coupon": None, "qty": 1},
        [None, 2**31, {"a": [3_000_000_000, None]}],
    ],
)
def test_messages_with_large_ints_beside_nothing(stock: Stock, content: Any) -> None:
    # Stock minos itself cannot send these.
    assert_exact(broker.carried(content), content)
    assert stock.ask([("send", content)])[0].error is not None
    assert stock.ask([("receive", broker.message(content).avro_bytes)])[0].pictures == {"value": picture(content)}
