"""The pure functions of dates and times that the table names."""

from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH, ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import SagaContext, UnsupportedValueException
from minos_saga_context.codec.types import datetimes as times
from tests.support.exact import assert_exact
from tests.support.process import run
from tests.support.ways import WAYS

ZONES = [
    (None, "naive"),
    (timezone.utc, None),
    (timezone(timedelta(hours=2)), "+02:00"),
    (timezone(-timedelta(hours=5, minutes=30)), "-05:30"),
    (timezone(timedelta(hours=1, seconds=3)), "+01:00:03"),
    (timezone(timedelta(seconds=1, microseconds=7)), "+00:00:01.000007"),
    (timezone(timedelta(hours=2), "EET"), "+02:00 EET"),
    (timezone(timedelta(0), "a b"), "+00:00 a b"),
    (timezone(timedelta(hours=1), ""), "+01:00 "),
    (timezone(timedelta(hours=1), "]\0("), "+01:00 ]\0("),
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
        assert times.into_zone(name)(instant) == value


def madrid_by_another_key() -> ZoneInfo:
    path = next(Path(folder, "Europe/Madrid") for folder in TZPATH if Path(folder, "Europe/Madrid").exists())
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, key="Asia/Tokyo")


@pytest.mark.parametrize(
    "zone", [timezone(timedelta(hours=1), "\ud800"), madrid_by_another_key()], ids=["label", "file"]
)
def test_zones_that_nobody_would_find_again(zone: Any) -> None:
    for value in (datetime(2024, 5, 1, tzinfo=zone), time(1, tzinfo=zone)):
        with pytest.raises(
            UnsupportedValueException, match=r"'at\[0\]': the zone has no name .* Use datetime.timezone"
        ):
            SagaContext(at=[value])


@pytest.mark.parametrize(
    "value", [datetime(2024, 5, 1, tzinfo=ZoneInfo("Asia/Tokyo")), time(1, tzinfo=ZoneInfo("Asia/Tokyo"))]
)
def test_a_zone_that_the_reader_lacks(value: Any) -> None:
    text = SagaContext(order={"at": value}).avro_str
    code = (
        "import json, sys, zoneinfo\n"
        "zoneinfo.reset_tzpath([])\n"
        "sys.modules['tzdata'] = None\n"
        "from minos_saga_context import SagaContext, SnapshotException\n"
        "try: SagaContext.from_avro_str(sys.argv[1])\n"
        "except SnapshotException as exc: print(json.dumps(str(exc)))\n"
    )
    said = run(code, text)
    assert "'Asia/Tokyo' is not known on this machine" in said and "tzdata" in said
    # The schema tells the zone; that of a text is only met in the data.
    assert "'order[]'" in said or type(value) is time or value.fold


def test_under_frozen_clocks() -> None:
    freezegun, time_machine = pytest.importorskip("freezegun"), pytest.importorskip("time_machine")
    instant = datetime(2024, 1, 2, 3, 4, 5, 678, tzinfo=timezone.utc)
    for frozen in (freezegun.freeze_time(instant), time_machine.travel(instant, tick=False)):
        with frozen:
            now, today = datetime.now(timezone.utc), date.today()
            mixed = [now, 1, today, datetime.now(ZONES[-1][0]), None]
            context = SagaContext(now=now, today=today, mixed=mixed, key={today: now})
            context["mixed"].append(today)
            found = [make(context) for way, make in WAYS.items() if way != "pickle"]
        day = instant.date()
        items = [instant, 1, day, instant.astimezone(ZONES[-1][0]), None, day]
        expected = {"now": instant, "today": day, "mixed": items, "key": {day: instant}}
        for twin in found:
            assert_exact(dict(twin), expected)


def test_imported_while_the_clock_is_frozen() -> None:
    pytest.importorskip("freezegun")
    code = (
        "import freezegun, json\n"
        "with freezegun.freeze_time('2024-01-02'):\n"
        "    import datetime\n"
        "    from minos_saga_context import SagaContext\n"
        "    text = SagaContext(value=[datetime.datetime.now(), datetime.date.today(), 1]).avro_str\n"
        "print(json.dumps([type(one).__module__ for one in SagaContext.from_avro_str(text)['value']]))\n"
    )
    assert run(code) == ["datetime", "datetime", "builtins"]
