"""The table of types: one row for each Python type, read by schema, plan, copy, docs and tests alike.

A row's tag stands in stored snapshots for ever: rows are added, never renamed.
"""

from __future__ import annotations

import ipaddress
import pathlib
from collections import OrderedDict, deque
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Callable, NamedTuple, Optional
from uuid import UUID

from . import datetimes as times
from . import scalars as special


class Form(NamedTuple):
    """One of the ways in which a scalar is written."""

    #: The Avro type.
    avro: str
    #: The ``logicalType``, if there is one.
    logical: Optional[str] = None
    #: Whether the tag of the row has to be written, because the Avro type alone reads as another Python type.
    tagged: bool = False
    #: Python value to what stands in the data; ``None`` if that is the value itself.
    encode: Optional[Callable[[Any], Any]] = None
    #: What stands in the data to the Python value; ``None`` if that is the value itself.
    decode: Optional[Callable[[Any], Any]] = None
    #: The schema's attribute that holds the variable part of the form. ``decode`` is then given that part, and builds
    #: the function that decodes.
    attribute: Optional[str] = None
    #: The type of what stands in the data.
    reads: type = str
    #: The type that fastavro makes of it, where it is given the logical type.
    native: Optional[type] = None
    #: That to the Python value, as ``decode`` does; ``None`` if it is the Python value.
    decode_native: Optional[Callable[[Any], Any]] = None
    #: Whether it takes values of the row's first form too, where it stands in its place in a union.
    takes_first: bool = False
    #: What Avro's enum lists.
    symbols: tuple[str, ...] = ()


class Row(NamedTuple):
    """All that is known of a scalar type."""

    #: Its permanent name in snapshots.
    tag: str
    type: type
    #: The ways to write it, the natural one first. Those that ``variant`` never names are only read.
    forms: tuple[Form, ...]
    #: The number of the form that takes a value, and the value of the form's attribute. ``None``: always the first.
    variant: Optional[Callable[[Any], tuple[int, Optional[str]]]] = None
    #: Whether the first form takes so nearly every value that it is tried before ``variant`` is asked.
    optimistic: bool = False
    #: What memory keeps of a value that can be changed. ``None``: the value itself.
    copy: Optional[Callable[[Any], Any]] = None
    #: Raises if one of these values of the type cannot be kept.
    check: Optional[Callable[[Iterable[Any]], None]] = None
    #: An instance of a subclass to the type itself; ``None`` if it has no subclasses.
    upcast: Optional[Callable[[Any], Any]] = None


class Container(NamedTuple):
    """All that is known of a container type."""

    #: Its permanent name in snapshots.
    tag: str
    type: type
    #: ``array`` or ``map``. A map whose keys are not all strings is written as an array of entries, with the tag.
    avro: str
    #: Builds the container from what fastavro reads; ``None`` if fastavro reads the container itself.
    build: Optional[Callable[..., Any]] = None
    logical: Optional[str] = None
    tagged: bool = True
    #: Whether the order of its items means nothing, so that snapshots sort them.
    unordered: bool = False
    #: The schema's attribute, and the container's, that is given to ``build`` too.
    attribute: Optional[str] = None


def _text(tag: str, cls: Any) -> Row:
    """Build the row of a type that its own text gives back."""
    forms = (
        Form("string", tagged=True, encode=str, decode=cls),
        Form(
            "bytes",
            tagged=True,
            encode=special.to_wtf8,
            decode=lambda data: cls(special.from_wtf8(data)),
            reads=bytes,
        ),
    )
    return Row(tag, cls, forms, special.text_variant, optimistic=True, upcast=lambda value: cls(str(value)))


SCALARS = (
    Row("none", type(None), (Form("null", reads=type(None)),)),
    Row("bool", bool, (Form("boolean", reads=bool),)),
    Row(
        "int",
        int,
        (
            Form("int", reads=int),
            # minos.common refuses a bare long, and takes this logical type for the name of a class.
            Form("long", "builtins.int", reads=int, takes_first=True),
            Form("string", tagged=True, encode=special.int_to_text, decode=special.int_from_text),
            Form("long", reads=int),
        ),
        special.int_variant,
        upcast=int.__int__,
    ),
    Row("float", float, (Form("double", reads=float), Form("float", reads=float)), upcast=float.__float__),
    Row(
        "str",
        str,
        (
            Form("string"),
            Form("bytes", tagged=True, encode=special.to_wtf8, decode=special.from_wtf8, reads=bytes),
        ),
        special.text_variant,
        optimistic=True,
        upcast=str.__str__,
    ),
    Row("bytes", bytes, (Form("bytes", reads=bytes),), upcast=special.plain_bytes),
    Row(
        "uuid",
        UUID,
        (Form("string", "uuid", encode=special.to_uuid_text, decode=special.from_uuid_text, native=UUID),),
        upcast=special.plain_uuid,
    ),
    Row(
        "date",
        date,
        (Form("int", "date", encode=times.to_days, decode=times.from_days, reads=int, native=date),),
        upcast=times.plain_date,
    ),
    Row(
        "datetime",
        datetime,
        (
            Form(
                "long",
                "timestamp-micros",
                encode=times.to_instant,
                decode=times.from_instant,
                attribute="timezone",
                reads=int,
                native=datetime,
                decode_native=times.into_zone,
            ),
            Form("string", tagged=True, encode=times.clock_to_text, decode=times.clock_from_text(datetime)),
        ),
        times.datetime_variant,
        check=times.check_zones,
        upcast=times.plain_datetime,
    ),
    Row(
        "time",
        time,
        (
            Form(
                "long",
                "time-micros",
                encode=times.time_to_micros,
                decode=times.time_from_micros,
                reads=int,
                native=time,
            ),
            Form("string", tagged=True, encode=times.clock_to_text, decode=times.clock_from_text(time)),
            # As stock minos writes it: more bits than Avro's int has, which fastavro reads all the same.
            Form("int", "time-micros", decode=times.time_from_micros, reads=int),
        ),
        times.time_variant,
        check=times.check_zones,
        upcast=times.plain_time,
    ),
    Row(
        "timedelta",
        timedelta,
        (
            Form("long", "timedelta-micros", encode=times.micros, decode=times.from_micros, reads=int),
            Form("string", tagged=True, encode=times.micros_text, decode=times.from_micros),
        ),
        times.timedelta_variant,
        upcast=times.plain_timedelta,
    ),
    _text("decimal", Decimal),
    Row(
        "bytearray",
        bytearray,
        # minos.common, which writes a context within another Model, knows bytes only.
        (Form("bytes", tagged=True, encode=bytes, decode=bytearray, reads=bytes),),
        copy=bytearray,
        upcast=bytearray,
    ),
    _text("pure-posix-path", pathlib.PurePosixPath),
    _text("pure-windows-path", pathlib.PureWindowsPath),
    _text("posix-path", pathlib.PosixPath),
    _text("windows-path", pathlib.WindowsPath),
    _text("ipv4-address", ipaddress.IPv4Address),
    _text("ipv6-address", ipaddress.IPv6Address),
    _text("ipv4-network", ipaddress.IPv4Network),
    _text("ipv6-network", ipaddress.IPv6Network),
    _text("ipv4-interface", ipaddress.IPv4Interface),
    _text("ipv6-interface", ipaddress.IPv6Interface),
)

CONTAINERS = (
    Container("dict", dict, "map", tagged=False),
    Container("list", list, "array", tagged=False),
    Container("tuple", tuple, "array", tuple),
    Container("set", set, "array", set, logical="set", tagged=False, unordered=True),
    Container("frozenset", frozenset, "array", frozenset, logical="set", unordered=True),
    Container("deque", deque, "array", deque, attribute="maxlen"),
    Container("ordered-dict", OrderedDict, "map", OrderedDict),
)
