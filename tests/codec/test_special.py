"""The pure functions that the table names."""

from datetime import datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import UnsupportedValueException
from minos_saga_context.codec import special

ZONES = [
    (None, "naive"),
    (timezone.utc, None),
    (timezone(timedelta(hours=2)), "+02:00"),
    (timezone(-timedelta(hours=5, minutes=30)), "-05:30"),
    (timezone(timedelta(hours=1, seconds=3)), "+01:00:03"),
    (timezone(timedelta(seconds=1, microseconds=7)), "+00:00:01.000007"),
    (timezone(timedelta(hours=2), "EET"), "+02:00 EET"),
    (timezone(timedelta(0), "a b"), "+00:00 a b"),
    (ZoneInfo("Europe/Madrid"), "Europe/Madrid"),
    (ZoneInfo("UTC"), "UTC"),
]


@pytest.mark.parametrize(("zone", "name"), ZONES, ids=str)
def test_zones(zone: Any, name: Any) -> None:
    assert special.zone_name(zone) == name
    assert special.zone_of(name) == zone
    assert repr(special.zone_of(name)) == repr(zone)


@given(offset=st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59)))
def test_any_offset(offset: timedelta) -> None:
    zone = timezone(offset)
    name = special.zone_name(zone)
    assert special.zone_of(name) == zone


class Odd(timezone.__base__):  # type: ignore[misc, name-defined]
    def utcoffset(self, moment: Any) -> timedelta:
        return timedelta(hours=1)


@pytest.mark.parametrize("zone", [Odd(), ZoneInfo.no_cache("Europe/Madrid").__class__.__base__()])
def test_zones_without_a_name_are_refused(zone: Any) -> None:
    with pytest.raises(UnsupportedValueException, match="no name that finds it again"):
        special.zone_name(zone)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (time(2, 30, tzinfo=timezone.utc), "02:30:00[UTC!]"),
        (time(2, 30, fold=1), "02:30:00[naive](fold=1)"),
        (time(2, 30, 1, 5, tzinfo=ZoneInfo("UTC")), "02:30:01.000005[UTC]"),
        (datetime(2024, 3, 31, 2, 30, tzinfo=ZoneInfo("Europe/Madrid")), "2024-03-31T02:30:00[Europe/Madrid]"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=2), "x]y")), "0001-01-01T00:00:00[+02:00 x]y]"),
    ],
    ids=str,
)
def test_clocks_as_text(value: Any, text: str) -> None:
    assert special.clock_to_text(value) == text
    back = special.clock_from_text(type(value))(text)
    assert (back, back.fold, back.tzinfo) == (value, value.fold, value.tzinfo)


@given(number=st.integers())
def test_ints(number: int) -> None:
    assert special.int_from_text(special.int_to_text(number)) == number


@pytest.mark.parametrize("bits", [13_999, 14_000, 14_001, 14_284, 100_000])
@pytest.mark.parametrize("sign", [1, -1])
def test_ints_beyond_the_limit_of_digits(bits: int, sign: int) -> None:
    number = sign << bits
    assert special.int_from_text(special.int_to_text(number)) == number


@pytest.mark.parametrize(
    ("number", "form"),
    [
        (0, 0),
        (2**31 - 1, 0),
        (-(2**31), 0),
        (2**31, 1),
        (-(2**31) - 1, 1),
        (2**63 - 1, 1),
        (2**63, 2),
        (-(2**63) - 1, 2),
    ],
)
def test_form_of_an_int(number: int, form: int) -> None:
    assert special.int_variant(number) == (form, None)


@given(text=st.text(st.characters(exclude_categories=())))
def test_texts(text: str) -> None:
    assert special.from_wtf8(special.to_wtf8(text)) == text
    assert special.is_utf8(text) == all(not "\ud800" <= letter <= "\udfff" for letter in text)


@given(value=st.timedeltas())
def test_durations(value: timedelta) -> None:
    assert special.from_micros(special.micros(value)) == value == special.from_micros(special.micros_text(value))
