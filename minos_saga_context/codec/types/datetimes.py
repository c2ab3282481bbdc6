"""The pure functions of dates and times that the table of types names: Python values to Avro's, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from pickle import PicklingError
from typing import TYPE_CHECKING, Any, Callable, Optional

from ...exceptions import SnapshotException, UnsupportedValueException
from .cache import Cache
from .scalars import in_64_bits, is_utf8
from .subclasses import builtin

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

UTC = timezone.utc
EPOCH: datetime = builtin(datetime)(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = EPOCH.replace(tzinfo=None)
_FIRST_DAY = EPOCH.toordinal()
_FROM_ORDINAL: Callable[[int], date] = builtin(date).fromordinal
MICROSECOND = timedelta(microseconds=1)
NAIVE = "naive"


def micros(value: timedelta) -> int:
    """Give a timedelta in microseconds."""
    return value // MICROSECOND


def timedelta_variant(value: timedelta) -> tuple[int, None]:
    """Choose the encoding of a timedelta by its size in microseconds."""
    return (0 if in_64_bits(micros(value)) else 1), None


def from_micros(data: Any) -> timedelta:
    """Read a timedelta from microseconds."""
    return timedelta(microseconds=int(data))


def zone_name(zone: Optional[tzinfo]) -> Optional[str]:
    """Name a zone so that :func:`zone_of` finds it again.

    :param zone: The ``tzinfo`` of a time or datetime.
    :return: ``None`` for UTC; ``"naive"``, an offset such as ``"+02:00"`` (with its own name, where it was given
        one) or the key of a ``ZoneInfo``.
    :raises UnsupportedValueException: If the zone is of another kind.
    """
    if zone is UTC:
        return None
    if zone is None:
        return NAIVE
    if type(zone) is timezone and is_utf8(zone.tzname(None)):
        offset = zone.utcoffset(None)
        sign, size = ("-", -offset) if offset < timedelta(0) else ("+", offset)
        # Python prints hours without a leading zero: pad it, so that the text is an ISO 8601 offset.
        text = sign + str(size).rjust(15 if size.microseconds else 8, "0")
        text = text[:-3] if text.endswith(":00") else text
        name = zone.tzname(None)
        return text if name == timezone(offset).tzname(None) else f"{text} {name}"
    if _IS_ZONE_INFO[type(zone)] and (key := _KEYS[zone]):  # type: ignore[index]
        return key
    raise UnsupportedValueException(
        zone,
        reason="the zone has no name that finds it again",
        remedy="Use datetime.timezone or zoneinfo.ZoneInfo(key).",
    )


def _key_of(zone: ZoneInfo) -> Optional[str]:
    try:
        zone.__reduce__()
    except PicklingError:
        return None  # from a file, whatever key it was given
    return zone.key


def _is_zone_info(cls: type) -> bool:
    # Imported when it is needed first: it takes long, and most services have no zone but UTC.
    from zoneinfo import ZoneInfo

    return cls is ZoneInfo


_KEYS, _IS_ZONE_INFO = Cache(_key_of), Cache(_is_zone_info)


def zone_of(name: Optional[str]) -> Optional[tzinfo]:
    """Find the zone of a name.

    :param name: What :func:`zone_name` gave.
    :return: The zone.
    """
    if name is None:
        return UTC
    if name == NAIVE:
        return None
    if name[0] not in "+-":
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise SnapshotException(
                f"The time zone {name!r} is not known on this machine. Install the package 'tzdata'"
            ) from None
    text, space, discriminator = name.partition(" ")
    hours, minutes, seconds = (text[1:] + ":0").split(":")[:3]
    offset = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    offset = -offset if text[0] == "-" else offset
    return timezone(offset, discriminator) if space else timezone(offset)


def to_instant(value: datetime) -> int:
    """Give the microseconds from 1970 to a datetime; the wall clock of a naive one is taken for UTC."""
    return (value - (EPOCH if value.tzinfo is not None else _NAIVE_EPOCH)) // MICROSECOND


def from_instant(name: Optional[str]) -> Callable[[int], datetime]:
    """Build the function that reads what :func:`to_instant` wrote, into the zone of that name."""
    zone = zone_of(name)
    if zone is None:
        return lambda data: _NAIVE_EPOCH + MICROSECOND * data
    if zone is UTC:
        return lambda data: EPOCH + MICROSECOND * data
    return lambda data: (EPOCH + MICROSECOND * data).astimezone(zone)


def into_zone(name: Optional[str]) -> Callable[[Any], Any]:
    """Build the function that puts a datetime in UTC, of whatever class, into the zone of that name."""
    read = from_instant(name)
    # Of two lists in one union, which stock minos writes, the one may hold texts: they come here as well.
    return lambda value: read(to_instant(value)) if isinstance(value, datetime) else value


def datetime_variant(value: datetime) -> tuple[int, Optional[str]]:
    """Choose the encoding of a datetime: its instant and zone where they give it back, its text where they do not.

    The text is for wall clocks that do not exist, a fold where there is none, and instants before year 1 or after 9999.
    """
    if value.tzinfo is UTC:
        return (1 if value.fold else 0), None
    name = zone_name(value.tzinfo)
    if value.tzinfo is None:
        return (1, None) if value.fold else (0, name)
    try:
        back = value.astimezone(UTC).astimezone(value.tzinfo)
    except OverflowError:
        return 1, None
    same = back.replace(tzinfo=None) == value.replace(tzinfo=None) and back.fold == value.fold
    return (0, name) if same else (1, None)


def time_variant(value: time) -> tuple[int, None]:
    """Choose the encoding of a time: Avro's where it is naive."""
    return (1 if value.tzinfo is not None or value.fold else 0), None


def clock_to_text(value: Any) -> str:
    """Write a time or datetime as text: ISO 8601, the zone in brackets, and the fold.

    Such as ``2024-03-31T02:30:00[Europe/Madrid]``, or ``02:30:00[naive](fold=1)``.
    """
    name = zone_name(value.tzinfo) or "UTC!"
    return f"{value.replace(tzinfo=None, fold=0).isoformat()}[{name}]{'(fold=1)' if value.fold else ''}"


def clock_from_text(cls: Any) -> Callable[[str], Any]:
    """Build the function that reads what :func:`clock_to_text` wrote of that class."""

    def read(text: str) -> Any:
        clock, _, rest = text.partition("[")
        name, _, fold = rest.rpartition("]")
        zone = zone_of(None if name == "UTC!" else name)
        return cls.fromisoformat(clock).replace(tzinfo=zone, fold=1 if fold else 0)

    return read


def time_to_micros(value: time) -> int:
    """Give the microseconds from midnight to a time."""
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond


def time_from_micros(data: int) -> time:
    """Read what :func:`time_to_micros` wrote."""
    seconds, microsecond = divmod(data, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return time(hour, minute, second, microsecond)


def to_days(value: date) -> int:
    """Give the days from 1970 to a date."""
    return value.toordinal() - _FIRST_DAY


def from_days(data: int) -> date:
    """Read what :func:`to_days` wrote."""
    return _FROM_ORDINAL(data + _FIRST_DAY)


def exact_date(value: Any) -> Any:
    """Give the date that fastavro built, which is one of freezegun's where a test froze the time."""
    # What stock minos mixed comes here as well: see into_zone().
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return _FROM_ORDINAL(value.toordinal()) if is_day else value


def micros_text(value: timedelta) -> str:
    """Write the microseconds of a timedelta as text."""
    return str(micros(value))


def check_zones(values: Iterable[Any]) -> None:
    """Refuse times or datetimes of which a zone cannot be stored."""
    for value in values:
        if value.tzinfo is not UTC:
            zone_name(value.tzinfo)


def iso_text(value: Any) -> str:
    """Write a date, time or datetime as text for people: ISO 8601, and the name of a zone as RFC 9557 adds it."""
    zone = getattr(value, "tzinfo", None)
    name = zone_name(zone) if zone is not None else None
    return str(value.isoformat()) + (f"[{name}]" if name and name[0] not in "+-" else "")
