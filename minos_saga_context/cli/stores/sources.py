"""Where the tool finds executions: in stores and files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from minos.common import DatabaseClientException

from ..errors import EXTRA, EXTRA_POSTGRES, ToolError
from .executions import Execution


@contextmanager
def open_store(path: str, writes: bool = False) -> Iterator[Any]:
    """Open a store.

    :param path: The path of an LMDB store, or the DSN of a database in PostgreSQL.
    :param writes: Whether to write there. What is missing is then made.
    :return: The store.
    :raises ToolError: If it cannot be opened or read.
    """
    if not _is_dsn(path):
        try:
            from .store import Store
        except ImportError as exc:
            raise ToolError(f"Opening a store needs lmdb, which is missing ({exc}): {EXTRA}") from None
        with Store.open(path, writes) as store:
            yield store
        return
    postgres = _postgres()
    try:
        with postgres.PostgresStore.open(path, writes) as store:
            yield store
    except DatabaseClientException as exc:
        raise ToolError(f"{postgres.name_of(path)}: {exc}") from None


def statements() -> str:
    """Give the statements that make the table in PostgreSQL."""
    text: str = _postgres().SCHEMA
    return text


def _postgres() -> Any:
    try:
        from ...postgres import store
    except ImportError as exc:
        raise ToolError(f"PostgreSQL needs psycopg, which is missing ({exc}): {EXTRA_POSTGRES}") from None
    return store


def _is_dsn(path: str) -> bool:
    return path.startswith(("postgresql://", "postgres://"))


def _find(store: Any, prefix: str) -> Execution:
    found = list(islice(store.items(prefix.lower()), 2)) if prefix else []
    if len(found) != 1:
        what = "several executions begin with" if found else "there is no execution"
        raise ToolError(f"{store.name}: {what} {prefix!r}")
    return Execution.from_store(*found[0])


def sources(source: list[str], count: int) -> list[Execution]:
    """Read the executions that arguments name: a store and identifiers, or files.

    :param source: The arguments.
    :param count: The number of executions.
    :return: The executions.
    :raises ToolError: If they are not there, or cannot be read.
    """
    if len(source) == count and not (count == len(source) == 1 and (_is_dsn(source[0]) or Path(source[0]).is_dir())):
        if source.count("-") > 1:
            raise ToolError("Standard input can be read only once", code=2)
        return [read(path) for path in source]
    if len(source) == count + 1:
        with open_store(source[0]) as store:
            return [_find(store, uuid) for uuid in source[1:]]
    uuids = " ".join(["UUID"] * count)
    raise ToolError(f"Name a store and {uuids}, or {' '.join(['FILE'] * count)}. Obtained: {' '.join(source)}", code=2)


def read(path: str) -> Execution:
    """Read an execution from a file, or from standard input."""
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as exc:
        raise ToolError(f"{path}: it cannot be read: {exc.strerror}") from None
    return Execution.from_bytes("standard input" if path == "-" else path, data)


def is_lmdb(path: str) -> bool:
    """Tell whether a file is a store."""
    # An LMDB store may be a single file. Its first page begins with zeros, and tells what it is.
    with open(path, "rb") as file:
        return b"\xde\xc0\xef\xbe" in file.read(64)
