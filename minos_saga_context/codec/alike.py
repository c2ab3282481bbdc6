"""The fast way to read dicts that are alike, such as the lines of an order.

A map whose keys are always the same, and so the types of its values, is byte for byte a record: between the values stand
the same bytes every time. fastavro reads that record in two thirds of the time of the map, whose every key is a text and
every value a union. So once dicts of a plan were alike, the next ones are read as records. The bytes between the values
are compared; where one differs, all is read again as what it is, and from then on always.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from operator import itemgetter
from typing import Any, Callable, NamedTuple, Optional

from fastavro import schemaless_reader

from .avro import avro_type
from .bare import FIELD, READS
from .varint import write_long

#: The reading of a plan at which dicts are looked at. Most shapes that are read once are not read again soon.
_LOOK_AT = 2


class _Lines(NamedTuple):
    """A field that holds dicts that are alike."""

    name: str
    #: Where the bytes between the values are, what gets them, and what they are.
    places: Sequence[str]
    get: Callable[[Any], Any]
    constants: tuple[Any, ...]
    schema: Any


class AlikeReader:
    """Reads records that hold lists of dicts.

    :param schema: The schema of the records: see bare.py.
    :param with_names: Whether the records of unions come with their names.
    :param names: The fields that hold lists of dicts.
    """

    def __init__(self, schema: dict[str, Any], with_names: bool, names: frozenset[str]):
        self._schema = schema
        self._with_names = with_names
        self._names = names
        self._count = 0
        self._fast: Optional[tuple[Any, list[_Lines]]] = None

    def read(self, buffer: BytesIO) -> Any:
        """Read a record, as fastavro would.

        :param buffer: Where it stands.
        :return: The record.
        """
        if (fast := self._fast) is not None:
            (schema, fields), start = fast, buffer.tell()
            try:
                found = schemaless_reader(buffer, schema, None, self._with_names)
                for lines in fields:
                    if not _take_out(found[lines.name], lines):
                        break
                else:
                    return found
            except Exception:  # what it is, reading it as it is will tell
                pass
            self._fast = None
            buffer.seek(start)
        found = schemaless_reader(buffer, self._schema, None, self._with_names)
        if self._count < _LOOK_AT:
            self._count += 1
            if self._count == _LOOK_AT:
                self._look_at(found)
        return found

    def _look_at(self, record: dict[str, Any]) -> None:
        lines = {
            field["name"]: _lines(field["name"], record[field["name"]], field["type"]["items"]["values"])
            for field in self._schema["fields"]
            if field["name"] in self._names
        }
        found = {name: one for name, one in lines.items() if one is not None}
        if found:
            fields = [
                {**field, "type": found[field["name"]].schema} if field["name"] in found else field
                for field in self._schema["fields"]
            ]
            self._fast = {**self._schema, "fields": fields}, list(found.values())


def alike_reader(schema: Any, with_names: bool) -> Optional[AlikeReader]:
    """Build the reader of a schema whose fields may hold lists of dicts.

    :param schema: The schema, as fastavro is given it.
    :param with_names: See :class:`AlikeReader`.
    :return: The reader; ``None`` if there is no such field.
    """
    if avro_type(schema) != "record":
        return None
    names = frozenset(field["name"] for field in schema["fields"] if _is_list_of_dicts(field["type"]))
    return AlikeReader(schema, with_names, names) if names else None


def _is_list_of_dicts(schema: Any) -> bool:
    return avro_type(schema) == "array" and "logicalType" not in schema and avro_type(schema["items"]) == "map"


def _lines(name: str, dicts: list[dict[str, Any]], values: Any) -> Optional[_Lines]:
    """Find out what dicts have in common.

    :param name: The name of the field that they stand in.
    :param dicts: The dicts.
    :param values: The schema of their values.
    :return: It; ``None`` if they are not alike.
    """
    keys = set(map(tuple, dicts))
    types = {tuple(map(type, one.values())) for one in dicts}
    if len(keys) != 1 or len(types) != 1 or keys == {()}:
        return None
    fields: list[dict[str, Any]] = []
    constants: list[Any] = []
    before = write_long(len(dicts[0]))
    for key, cls in zip(*keys, *types):
        branch = _branch(values, cls)
        if branch is None:
            return None
        text = key.encode()
        constants.append(before + write_long(len(text)) + text + branch[0])
        before = b""
        fixed = {"type": "fixed", "name": f"{FIELD}{len(constants)}", "size": len(constants[-1])}
        fields += [{"name": fixed["name"], "type": fixed}, {"name": key, "type": branch[1]}]
    # The end of a map is an empty block of it.
    constants.append(0)
    fields.append({"name": f"{FIELD}{len(constants)}", "type": "int"})
    if len({field["name"] for field in fields}) < len(fields):
        return None  # a key that begins as our own names do
    schema = {"type": "array", "items": {"type": "record", "name": f"{FIELD}{name}", "fields": fields}}
    places = [field["name"] for field in fields[::2]]
    return _Lines(name, places, itemgetter(*places), tuple(constants), schema)


def _branch(values: Any, cls: type) -> Optional[tuple[bytes, Any]]:
    """Give what stands before a value of some type, and its schema."""
    if not isinstance(values, list):
        return (b"", values) if READS.get(values if isinstance(values, str) else None) is cls else None
    found = [
        (write_long(place), one) for place, one in enumerate(values) if isinstance(one, str) and READS.get(one) is cls
    ]
    return found[0] if len(found) == 1 else None


def _take_out(dicts: list[dict[str, Any]], lines: _Lines) -> bool:
    """Take out of dicts what stood between their values; tell whether it was the same as ever."""
    places, get, constants = lines.places, lines.get, lines.constants
    for one in dicts:
        if get(one) != constants:
            return False
        for place in places:
            del one[place]
    return True
