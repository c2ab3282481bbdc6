"""Unions in minos's messages and models: each value goes by the alternative that it is.

minos.common and fastavro both take the first alternative that a value can be made to fit, and by then dates, times and
UUIDs are bare numbers and text. So values are marked on their way out, unions are arranged so that fastavro can tell
their branches apart, and on the way in the alternative that a value is comes before those that it could be cast to.
What is written stays what stock minos reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from enum import Enum
from typing import Any, Callable, Union, get_args, get_origin

from minos.common import Model, ModelType

from ..codec.avro.schema import avro_type, logical_of
from ..codec.types.datetimes import EPOCH, MICROSECOND, from_days, time_from_micros
from ..codec.types.scalars import from_uuid_text

SPAN = "timedelta-micros"


class _Days(int):
    logical = "date"

    def tell(self) -> Any:
        return from_days(self)


class _Clock(int):
    logical = "time-micros"

    def tell(self) -> Any:
        return time_from_micros(self)


class _Instant(int):
    logical = "timestamp-micros"

    def tell(self) -> Any:
        return EPOCH + MICROSECOND * self


class _Span(int):
    logical = SPAN

    def tell(self) -> Any:
        return "long", int(self)  # fastavro does not know this logical type


class _UUIDText(str):
    logical = "uuid"

    def tell(self) -> Any:
        return from_uuid_text(self)


#: The functions by which minos.common encodes what is no Avro type, and the types that mark what they give.
MARKS: dict[str, Any] = {
    "_build_date": _Days,
    "_build_datetime": _Instant,
    "_build_time": _Clock,
    "_build_timedelta": _Span,
    "_build_uuid": _UUIDText,
}
_MARKED = tuple(MARKS.values())
#: Logical types stand behind the types that their values are written as, which fastavro tries by order; and that of a
#: timedelta, which it takes by the name "long", before the others. To fastavro, a datetime is a date as well.
_PLACES: dict[Any, int] = {SPAN: 1, "time-micros": 2, "timestamp-micros": 2, "uuid": 2, "date": 3}
_CONTAINERS = {"array": "items", "map": "values"}


def marked(encode: Callable[..., Any], mark: Any) -> Callable[..., Any]:
    """Make a function of minos's data encoder mark what it gives.

    :param encode: The function.
    :param mark: The type that marks it.
    :return: The function that marks.
    """
    return lambda value, **kwargs: mark(encode(value, **kwargs))


def alternatives(hint: Any, value: Any) -> Iterator[Any]:
    """Give the alternatives of a union that a value, as fastavro reads it, is of already.

    :param hint: The union, as minos.common reads it from a schema.
    :param value: The value.
    :return: Those that it is of as it stands; then those that it is of once bare numbers are times and timedeltas.
    """
    for is_read in (False, True):
        yield from (alternative for alternative in get_args(hint) if _is_of(alternative, value, is_read))


def _is_of(hint: Any, value: Any, is_read: bool) -> bool:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin is Union:
        return any(_is_of(alternative, value, is_read) for alternative in arguments)
    if origin is dict:
        return isinstance(value, dict) and all(_is_of(arguments[1], item, is_read) for item in value.values())
    if origin in (list, set):
        kinds = (list, set) if origin is set else list
        return isinstance(value, kinds) and all(_is_of(arguments[0], item, is_read) for item in value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return any(type(member.value) is type(value) and member.value == value for member in hint)
    if is_read and type(value) is int:
        return hint in (int, time, timedelta)
    return type(value) is hint or (isinstance(hint, ModelType) and isinstance(value, (Model, dict)))


def arrange(schema: Any) -> Any:
    """Arrange the unions of a schema so that fastavro can tell their branches apart.

    :param schema: The schema, parsed by fastavro.
    :return: The schema; the same one if there is no union with something to tell apart.
    """
    is_needed = any(len(union) > 1 or _holds_time(union[0]) for union in unions(schema) if union)
    return _arranged(schema) if is_needed else schema


def _holds_time(schema: Any) -> bool:
    """Tell whether there is a time in a branch: fastavro validates it, and an int is too small for it."""
    if isinstance(schema, list):
        return any(map(_holds_time, schema))
    if not isinstance(schema, dict):
        return False
    parts = [schema.get("items"), schema.get("values"), *(field["type"] for field in schema.get("fields", ()))]
    return logical_of(schema) == _Clock.logical or any(map(_holds_time, parts))


def unions(schema: Any) -> Iterator[Any]:
    """Give the branches, but for null, of each union in a schema."""
    if isinstance(schema, list):
        yield [branch for branch in schema if branch != "null"]
        for branch in schema:
            yield from unions(branch)
    elif isinstance(schema, dict):
        if schema["type"] == "record":
            for field in schema["fields"]:
                yield from unions(field["type"])
        else:
            yield from unions(schema.get("items", schema.get("values", schema["type"])))


def _arranged(schema: Any) -> Any:
    if isinstance(schema, list):
        return sorted(_merged([_arranged(branch) for branch in schema]), key=_place)
    if not isinstance(schema, dict):
        return schema
    if schema["type"] == "record":
        return {**schema, "fields": [{**field, "type": _arranged(field["type"])} for field in schema["fields"]]}
    key = _CONTAINERS.get(schema["type"] if isinstance(schema["type"], str) else "", "type")
    return _as_long({**schema, key: _arranged(schema[key])})


def _place(branch: Any) -> int:
    return _PLACES.get(logical_of(branch), 0)


def _as_long(branch: Any) -> Any:
    # fastavro knows no time that is an int; stock minos reads either.
    return {**branch, "type": "long"} if logical_of(branch) == _Clock.logical else branch


def _merged(branches: list[Any]) -> list[Any]:
    """Make one of the arrays, and of the maps: fastavro would take one of doubles for ints as well."""
    merged: list[Any] = []
    for branch in branches:
        key = _CONTAINERS.get(branch["type"]) if isinstance(branch, dict) and len(branch) == 2 else None
        twin = next((one for one in merged if isinstance(one, dict) and one.keys() == {"type", key}), None)
        if key is None or twin is None:
            merged.append(branch)
            continue
        items: list[Any] = []
        for part in (twin[key], branch[key]):
            items += [item for item in (part if isinstance(part, list) else [part]) if item not in items]
        merged[merged.index(twin)] = {"type": twin["type"], key: _arranged(items) if len(items) > 1 else items[0]}
    return merged


def tell(data: Any, schema: Any) -> Any:
    """Tell fastavro the branches of unions that it would not find by itself.

    :param data: What fastavro is to write: as minos.common encodes it, with marks.
    :param schema: The schema, as :func:`arrange` gives it.
    :return: The data, without marks.
    """
    if isinstance(schema, list):
        return _in_union(data, schema)
    kind = avro_type(schema)
    if kind == "record" and isinstance(data, dict):
        hints = {field["name"]: field["type"] for field in schema["fields"]}
        return {key: tell(value, hints[key]) if key in hints else value for key, value in data.items()}
    if kind == "map" and isinstance(data, dict):
        return {key: tell(value, schema["values"]) for key, value in data.items()}
    if kind == "array" and isinstance(data, list):
        return [tell(value, schema["items"]) for value in data]
    if isinstance(kind, (dict, list)):
        return tell(data, kind)
    return data


def _in_union(data: Any, branches: list[Any]) -> Any:
    if isinstance(data, _MARKED) and any(logical_of(branch) == data.logical for branch in branches):
        return data.tell()
    if type(data) is int:
        # Else one of more than 32 bits, or one behind a double, would go elsewhere.
        first = next((branch for branch in branches if avro_type(branch) == "int"), None)
        return ("int", data) if first == "int" else data
    if type(data) is bytes:
        return ("bytes", data) if "bytes" in branches else data  # none at all would pass for an array
    kinds = ("map", "record") if isinstance(data, dict) else ("array",) if isinstance(data, list) else ()
    fitting = [branch for branch in branches if avro_type(branch) in kinds]
    if len(fitting) != 1:
        return data
    # By name too: to find it, fastavro would have to understand the names further in.
    branch = fitting[0]
    return branch["name"] if branch["type"] == "record" else branch["type"], tell(data, branch)
