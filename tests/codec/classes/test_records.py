"""Classes of users: restored field by field, without a call of what they define."""

from __future__ import annotations

import dataclasses
from collections import namedtuple
from dataclasses import InitVar, dataclass, field
from enum import Enum
from typing import Any, ClassVar, NamedTuple

import pytest
from minos.common import DeclarativeModel

from minos_saga_context import SagaContext, UnsupportedValueException
from tests.classes import Checked
from tests.support.exact import assert_exact

CALLS: list[str] = []


@dataclass
class Watched:
    """Tells of every call."""

    name: str
    secret: InitVar[int] = 0
    made: int = field(init=False, default=0)
    kinds: ClassVar[list[str]] = ["a"]

    def __post_init__(self, secret: int) -> None:
        CALLS.append("post_init")
        self.made = secret

    def __setattr__(self, name: str, value: Any) -> None:
        CALLS.append(name)
        object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Base:
    __slots__ = ("a",)
    a: Any


@dataclass(frozen=True)
class Derived(Base):
    __slots__ = ("b",)
    b: Any


@dataclass(order=True)
class Generic:
    """Its equality says little: it compares one field."""

    key: int
    rest: Any = field(compare=False)


class Counted(NamedTuple):
    a: int
    b: Any = 5

    @property
    def total(self) -> int:
        return self.a + self.b


class Rejecting(namedtuple("Rejecting", "a")):
    __slots__ = ()

    def __new__(cls, a: int) -> Any:
        CALLS.append("new")
        return super().__new__(cls, a + 1)


class Method(Enum):
    POST = "post"

    @classmethod
    def _missing_(cls, value: object) -> Any:
        CALLS.append("missing")


class Parsed(DeclarativeModel):
    price: Any
    name: str

    def parse_name(self, value: str) -> str:
        CALLS.append("parse")
        return value.upper()


@pytest.mark.parametrize(
    "value",
    [
        Watched("a", 7),
        Derived(1, [2]),
        Generic(1, {"a": (1,)}),
        Counted(1),
        Counted(1, [2]),
        Method.POST,
        Checked("ab"),
    ],
    ids=repr,
)
def test_exact_without_a_call(value: Any) -> None:
    CALLS.clear()
    context = SagaContext(value=value, listed=[value, None])
    found = SagaContext.from_avro_str(context.avro_str)
    assert_exact(dict(found), {"value": value, "listed": [value, None]})
    assert CALLS == []


def test_model_is_not_parsed_again() -> None:
    model = Parsed(1.5, "jo")
    CALLS.clear()
    found = SagaContext.from_avro_str(SagaContext(model=model).avro_str)["model"]
    assert CALLS == [] and found.name == "JO" and type(found) is Parsed
    found.name = "al"
    assert found.name == "AL" and CALLS == ["parse"]


def test_classes_within_classes() -> None:
    value = [Derived(Watched("a"), Counted(1, Derived(None, {1: Method.POST}))), Watched("b")]
    assert_exact(SagaContext.from_avro_str(SagaContext(value=value).avro_str)["value"], value)


def test_dataclass_with_a_new_of_its_own_is_refused() -> None:
    class Single:
        def __new__(cls) -> Any:
            return object.__new__(cls)

    with pytest.raises(UnsupportedValueException, match="'Single'"):
        SagaContext(value=dataclasses.dataclass(Single)())


def test_class_that_merely_extends_a_dataclass_is_refused() -> None:
    # It may hold what its dataclass knows nothing of.
    class Extended(Generic):
        pass

    with pytest.raises(UnsupportedValueException, match="'Extended'"):
        SagaContext(value=Extended(1, 2))


def test_tuple_subclass_with_a_new_of_its_own() -> None:
    value = Rejecting(1)
    CALLS.clear()
    found = SagaContext(value=value)["value"]
    assert tuple(found) == (2,) and CALLS == []
