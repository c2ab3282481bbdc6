"""The fast way to read dicts that are alike, such as the lines of an order.

A map whose keys are always the same, and so the types of its values, is byte for byte a record: between the values
stand the same bytes every time. fastavro reads that record in two thirds of the time of the map, whose every key is a
text and every value a union. So once dicts of a plan were alike, the next ones are read as records. The bytes between
the values are compared; where one differs, all is read again as what it is, and from then on always.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, NamedTuple, Optional

from fastavro import schemaless_reader

from ..avro.schema import avro_type
from ..avro.varint import write_long
from ..types.registry import ENCODING_BY_SCHEMA, ROW_BY_TYPE
from ..types.rows import Encoding, ScalarType

#: The reading of a plan at which its dicts are looked at: most shapes that are read once are not read again soon.
_LOOK_AT = 2
#: How the names begin that the bytes between the values are read under.
_CONSTANT = "\0"
#: What a key costs beyond its bytes, for the bound of what is remembered of keys.
_KEY = 12


class _Alike(NamedTuple):
    """What the dicts in one field have in common."""

    #: The name of the field.
    name: str
    #: The schema of the field, with records for dicts.
    schema: Any
    #: The bytes between the values, and the names that they are read under.
    constants: tuple[tuple[str, Any], ...]


class UniformReader:
    """Reads records that hold lists of dicts.

    :param schema: The schema of the records, as fastavro is given it: ``Converter.physical``.
    :param with_names: Whether the records of unions come with their names.
    :param room: How many bytes may be remembered of keys.
    """

    def __init__(self, schema: Any, with_names: bool, room: int):
        self._schema = schema
        self._with_names = with_names
        self._room = room
        self._count = 0
        self._fast: Optional[tuple[Any, list[_Alike]]] = None

    def read(self, buffer: BytesIO) -> Any:
        """Read a record, as fastavro would.

        :param buffer: Where it stands.
        :return: The record.
        """
        if (fast := self._fast) is not None:
            (schema, fields), start = fast, buffer.tell()
            try:
                found: Any = schemaless_reader(buffer, schema, None, self._with_names)
                if _take_out(found, fields):
                    return found
            except Exception:  # reading it as what it is will tell what it is
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
        found: dict[str, _Alike] = {}
        for field in self._schema["fields"]:
            if _is_list_of_dicts(field["type"]):
                name, values = field["name"], field["type"]["items"]["values"]
                if (uniform := self._in_common(name, record[name], values)) is not None:
                    found[name] = uniform
        if found:
            fields = [
                {**field, "type": found[field["name"]].schema} if field["name"] in found else field
                for field in self._schema["fields"]
            ]
            self._fast = {**self._schema, "fields": fields}, list(found.values())

    def _in_common(self, name: str, dicts: list[dict[str, Any]], values: Any) -> Optional[_Alike]:
        """Find out what dicts have in common.

        :param name: The name of the field that they stand in.
        :param dicts: The dicts.
        :param values: The schema of their values.
        :return: It; ``None`` if they are not alike.
        """
        keys = set(map(tuple, dicts))
        types = {tuple(map(type, one.values())) for one in dicts}
        if len(keys) != 1 or len(types) != 1:
            return None
        fields: list[dict[str, Any]] = []
        constants: list[tuple[str, Any]] = []
        before = write_long(len(dicts[0]))
        for key, cls in zip(*keys, *types):
            branch = _branch(values, cls)
            if branch is None or key.startswith(_CONSTANT):
                return None
            text = key.encode()
            constant, place = before + write_long(len(text)) + text + branch[0], f"{_CONSTANT}{len(constants)}"
            before = b""
            self._room -= _KEY + len(constant)
            if self._room < 0:
                return None
            constants.append((place, constant))
            fixed = {"type": "fixed", "name": place, "size": len(constant)}
            fields += [{"name": place, "type": fixed}, {"name": key, "type": branch[1]}]
        # A map ends with a block of no entries. (One without entries is nothing but that.)
        constants.append((_CONSTANT, 0))
        fields.append({"name": _CONSTANT, "type": "int"})
        schema = {"type": "array", "items": {"type": "record", "name": f"{_CONSTANT}{name}", "fields": fields}}
        return _Alike(name, schema, tuple(constants))


def uniform_reader(schema: Any, with_names: bool, room: int) -> Optional[UniformReader]:
    """Build the reader of a schema, if its fields may hold lists of dicts: see :class:`UniformReader`.

    :return: The reader; ``None`` if there is no such field.
    """
    if avro_type(schema) == "record" and any(_is_list_of_dicts(field["type"]) for field in schema["fields"]):
        return UniformReader(schema, with_names, room)
    return None


def _is_list_of_dicts(schema: Any) -> bool:
    return avro_type(schema) == "array" and "logicalType" not in schema and avro_type(schema["items"]) == "map"


def _branch(values: Any, cls: type) -> Optional[tuple[bytes, Any]]:
    """Give what stands before a value of some type, and its schema; ``None`` where that is not clear."""
    branches = values if isinstance(values, list) else [values]
    encodings = [ENCODING_BY_SCHEMA.get((one, None, None)) if isinstance(one, str) else None for one in branches]
    found = [place for place, encoding in enumerate(encodings) if encoding is not None and encoding[1].reads is cls]
    if len(found) != 1:
        return None
    return write_long(found[0]) if isinstance(values, list) else b"", branches[found[0]]


def _take_out(record: dict[str, Any], fields: list[_Alike]) -> bool:
    """Take out of dicts what stood between their values; tell whether it was the same as ever."""
    for name, _, constants in fields:
        for one in record[name]:
            for place, constant in constants:
                if one.pop(place) != constant:
                    return False
    return True


class UniformDicts(tuple[list[Any]]):
    """A list that is as fastavro takes it already, in a tuple of one: nothing that a context holds is of this type."""

    __slots__ = ()


class OpenRecord(tuple[dict[str, Any]]):
    """The fields of a record, made ready, likewise: see inference/single.py."""

    __slots__ = ()


#: The names of branches by type: of the scalars whose values are written as they are.
_BRANCHES = {
    cls: row.encodings[0].avro
    for cls, row in ROW_BY_TYPE.items()
    if isinstance(row, ScalarType) and row.encodings[0] == Encoding(row.encodings[0].avro, reads=row.encodings[0].reads)
}


def lines_of(values: list[Any]) -> Optional[tuple[dict[type, None], list[Any]]]:
    """Name the branches of values in dicts.

    :param values: Dicts, as far as is known.
    :return: The types of their values, as keys, and the dicts with (name, value) pairs; ``None`` if there is anything
        but dicts with text for keys and plain scalars for values, whose ints have 32 bits.
    """
    branches, data = _BRANCHES, []
    types: dict[type, None] = {}
    try:
        for one in values:
            if type(one) is not dict:
                return None
            pairs = {}
            for key, value in one.items():
                cls = type(value)
                if type(key) is not str or (cls is int and not -0x8000_0000 <= value <= 0x7FFF_FFFF):
                    return None
                types[cls] = None
                pairs[key] = branches[cls], value
            data.append(pairs)
    except KeyError:
        return None
    return types, data
