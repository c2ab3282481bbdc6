"""Types that a test adds to the table, and takes out again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minos_saga_context.codec.classes.records import RECORD_TYPES, REGISTERED
from minos_saga_context.codec.classes.registration import _RECORDS
from minos_saga_context.codec.types import registry
from minos_saga_context.codec.types.cache import clear_caches

_TABLES: tuple[Any, ...] = (
    *(registry.ROW_BY_TYPE, registry.CONTAINER_BY_SCHEMA, registry.ENCODING_BY_SCHEMA, registry.CHECKED),
    *(registry.FIRST_ENCODING, registry.TRUSTED, registry.IMMUTABLE, registry.FIXED),
    *(REGISTERED, _RECORDS),
)


@contextmanager
def table_restored() -> Iterator[None]:
    """Leave the table, and the record classes, as they were found."""
    before = [table.copy() for table in _TABLES], RECORD_TYPES[:]
    clear_caches()
    yield
    for table, then in zip(_TABLES, before[0]):
        table.clear()
        table.update(then)
    RECORD_TYPES[:] = before[1]
    clear_caches()
