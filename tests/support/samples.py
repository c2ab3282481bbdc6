"""Edge samples of every kind of value, by the tag of its row in the table.

Imported in processes without minos_saga_context too.
"""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from pathlib import PosixPath, PurePosixPath, PureWindowsPath, WindowsPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from minos.aggregate import EntitySet, Ref, ValueObjectSet
from minos.common import DataTransferObject, Field, ModelType

from tests import classes

ID = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
UTC = timezone.utc
PLUS_2 = timezone(timedelta(hours=2))
MADRID = ZoneInfo("Europe/Madrid")
CAR = classes.Car("7777-XYZ", 3, uuid=ID)
Total = ModelType.build("Total", {"amount": float, "currency": str})
#: A Model whose class exists nowhere: minos reads it as a DTO.
Gone = ModelType.build("shop.gone.Thing", {"a": int})

SAMPLES: dict[str, list[Any]] = {
    "none": [None],
    "bool": [True, False],
    "int": [0, 1, -1, 2**31 - 1, -(2**31), 2**31, -(2**31) - 1, 2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 10**5000],
    "float": [0.0, -0.0, 1.0, 49.99, 1e308, 5e-324, float("inf"), float("-inf"), float("nan"), 0.1 + 0.2, 1e22],
    "str": [
        "",
        "a",
        "01234",
        "nan",
        "true",
        "null",
        str(ID),
        "2024-01-01",
        "ñ€😀",
        "\0",
        "\ud800",
        "x\udfffy",
        "\n" * 9,
    ],
    "bytes": [b"", b"a", bytes(range(256))],
    "uuid": [ID, UUID(int=0), UUID(int=2**128 - 1)],
    "date": [date.min, date.max, date(1970, 1, 1), date(2024, 2, 29)],
    "datetime": [
        datetime(2024, 3, 1, 12, 30, 15, 123456),
        datetime(2024, 3, 1, 12, tzinfo=UTC),
        datetime(2024, 3, 1, 12, tzinfo=PLUS_2),
        datetime(2024, 3, 1, 12, tzinfo=timezone(-timedelta(hours=5, minutes=30))),
        datetime(2024, 3, 1, 12, tzinfo=timezone(timedelta(hours=1, seconds=3, microseconds=7))),
        datetime(2024, 3, 1, 12, tzinfo=timezone(timedelta(0), "GMT")),
        datetime(2024, 3, 1, 12, tzinfo=timezone(timedelta(hours=2), "my zone")),
        datetime(2024, 3, 1, 12, tzinfo=MADRID),
        datetime(2024, 10, 27, 2, 30, tzinfo=MADRID),
        datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=MADRID),
        datetime(2024, 3, 31, 2, 30, tzinfo=MADRID),
        datetime(2024, 3, 31, 2, 30, fold=1, tzinfo=MADRID),
        datetime(2024, 3, 1, 12, fold=1),
        datetime(2024, 3, 1, 12, fold=1, tzinfo=UTC),
        datetime(2024, 3, 1, 12, tzinfo=ZoneInfo("UTC")),
        datetime(1900, 1, 1, tzinfo=MADRID),
        datetime.min,
        datetime.max,
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=PLUS_2),
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=2))),
        datetime.min.replace(tzinfo=MADRID),
    ],
    "time": [
        time(0),
        time.max,
        time(12, 30, 15, 123456),
        time(1, fold=1),
        time(12, tzinfo=UTC),
        time(12, tzinfo=PLUS_2),
        time(12, tzinfo=MADRID),
        time(12, tzinfo=MADRID, fold=1),
    ],
    "timedelta": [
        timedelta(0),
        timedelta(microseconds=-1),
        timedelta(days=1, seconds=2, microseconds=3),
        timedelta(microseconds=2**63 - 1),
        timedelta(microseconds=2**63),
        timedelta.min,
        timedelta.max,
    ],
    "decimal": [
        *map(Decimal, ("0", "-0", "1.10", "1E+3", "-9.99", "0E-7", "1E+999999", "9" * 60)),
        *map(Decimal, ("NaN", "-NaN", "sNaN1", "Infinity", "-Infinity")),
    ],
    "bytearray": [bytearray(), bytearray(b"abc")],
    "pure-posix-path": [PurePosixPath("/a/b"), PurePosixPath(), PurePosixPath("\udcff"), PurePosixPath("ñ")],
    "pure-windows-path": [PureWindowsPath("c:\\a\\b"), PureWindowsPath("//host/share/x"), PureWindowsPath("\udcff")],
    "posix-path": [PosixPath("/a/b"), PosixPath("."), PosixPath("\udcff")] if sys.platform != "win32" else [],
    "windows-path": [WindowsPath("c:\\a\\b")] if sys.platform == "win32" else [],
    "ipv4-address": [IPv4Address("127.0.0.1"), IPv4Address(0)],
    "ipv6-address": [IPv6Address("::1"), IPv6Address("fe80::1%eth0"), IPv6Address("fe80::1%\udcff")],
    "ipv4-network": [IPv4Network("10.0.0.0/8")],
    "ipv6-network": [IPv6Network("2001:db8::/32"), IPv6Network("fe80::%\udcff/64")],
    "ipv4-interface": [IPv4Interface("10.0.0.5/8")],
    "ipv6-interface": [IPv6Interface("2001:db8::5/32"), IPv6Interface("fe80::1%\udcff/64")],
    "fraction": [Fraction(0), Fraction(-3, 7), Fraction(2**70, 3)],
    "complex": [0j, 1 + 2j, complex(-0.0, -0.0), complex(0.1, -1e300), complex("nan"), complex("-inf+infj"), 1j],
    "dict": [
        {},
        {"sku": "B", "qty": 1, "price": 49.99},
        {"qty": 1, "zip": "01234", "price": 49.99, "vip": True},
        {"z": 1, "a": 2},
        {"": 1, "with space": 2, "ñ": 3, "a.b": 4},
        {"a": {}, "b": {"c": []}},
        {1: "a", "1": "b", None: 3, (1, 2): [4]},
        {2: "b", 1: "a"},
        {"\ud800": 1, "a": 2},
        {frozenset({1}): 1, (): 2, b"x": 3, ID: 4, 1.5: 5},
    ],
    "list": [[], [1], [1, 2.5, "1", None, True], [[]], [[], {}], [1, 2**40, 2**70], [1.5, "nan"], [None], [None, None]],
    "tuple": [(), (1,), (1, "a", None), ((),), ("string", "a"), ("int", 1), ("-type", 1), ("null", None)],
    "set": [set(), {1, 2}, {"a", 1, None, 2.5}, {(1,), frozenset({1})}],
    "frozenset": [frozenset(), frozenset({1, "a"}), frozenset({frozenset(), frozenset({1})})],
    "deque": [deque(), deque([1, 2]), deque([1, 2], 2), deque(maxlen=0), deque([deque([1], 1)], 5)],
    "ordered-dict": [OrderedDict(), OrderedDict([("z", 1), ("a", 2.5)]), OrderedDict([(2, 1), (1, 2)])],
    "counter": [Counter(), Counter("aab"), Counter({1: 0, "a": -1})],
    "defaultdict": [
        *(defaultdict(), defaultdict(list, a=[1]), defaultdict(int, a=1), defaultdict(None, {1: 2}), defaultdict(int)),
        defaultdict(dict, {(1,): {}, "a": defaultdict(defaultdict)}),
    ],
    "enum": [
        classes.Color.RED,
        classes.Color.GREEN,
        classes.Color.ANY,
        classes.Status.OPEN,
        classes.Level.LOW,
        classes.Level.HIGH,
        classes.Level.HUGE,
        classes.Priced.FULL,
        classes.Outer.Mood.GOOD,
        classes.Bits.ONE | classes.Bits.TWO,
    ],
    "flag": [classes.Access.READ, classes.Access.READ | classes.Access.WRITE, classes.Access(0)],
    "dataclass": [
        classes.Line("a", 9.5, ["x"]),
        classes.Line("b", Decimal("1.10")),
        classes.Point(1),
        classes.Point((1,), [classes.Point(None)]),
        classes.Slotted(1, "a"),
        classes.Checked("name"),
        classes.Empty(),
        classes.Outer.Inner({1}),
    ],
    "namedtuple": [classes.Pair(1), classes.Pair("a", classes.Pair(1, [2])), classes.OldPair("k", 1.5)],
    "model": [
        classes.Product("chair", 9.5, ["a"], 3),
        classes.Product("chair", 9.0, []),
        classes.Basket(ID, [classes.Product("chair", 9.5, ["a"], None), classes.Product("desk", 2.0, [], 4)]),
        classes.Basket(None, []),
        classes.Free(3),
        Total(23.0, "EUR"),
        Gone(1),
        DataTransferObject("Loose", {"x": Field("x", int, 1), "y": Field("y", str, "a")}),
        CAR,
        classes.Owner("jo", Ref(CAR), uuid=ID),
        classes.Owner("jo", Ref(ID), uuid=ID),
        classes.Address("Main St", 123),
        classes.Garage(EntitySet([CAR]), ValueObjectSet([classes.Address("a", 1)]), uuid=ID),
        EntitySet([CAR]),
        ValueObjectSet([classes.Address(street, 1) for street in "abcdef"]),
        Ref(ID),
        Ref(CAR),
    ],
}

#: One sample of every way to write a value: what is combined with everything else.
DISTINCT: list[Any] = [
    *(values[0] for tag, values in SAMPLES.items() if values and tag not in ("int", "datetime", "time", "model")),
    *(1, 2**40, 2**70, 1.5, "\ud800", "a", str(ID), "1.10"),
    *(SAMPLES["datetime"][place] for place in (0, 1, 2, 7, 10)),
    *(SAMPLES["time"][place] for place in (2, 4)),
    *(timedelta.max, timedelta(1), classes.Color.GREEN, classes.Access.READ, classes.Level.HIGH, classes.Level.HUGE),
    *(PurePosixPath("\udcff"), deque([1], 3), {1: "a"}, {"python": "tuple", "-type": "x", "key": 1}, {"value": 1}),
    *([1, 2.5], (1, "a"), {1, "a"}, frozenset({1}), OrderedDict(a=1), OrderedDict([(1, 2)]), [[1], (1,), {1}]),
    *(classes.Product("chair", 9.5, ["a"], 3), Total(23.0, "EUR"), Gone(1), classes.Owner("jo", Ref(CAR), uuid=ID)),
    *(classes.Free(ID), EntitySet([CAR]), Ref(ID)),
]


def is_hashable(value: Any) -> bool:
    """Tell whether a value can be a key, and equal to itself once it comes back.

    :param value: The value.
    :return: ``True`` if so.
    """
    try:
        hash(value)
    except TypeError:
        return False
    return True
