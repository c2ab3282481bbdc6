"""The table of types: one row for each Python type, read by schema, plan, copy, docs and tests alike.

A row's tag stands in stored snapshots for ever: rows are added, never renamed.
"""

from __future__ import annotations

import ipaddress
import pathlib
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Optional
from uuid import UUID

from . import datetimes as times
from . import scalars as special
from . import subclasses
from .rows import Array, Encoding, Map, ScalarType


def _text(tag: str, cls: Any) -> ScalarType:
    """Build the row of a type that its own text gives back."""
    encodings = (Encoding("string", tagged=True, encode=str, decode=cls),)
    return ScalarType(tag, cls, encodings, upcast=subclasses.by_text(cls))


def _any_text(tag: str, cls: Any) -> ScalarType:
    """Build such a row for a type whose text may hold lone surrogates: a path, or the scope of an IPv6 address."""
    row = _text(tag, cls)
    decode = lambda data: cls(special.from_wtf8(data))  # noqa: E731
    as_bytes = Encoding("bytes", tagged=True, encode=special.to_wtf8, decode=decode, reads=bytes)
    return row._replace(encodings=(*row.encodings, as_bytes), choose=special.text_variant, optimistic=True)


_DATE, _DATETIME = subclasses.builtin(date), subclasses.builtin(datetime)
_PARTS: Any = [vars(Fraction)[name].__get__ for name in ("_numerator", "_denominator")]
_CLOCK = ("hour", "minute", "second", "microsecond", "tzinfo", "fold")


def _default_dict(items: Any, default_factory: Optional[str]) -> dict[Any, Any]:
    if default_factory == "":
        return dict(items)
    return defaultdict({tag: factory for factory, tag in _TAGS.items()}[default_factory], items)


SCALARS = (
    ScalarType("none", type(None), (Encoding("null", reads=type(None)),)),
    ScalarType("bool", bool, (Encoding("boolean", reads=bool),)),
    ScalarType(
        "int",
        int,
        (
            Encoding("int", reads=int),
            # minos.common refuses a bare long, and takes this logical type for the name of a class.
            Encoding("long", "builtins.int", reads=int, takes_first=True),
            Encoding("string", tagged=True, encode=special.int_to_text, decode=special.int_from_text),
            Encoding("long", reads=int),
        ),
        special.int_variant,
        upcast=int.__int__,
    ),
    ScalarType(
        "float", float, (Encoding("double", reads=float), Encoding("float", reads=float)), upcast=float.__float__
    ),
    ScalarType(
        "str",
        str,
        (
            Encoding("string"),
            Encoding("bytes", tagged=True, encode=special.to_wtf8, decode=special.from_wtf8, reads=bytes),
        ),
        special.text_variant,
        optimistic=True,
        upcast=str.__str__,
    ),
    ScalarType(
        "bytes", bytes, (Encoding("bytes", reads=bytes),), upcast=subclasses.whole(bytes), text=special.bytes_text
    ),
    ScalarType(
        "uuid",
        UUID,
        (
            Encoding("string", "uuid", encode=special.to_uuid_text, decode=special.from_uuid_text, logical_type=UUID),
            # Beside texts. Stock minos takes 16 bytes for a UUID too, which it never wrote so.
            Encoding(
                "bytes",
                "uuid",
                encode=special.to_uuid_bytes,
                decode=special.from_uuid_bytes,
                reads=bytes,
                takes_first=True,
            ),
        ),
        upcast=subclasses.rebuilder(UUID, "int"),
    ),
    ScalarType(
        "date",
        _DATE,
        (
            Encoding(
                "int",
                "date",
                encode=times.to_days,
                decode=times.from_days,
                reads=int,
                logical_type=_DATE,
                decode_logical=times.exact_date,
            ),
        ),
        upcast=subclasses.rebuilder(_DATE, "year", "month", "day"),
        text=times.iso_text,
    ),
    ScalarType(
        "datetime",
        _DATETIME,
        (
            Encoding(
                "long",
                "timestamp-micros",
                encode=times.to_instant,
                decode=times.from_instant,
                attribute="timezone",
                reads=int,
                logical_type=_DATETIME,
                decode_logical=times.into_zone,
            ),
            Encoding("string", tagged=True, encode=times.clock_to_text, decode=times.clock_from_text(_DATETIME)),
        ),
        times.datetime_variant,
        check=times.check_zones,
        upcast=subclasses.rebuilder(_DATETIME, "year", "month", "day", *_CLOCK),
        text=times.iso_text,
    ),
    ScalarType(
        "time",
        time,
        (
            Encoding(
                "long",
                "time-micros",
                encode=times.time_to_micros,
                decode=times.time_from_micros,
                reads=int,
                logical_type=time,
            ),
            Encoding("string", tagged=True, encode=times.clock_to_text, decode=times.clock_from_text(time)),
            # As stock minos writes it: more bits than Avro's int has, which fastavro reads all the same.
            Encoding("int", "time-micros", decode=times.time_from_micros, reads=int),
        ),
        times.time_variant,
        check=times.check_zones,
        upcast=subclasses.rebuilder(time, *_CLOCK),
        text=times.iso_text,
    ),
    ScalarType(
        "timedelta",
        timedelta,
        (
            Encoding("long", "timedelta-micros", encode=times.micros, decode=times.from_micros, reads=int),
            Encoding("string", tagged=True, encode=times.micros_text, decode=times.from_micros),
        ),
        times.timedelta_variant,
        upcast=subclasses.rebuilder(timedelta, "days", "seconds", "microseconds"),
    ),
    _text("decimal", Decimal)._replace(upcast=Decimal),
    ScalarType(
        "bytearray",
        bytearray,
        # minos.common, which writes a context within another Model, knows bytes only.
        (Encoding("bytes", tagged=True, encode=bytes, decode=bytearray, reads=bytes),),
        copy=bytearray,
        upcast=subclasses.whole(bytearray),
        text=special.bytes_text,
    ),
    _any_text("pure-posix-path", pathlib.PurePosixPath),
    _any_text("pure-windows-path", pathlib.PureWindowsPath),
    _any_text("posix-path", pathlib.PosixPath),
    _any_text("windows-path", pathlib.WindowsPath),
    _text("ipv4-address", ipaddress.IPv4Address),
    _any_text("ipv6-address", ipaddress.IPv6Address),
    _text("ipv4-network", ipaddress.IPv4Network),
    _any_text("ipv6-network", ipaddress.IPv6Network),
    _text("ipv4-interface", ipaddress.IPv4Interface),
    _any_text("ipv6-interface", ipaddress.IPv6Interface),
    ScalarType(
        "fraction",
        Fraction,
        (Encoding("string", tagged=True, encode=str, decode=special.fraction_from_text),),
        check=special.check_fractions,
        upcast=lambda value: Fraction(*(part(value) for part in _PARTS)),
    ),
    _text("complex", complex)._replace(upcast=subclasses.rebuilder(complex, "real", "imag")),
)

CONTAINERS = (
    Map("dict", dict, tagged=False),
    Array("list", list, tagged=False),
    Array("tuple", tuple, frozen=True),
    Array("set", set, logical="set", tagged=False, unordered=True),
    Array("frozenset", frozenset, logical="set", unordered=True, frozen=True),
    Array("deque", deque, attribute="maxlen"),
    Map("ordered-dict", OrderedDict),
    # A Counter of pairs would count the pairs.
    Map("counter", Counter, build=lambda items: Counter(dict(items))),
    Map(
        "defaultdict",
        defaultdict,
        build=_default_dict,
        attribute="default_factory",
        named=lambda factory: _TAGS.get(factory, ""),
    ),
)
#: What default factories are written as. Others cannot be: a snapshot that named a function would have it called.
_TAGS: dict[Any, Optional[str]] = {None: None, **{row.type: row.tag for row in (*SCALARS, *CONTAINERS)}}
