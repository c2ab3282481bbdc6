"""What stands in the golden files: never changed, as the files are not. A new kind gets a new entry, and a new file.

Imported in processes without minos_saga_context too, so contexts are written as dicts: see ``CONTEXTS``.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import ip_address, ip_interface, ip_network
from pathlib import PosixPath, PurePosixPath, PureWindowsPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from minos.aggregate import EntitySet, Ref, ValueObjectSet
from minos.common import ModelType

from tests import classes

_ID = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
_MADRID = ZoneInfo("Europe/Madrid")
_PLUS_2 = timezone(timedelta(hours=2))
_NOON = datetime(2024, 3, 1, 12, 30, 15, 123456)
_CAR = classes.Car("7777-XYZ", 3, uuid=_ID)
_VAN = classes.Car("8888-XYZ", 5, uuid=UUID(int=8))

#: Fields by tag.
GOLDEN: dict[str, dict[str, Any]] = {
    "none": {"alone": None, "listed": [None, None]},
    "bool": {"true": True, "false": False, "mixed": [True, 1, 1.0]},
    "int": {"small": 1, "long": -(2**40), "large": 2**70, "mixed": [1, 2**40, 2**70]},
    "float": {"price": 49.99, "minus_zero": -0.0, "infinite": float("-inf"), "nan": float("nan"), "mixed": [1, 1.0]},
    "str": {"zip": "01234", "empty": "", "text": "ñ€😀", "surrogate": "\ud800", "mixed": ["a", "\udfff"]},
    "bytes": {"raw": b"\x00\xff", "mixed": [b"a", "a"]},
    "uuid": {"id": _ID, "mixed": [_ID, str(_ID)]},
    "date": {"day": date(2024, 2, 29), "first": date.min, "mixed": [date.max, 1]},
    "datetime": {
        "naive": _NOON,
        "utc": _NOON.replace(tzinfo=timezone.utc),
        "offset": _NOON.replace(tzinfo=_PLUS_2),
        "zone": _NOON.replace(tzinfo=_MADRID),
        "second": datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=_MADRID),
        "gap": datetime(2024, 3, 31, 2, 30, tzinfo=_MADRID),
        "first": datetime.min.replace(tzinfo=_PLUS_2),
        "mixed": [_NOON, _NOON.replace(tzinfo=timezone.utc), _NOON.replace(tzinfo=_MADRID)],
    },
    "time": {"naive": time(12, 30, 15, 7), "aware": time(12, tzinfo=_PLUS_2), "fold": time(1, tzinfo=_MADRID, fold=1)},
    "timedelta": {"second": timedelta(seconds=1), "largest": timedelta.max, "mixed": [timedelta(1), 1, timedelta.min]},
    "decimal": {"price": Decimal("1.10"), "nan": Decimal("NaN"), "mixed": [Decimal("-0E+3"), "1.1", 1.1, 1]},
    "bytearray": {"raw": bytearray(b"abc"), "mixed": [bytearray(b"a"), b"a"]},
    "pure-posix-path": {"path": PurePosixPath("/a/ñ"), "surrogate": PurePosixPath("\udcff")},
    "pure-windows-path": {"path": PureWindowsPath("c:\\a")},
    "posix-path": {"path": PosixPath("/a/b")},
    "ipv4-address": {"address": ip_address("127.0.0.1")},
    "ipv6-address": {"address": ip_address("::1")},
    "ipv4-network": {"network": ip_network("10.0.0.0/8")},
    "ipv6-network": {"network": ip_network("2001:db8::/32")},
    "ipv4-interface": {"interface": ip_interface("10.0.0.5/8")},
    "ipv6-interface": {"interface": ip_interface("2001:db8::5/32")},
    "dict": {
        "line": {"sku": "B", "qty": 1, "price": 49.99},
        "keys": {1: "a", "1": "b", None: 3, (1, 2): [4]},
        "empty": {},
        "order": {"z": 1, "a": 2},
        "deep": {"a": {"b": [{}, {"c": None}]}},
    },
    "list": {"mixed": [1, 2.5, "1", None, True], "empty": [], "deep": [[1], (1,), {1}, []]},
    "tuple": {"pair": (1, "a"), "branch": ("string", "a"), "empty": ()},
    "set": {"texts": {"a", "b", "c"}, "mixed": {1, "a", None, 2.5}, "deep": {(1, 2), frozenset({3})}},
    "frozenset": {"texts": frozenset({"a", "b"}), "deep": frozenset({frozenset({1})})},
    "deque": {"free": deque([1, 2]), "bound": deque([1, "a"], 5)},
    "ordered-dict": {"texts": OrderedDict([("z", 1), ("a", 2)]), "keys": OrderedDict([(2, 1), (1, 2)])},
    "fraction": {"third": Fraction(-1, 3), "mixed": [Fraction(1, 2), "1/2", 0.5]},
    "complex": {"both": 1.5 - 2j, "minus_zero": complex(-0.0, -0.0), "mixed": [1j, 1, "1j"]},
    "counter": {"texts": Counter("aab"), "keys": Counter({1: 2}), "mixed": [Counter(a=1), {"a": 1}]},
    "defaultdict": {
        "lists": defaultdict(list, a=[1]),
        "keys": defaultdict(int, {1: 2}),
        "none": defaultdict(None, a=1),
        "mixed": [defaultdict(int, a=1), defaultdict(str), {"a": 1}],
    },
    "enum": {
        "plain": classes.Color.RED,
        "text": classes.Status.OPEN,
        "number": classes.Level.HIGH,
        "huge": classes.Level.HUGE,
        "mixed": [classes.Color.GREEN, "green", classes.Level.LOW, 1],
    },
    "flag": {"both": classes.Access.READ | classes.Access.WRITE, "numbers": classes.Bits.ONE | classes.Bits.TWO},
    "dataclass": {
        "line": classes.Line("a", 9.5, ["x"]),
        "mixed": [classes.Point(1), {"x": 1}],
        "none": classes.Empty(),
    },
    "namedtuple": {
        "pair": classes.Pair(1, "a"),
        "old": classes.OldPair("k", 1.5),
        "mixed": [classes.Pair(1), ()],
    },
    "model": {
        "product": classes.Product("chair", 9.5, ["a"], 3),
        "basket": classes.Basket(_ID, [classes.Product("chair", 9.5, [], None)]),
        "total": ModelType.build("Total", {"amount": float, "currency": str})(23.0, "EUR"),
        "same": ModelType.build("Total", {"amount": float, "currency": str})(24.0, "USD"),
        "owner": classes.Owner("jo", Ref(_CAR), uuid=_ID),
        "refs": [Ref(_CAR), Ref(_ID), _ID, "a"],
        "cars": EntitySet([_CAR, _VAN]),
        "places": ValueObjectSet([classes.Address("a", 1), classes.Address("b", 2)]),
    },
    "names": {"a b": 1, "a_b": 2, "ñ": 3, "": 4, "self": 5, "items": [6], "1st": {"x y": 7}},
}

#: Fields that hold contexts: their fields.
CONTEXTS: dict[str, dict[str, Any]] = {
    "inner": {"order_id": 1, "items": [{"price": 9.5}]},
    "other": {"a": 1, "b": None},
}

#: What stock minos wrote, and reads: the price that was 49.99, the zip that was "01234" are as stock made them.
STOCK: dict[str, dict[str, Any]] = {
    "order": {
        "order_id": 12345,
        "customer": {"name": "jo", "zip": "x1234"},
        "total": 99.99,
        "tags": ["a", "b"],
        "note": None,
        "paid": True,
    },
    "changed": {"line": {"sku": "B", "qty": 1, "price": 49}, "flags": {"n": 1, "vip": 1}},
    "scalars": {
        "id": _ID,
        "day": date(2024, 2, 29),
        "at": time(12, 30, 15, 7),
        "when": datetime(2024, 3, 1, 12, tzinfo=timezone.utc),
        "took": timedelta(seconds=2),
        "raw": b"\x00\xff",
        "long": 2**40,
        "unique": {1, 2, 3},
        "text": classes.Status.OPEN,
    },
    "models": {
        "product": classes.Product("chair", 9.5, ["a"], 3),
        "basket": classes.Basket(_ID, [classes.Product("chair", 9.5, [], None)]),
        "total": ModelType.build("minos.saga.context.Total", {"amount": float, "currency": str})(23.0, "EUR"),
        "owner": classes.Owner("jo", Ref(_CAR), uuid=_ID),
        "ref": Ref(_ID),
        "cars": EntitySet([_CAR]),
        "places": ValueObjectSet([classes.Address("a", 1)]),
    },
    "empty": {},
}
#: What was put into stock, where that is something else.
STOCK_PUT = {
    "changed": {"line": {"sku": "B", "qty": 1, "price": 49.99}, "flags": {"n": 1, "vip": True}},
    # A DTO without a namespace takes that of the context.
    "models": {**STOCK["models"], "total": ModelType.build("Total", {"amount": float, "currency": str})(23.0, "EUR")},
}
