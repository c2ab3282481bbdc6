"""Types of the user's own: a Money class, numpy's scalars, and what cannot be registered."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Optional

import numpy
import pytest
from minos.common import ModelType

from minos_saga_context import (
    SagaContext,
    SnapshotException,
    TypeRegistrationException,
    UnsupportedValueException,
    register_type,
)
from minos_saga_context.codec.types.cache import clear_caches
from tests.classes import Color, Line
from tests.support.exact import picture
from tests.support.registry import table_restored
from tests.support.ways import WAYS


class Money:
    """As a service has it: no dataclass, and it can be changed."""

    def __init__(self, amount: Any, currency: str):
        self.amount = Decimal(amount)
        self.currency = currency

    def __eq__(self, other: object) -> bool:
        return type(other) is Money and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.amount, self.currency))

    def __repr__(self) -> str:
        return f"Money('{self.amount}', {self.currency!r})"

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Number:
    """Stored as whatever it was made of."""

    def __init__(self, data: Any):
        self.data = data

    def __eq__(self, other: object) -> bool:
        return type(other) is Number and (type(self.data), self.data) == (type(other.data), other.data)

    def __hash__(self) -> int:
        return hash(self.data)

    def __repr__(self) -> str:
        return f"Number({self.data!r})"


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Take out again what a test registered."""
    with table_restored():
        yield


def register_money() -> None:
    register_type(Money, "shop.money", str, lambda text: Money(*text.split(" ")))


@pytest.mark.parametrize("way", WAYS)
def test_money(way: str) -> None:
    register_money()
    price = Money("1.10", "EUR")
    fields = {
        "price": price,
        "mixed": [price, "1.10 EUR", Decimal("1.10"), None],
        "by": {price: {price}},
        "line": Line("a", price),
    }
    assert picture(dict(WAYS[way](SagaContext(fields)))) == picture(fields)


def test_stored_naturally() -> None:
    register_money()
    schema = SagaContext(price=Money("1.10", "EUR")).avro_schema[0]
    assert schema["fields"][0]["type"] == {"type": "string", "python": "shop.money"}


def test_values_are_independent() -> None:
    register_money()
    price = Money("1.10", "EUR")
    context = SagaContext(price=price, listed=[price])
    price.amount = Decimal(99)
    assert context["price"] == Money("1.10", "EUR") == context["listed"][0]


@pytest.mark.parametrize("data", ["text", b"bytes", 5, 2**40, -(2**63), 1.5])
@pytest.mark.parametrize("beside", [1, 2**40, "a", b"b", 2.5, True, None])
def test_every_type_that_encode_may_return(data: Any, beside: Any) -> None:
    register_type(Number, "test.number", lambda number: number.data, Number)
    values = [Number(data), beside, Number("other"), Number(b"x"), Number(7), Number(0.5)]
    found = SagaContext.from_avro_str(SagaContext(alone=Number(data), mixed=values).avro_str)
    assert picture(dict(found)) == picture({"alone": Number(data), "mixed": values})


@pytest.mark.parametrize("name", ["float32", "float64", "int8", "int64", "uint16", "bool_", "float16", "longdouble"])
def test_numpy_scalars(name: str) -> None:
    cls = getattr(numpy, name)
    encode = {"f": float, "i": int, "u": int, "b": int}[cls(0).dtype.kind]
    register_type(cls, f"numpy.{name}", encode, cls)
    fields = {"alone": cls(1), "mixed": [cls(1), 1, 1.0, True, "1"], "dict": {"a": cls(0)}}
    found = dict(SagaContext.from_avro_bytes(SagaContext(fields).avro_bytes))
    assert picture(found) == picture(fields)
    assert type(found["alone"]) is cls


def test_unregistered_is_refused_with_the_remedy() -> None:
    with pytest.raises(UnsupportedValueException, match=r"'Money' - at 'order\.lines\[0\]'.*register_type"):
        SagaContext(order={"lines": [Money(1, "EUR")]})
    register_money()
    assert SagaContext(order={"lines": [Money(1, "EUR")]})["order"]["lines"] == [Money(1, "EUR")]


def test_tag_that_nobody_registered() -> None:
    register_money()
    raw = SagaContext(order={"price": Money(1, "EUR")}).avro_bytes
    code = "import sys; from minos_saga_context import SagaContext as S; S.from_avro_bytes(sys.stdin.buffer.read())"
    command = [sys.executable, "-W", "ignore", "-c", code]
    result = subprocess.run(command, check=False, input=raw, capture_output=True)
    assert result.returncode == 1
    message = result.stderr.decode()
    assert "SnapshotException: Unknown type 'shop.money' - at 'order[]'" in message and "register_type()" in message


@pytest.mark.parametrize("cls", [int, str, dict, list, type(None), Decimal])
def test_type_that_has_a_row(cls: type) -> None:
    with pytest.raises(TypeRegistrationException, match="is taken"):
        register_type(cls, "my.own", str, cls)


@pytest.mark.parametrize("tag", ["decimal", "tuple", "enum", "flag", "box", "dataclass", "namedtuple", "model"])
def test_tag_that_is_taken(tag: str) -> None:
    with pytest.raises(TypeRegistrationException, match=f"The tag {tag!r} is taken"):
        register_type(Money, tag, str, Money)


@pytest.mark.parametrize("wallets", [1, 2])
def test_nothing_remembers_that_a_type_was_unknown(wallets: int) -> None:
    wallet = ModelType.build("Wallet", {"balance": Optional[Money]})
    context = SagaContext(wallets=[wallet(None)] * wallets)
    before = context.avro_bytes
    assert SagaContext.from_avro_bytes(before) == context
    with pytest.raises(UnsupportedValueException):
        context["price"] = Money("1.10", "EUR")
    register_money()
    raw = context.avro_bytes
    clear_caches()
    # As in a process that registered the type before it wrote anything.
    assert raw == context.avro_bytes != before
    context["price"] = Money("1.10", "EUR")


def test_what_extends_a_registered_type_is_refused_in_words() -> None:
    register_money()

    class Dollars(Money):
        pass

    with pytest.raises(UnsupportedValueException, match=r"'Dollars' - at 'prices\[0\]'.*register_type") as caught:
        SagaContext(prices=[Dollars("1.10", "USD")])
    assert type(caught.value.value) is Dollars


def test_registered_twice() -> None:
    register_money()
    with pytest.raises(TypeRegistrationException, match="'Money' is taken"):
        register_type(Money, "shop.money2", str, Money)
    with pytest.raises(TypeRegistrationException, match=r"'shop\.money' is taken"):
        register_type(Number, "shop.money", str, Number)


@pytest.mark.parametrize("cls", [Color, Line, SagaContext])
def test_kind_of_class_that_is_kept_anyway(cls: type) -> None:
    with pytest.raises(TypeRegistrationException, match="needs no registration"):
        register_type(cls, "my.own", str, cls)


@pytest.mark.parametrize(
    "arguments",
    [
        ("Money", "a", str, str),
        (Money, "", str, str),
        (Money, 1, str, str),
        (Money, "a", None, str),
        (Money, "a", str, 1),
    ],
)
def test_wrong_arguments(arguments: Any) -> None:
    with pytest.raises(TypeRegistrationException) as caught:
        register_type(*arguments)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("data", [2**63, None, {1}, True, Decimal(1)])
def test_encode_that_returns_what_cannot_be_stored(data: Any) -> None:
    register_type(Number, "test.number", lambda number: number.data, Number)
    with pytest.raises(UnsupportedValueException, match="'encode' returned"):
        SagaContext(value=Number(data))


def test_decode_that_returns_another_type() -> None:
    register_type(Number, "test.number", lambda number: number.data, str)
    with pytest.raises(UnsupportedValueException, match="'decode' returned"):
        SagaContext(value=Number("a"))


def test_snapshot_exception_is_what_a_wrong_text_gives() -> None:
    register_money()
    raw = SagaContext(prices=[Money("1.10", "EUR")]).avro_bytes.replace(b"1.10 EUR", b"1_10_EUR")
    with pytest.raises(SnapshotException, match=r"'Money' refuses what was stored: TypeError.* - at 'prices\[\]'"):
        SagaContext.from_avro_bytes(raw)
