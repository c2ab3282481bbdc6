"""What the table says, indexed: by Python type for writing, by schema for reading. User's own types join here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable, Optional, Union

from .cache import Cache
from .rows import AnyContainer, AnyRow, Container, Encoding, ScalarType
from .table import CONTAINERS, SCALARS

#: The rows by Python type. What has none is looked for in FINDERS.
ROW_BY_TYPE: dict[type, AnyRow] = {}
#: ``(Avro type, logical type, tag)`` to the container ...
CONTAINER_BY_SCHEMA: dict[tuple[str, Optional[str], Optional[str]], AnyContainer] = {}
#: ... or to the row of a scalar and its encoding.
ENCODING_BY_SCHEMA: dict[tuple[str, Optional[str], Optional[str]], tuple[ScalarType, Encoding]] = {}
#: Scalar types that always take the first encoding of their row ...
FIRST_ENCODING: set[type] = set()
#: ... and those that take it whenever fastavro does not object.
TRUSTED: set[type] = set()
#: Scalar types of which memory keeps the value itself ...
IMMUTABLE: set[type] = set()
#: ... and those of which it does so once the values were looked at: by type, the function that looks.
CHECKED: dict[type, Callable[[Iterable[Any]], None]] = {}
#: Both of them.
FIXED: set[type] = set()


def add_row(row: AnyRow) -> None:
    """Enter a row.

    :param row: The row.
    :return: This function does not return anything.
    """
    ROW_BY_TYPE[row.type] = row
    if isinstance(row, ScalarType):
        _index_scalar(row)
    else:
        if row.logical is not None:
            # Without the logical type, the tag has to be there: see inference/schema.py.
            CONTAINER_BY_SCHEMA[row.avro, None, row.tag] = row
        CONTAINER_BY_SCHEMA[row.avro, row.logical, row.tag if row.tagged else None] = row


def _index_scalar(row: ScalarType) -> None:
    for encoding in row.encodings:
        ENCODING_BY_SCHEMA[encoding.avro, encoding.logical, row.tag if encoding.tagged else None] = row, encoding
    if row.copy is None:
        FIXED.add(row.type)
        if row.check is None:
            IMMUTABLE.add(row.type)
        else:
            CHECKED[row.type] = row.check
    # Of ints, the size is looked at in any case.
    if row.choose is None or row.type is int:
        FIRST_ENCODING.add(row.type)
    if row.type in FIRST_ENCODING or row.optimistic:
        TRUSTED.add(row.type)


for _row in (*SCALARS, *CONTAINERS):
    add_row(_row)


def row_of(cls: type, tag: str) -> Optional[AnyRow]:
    """Find the row that holds the type, or the tag.

    :param cls: A Python type.
    :param tag: A tag.
    :return: The row, or ``None``.
    """
    return next((row for row in [*ROW_BY_TYPE.values()] if row.type is cls or row.tag == tag), None)


def rank(row: Union[ScalarType, Container]) -> tuple[int, str]:
    """Give the place of a row in the order of the table; registered types follow by their tags."""
    rows: tuple[Any, ...] = SCALARS if isinstance(row, ScalarType) else CONTAINERS
    return (rows.index(row), "") if row in rows else (len(rows), row.tag)


#: Asked in turn what a class is that has no row of its own. The modules of enums and records add theirs.
FINDERS: list[Callable[[type], Any]] = []


def find(cls: type) -> Any:
    """Tell what the instances of a class are. This is where everybody asks.

    :param cls: The class.
    :return: A :class:`.ScalarType` (an :class:`.EnumType` of enums), an :class:`.Array`, a :class:`.Map` or a
        :class:`.RecordType`; ``None`` if contexts do not keep them.
    """
    return _FOUND[cls]


def find_kept(cls: type) -> Any:
    """Tell as what the instances of a class are kept: itself, or the type of the table that it extends.

    :param cls: The class.
    :return: See :func:`find`.
    """
    return _KEPT[cls]


def _find(cls: type) -> Any:
    return ROW_BY_TYPE.get(cls) or next(filter(None, (finder(cls) for finder in FINDERS)), None)


def _find_kept(cls: type) -> Any:
    if cls in STAND_INS:
        return find_kept(STAND_INS[cls][0])
    rows = (ROW_BY_TYPE[base] for base in cls.__mro__[1:] if base in ROW_BY_TYPE)
    return find(cls) or next((row for row in rows if not isinstance(row, ScalarType) or row.upcast is not None), None)


_FOUND, _KEPT = Cache(_find), Cache(_find_kept)
#: By class, that of the values for which its instances stand, and what gives them: see context/method_fields.py.
STAND_INS: dict[type, tuple[type, Callable[[Any], Any]]] = {}
#: Tags of what has no row: see classes/ and inference/schema.py.
RESERVED_TAGS: frozenset[str] = frozenset({"box", "dataclass", "enum", "flag", "model", "namedtuple"})
