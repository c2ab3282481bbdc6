"""What the table says, indexed: by Python type for writing, by schema for reading. User's own types join here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable, Optional, Union

from .table import CONTAINERS, SCALARS, Container, Form, Row

SCALAR_BY_TYPE: dict[type, Row] = {}
CONTAINER_BY_TYPE: dict[type, Container] = {container.type: container for container in CONTAINERS}
CONTAINER_BY_SCHEMA = {
    (container.avro, container.logical, container.tag if container.tagged else None): container
    for container in CONTAINERS
}
# Without the logical type, the tag has to be there: see inference/schema.py.
CONTAINER_BY_SCHEMA.update({(row.avro, None, row.tag): row for row in CONTAINERS if row.logical is not None})
#: ``(Avro type, logical type, tag)`` to the row and its form.
FORM_BY_SCHEMA: dict[tuple[str, Optional[str], Optional[str]], tuple[Row, Form]] = {}
#: Scalar types that always take the first form of their row ...
PLAIN: set[type] = set()
#: ... and those that take it whenever fastavro does not object.
OPTIMISTIC: set[type] = set()
#: Scalar types of which memory keeps the value itself ...
IMMUTABLE: set[type] = set()
#: ... and those of which it does so once the values were looked at: by type, the function that looks.
CHECKED: dict[type, Callable[[Iterable[Any]], None]] = {}
#: Both of them.
FIXED: set[type] = set()


def add_row(row: Row) -> None:
    """Enter a row.

    :param row: The row.
    :return: This function does not return anything.
    """
    for form in row.forms:
        FORM_BY_SCHEMA[form.avro, form.logical, row.tag if form.tagged else None] = row, form
    SCALAR_BY_TYPE[row.type] = row
    if row.copy is None:
        FIXED.add(row.type)
        if row.check is None:
            IMMUTABLE.add(row.type)
        else:
            CHECKED[row.type] = row.check
    # Of ints, the size is looked at in any case.
    if row.variant is None or row.type is int:
        PLAIN.add(row.type)
    if row.type in PLAIN or row.optimistic:
        OPTIMISTIC.add(row.type)


for _row in SCALARS:
    add_row(_row)


def row_of(cls: type, tag: str) -> Optional[Union[Row, Container]]:
    """Find the row that holds the type, or the tag.

    :param cls: A Python type.
    :param tag: A tag.
    :return: The row, or ``None``.
    """
    rows: tuple[Union[Row, Container], ...] = (*SCALAR_BY_TYPE.values(), *CONTAINERS)
    return next((row for row in rows if row.type is cls or row.tag == tag), None)


def rank(kind: type) -> tuple[int, str]:
    """Give the place of a scalar type in the order of the table; registered types follow by their tags."""
    row = SCALAR_BY_TYPE[kind]
    return (SCALARS.index(row), "") if row in SCALARS else (len(SCALARS), row.tag)


#: Tags of what is no scalar: see classes/ and inference/schema.py.
RESERVED_TAGS: frozenset[str] = frozenset({"box", "dataclass", "enum", "flag", "model", "namedtuple"})
