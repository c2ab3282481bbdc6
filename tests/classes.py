"""Classes as services define them, for samples. Their paths stand in golden files: add, never move or rename.

Imported in processes without minos_saga_context too.
"""

from __future__ import annotations

import dataclasses
from collections import namedtuple
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum, Flag, IntEnum, IntFlag
from typing import Any, NamedTuple, Optional, Union
from uuid import UUID

from minos.aggregate import Entity, EntitySet, Ref, ValueObject, ValueObjectSet
from minos.common import DeclarativeModel

CAR_ID = UUID(int=7)


class Color(Enum):
    RED = 1
    GREEN = "green"
    ANY = (0, None)


class Status(str, Enum):
    OPEN = "open"
    DONE = "done"


class Level(IntEnum):
    LOW = 1
    HIGH = 2**40
    HUGE = 2**70


class Stage(str, Enum):
    """An enum whose values are no names."""

    ON_HOLD = "on hold"


class Rank(IntEnum):
    FIRST = 4
    LAST = 5


class Access(Flag):
    READ = 1
    WRITE = 2


class Bits(IntFlag):
    ONE = 1
    TWO = 2


class Priced(Decimal, Enum):
    """An Enum with a mixed-in type that minos knows no convention for."""

    FREE = "0.00"
    FULL = "9.90"


@dataclass
class Line:
    sku: str
    price: Any
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Point:
    x: Any
    y: Any = 0


@dataclass
class Slotted:
    __slots__ = ("a", "b")
    a: Any
    b: Any


@dataclass
class Checked:
    """Neither its ``__init__`` nor its ``__post_init__`` may run again."""

    name: str
    length: int = field(init=False)

    def __post_init__(self) -> None:
        self.length = len(self.name)


@dataclass
class Empty:
    pass


class Pair(NamedTuple):
    first: Any
    second: Any = None


OldPair = namedtuple("OldPair", ["key", "value"])


class Outer:
    """A class around others."""

    class Mood(Enum):
        GOOD = 1

    @dataclass
    class Inner:
        value: Any


class Product(DeclarativeModel):
    name: str
    price: float
    tags: list[str]
    weight: Optional[int] = None


class Basket(DeclarativeModel):
    owner: Optional[UUID]
    products: list[Product]


class Free(DeclarativeModel):
    """A Model whose field may hold anything."""

    value: Any


class Car(Entity):
    plate: str
    doors: int


class Owner(Entity):
    name: str
    car: Ref[Car]


class Event(Entity):
    when: Union[int, datetime]
    notes: list[Union[int, datetime, None]]


class Address(ValueObject):
    street: str
    number: int


class Garage(Entity):
    cars: EntitySet[Car]
    addresses: ValueObjectSet[Address]


@dataclasses.dataclass(order=True)
class Money:
    """A dataclass needs no registration; this is what other tests compare a registered class with."""

    amount: Decimal
    currency: str
