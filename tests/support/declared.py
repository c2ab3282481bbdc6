"""Declarations of what was renamed, and of upgrades, that end with the test that makes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minos_saga_context.codec.classes import upgrades
from minos_saga_context.codec.classes.enums import RENAMED_MEMBERS
from minos_saga_context.codec.classes.imports import RENAMED
from minos_saga_context.codec.types.cache import clear_caches


@contextmanager
def nothing_declared() -> Iterator[None]:
    """Forget what other tests, and the modules that they imported, have declared; and then what was declared within."""
    tables: Any = (RENAMED, RENAMED_MEMBERS, upgrades._fields, upgrades._upgrades)
    before = [dict(table) for table in tables]
    _put(tables, [{} for _ in tables])
    try:
        yield
    finally:
        _put(tables, before)


def _put(tables: Any, contents: Any) -> None:
    for table, content in zip(tables, contents):
        table.clear()
        table.update(content)
    clear_caches()
