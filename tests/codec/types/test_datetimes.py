"""The pure functions of dates and times that the table names."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import UnsupportedValueException
from minos_saga_context.codec.types import datetimes as times

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
    assert times.zone_name(zone) == name
    assert times.zone_of(name) == zone
    assert repr(times.zone_of(name)) == repr(zone)


@given(offset=st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59)))
def test_any_offset(offset: timedelta) -> None:
    zone = timezone(offset)
    name = times.zone_name(zone)
    assert times.zone_of(name) == zone


class Odd(timezone.__base__):  # type: ignore[misc, name-defined]
    def utcoffset(self, moment: Any) -> timedelta:
        return timedelta(hours=1)


@pytest.mark.parametrize("zone", [Odd(), ZoneInfo.no_cache("Europe/Madrid").__class__.__base__()])
def test_zones_without_a_name_are_refused(zone: Any) -> None:
    with pytest.raises(UnsupportedValueException, match="no name that finds it again"):
        times.zone_name(zone)


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
    assert times.clock_to_text(value) == text
    back = times.clock_from_text(type(value))(text)
    assert (back, back.fold, back.tzinfo) == (value, value.fold, value.tzinfo)


@given(value=st.timedeltas())
def test_durations(value: timedelta) -> None:
    assert times.from_micros(times.micros(value)) == value == times.from_micros(times.micros_text(value))


@given(value=st.dates())
def test_dates(value: date) -> None:
    assert times.to_days(value) == (value - date(1970, 1, 1)).days
    assert times.from_days(times.to_days(value)) == value


@given(value=st.times())
def test_times(value: time) -> None:
    assert times.time_from_micros(times.time_to_micros(value)) == value


@pytest.mark.parametrize("data", [-1, 24 * 3600 * 10**6, 2**62])
def test_no_times(data: int) -> None:
    with pytest.raises(ValueError):
        times.time_from_micros(data)


@given(value=st.datetimes(timezones=st.sampled_from([zone for zone, _ in ZONES])))
def test_instants(value: datetime) -> None:
    form, name = times.datetime_variant(value)
    if form == 0:
        found = times.from_instant(name)(times.to_instant(value))
        assert (found, found.tzinfo, found.fold) == (value, value.tzinfo, value.fold)
        # As fastavro reads it, where it is left to it.
        instant = times.EPOCH + times.to_instant(value) * times.MICROSECOND
        put = times.into_zone(name)
        assert (instant if put is None else put(instant)) == value
