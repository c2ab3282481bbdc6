"""Where the tool finds executions: in stores and files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from minos.common import DatabaseClientException

from ..errors import EXTRA, EXTRA_POSTGRES, PROG, ToolError
from .executions import Execution
from .files import parse

#: So many are named where a prefix is that of several.
_CANDIDATES = 8


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
    found = list(islice(store.items(prefix.lower()), _CANDIDATES + 1)) if prefix else []
    if len(found) == 1:
        return Execution.from_store(*found[0])
    if not found:
        has_any = next(iter(store.items()), None) is not None
        remedy = f"see {PROG} list" if has_any else "the store holds none"
        raise ToolError(f"{store.name}: there is no execution {prefix!r}: {remedy}")
    names = ", ".join([*(key for key, _ in found[:_CANDIDATES]), *(["..."] if len(found) > _CANDIDATES else [])])
    raise ToolError(f"{store.name}: several executions begin with {prefix!r}: {names}")


def sources(source: list[str], count: int, more: int = 0) -> tuple[list[Execution], list[str]]:
    """Read the executions that arguments name: a store and identifiers, or files.

    :param source: The arguments.
    :param count: The number of executions.
    :param more: How many arguments may follow.
    :return: The executions, and the arguments that follow.
    :raises ToolError: If they are not there, or cannot be read.
    """
    # What is not there may be either.
    named = is_store(source[0]) or (len(source) > count and not _is_file(source[0]))
    size = count + named
    if not size <= len(source) <= size + more:
        uuids, files = " ".join(["UUID"] * count), " ".join(["FILE"] * count)
        what = f"{source[0]} is a store: name {uuids} too" if named else f"Name a store and {uuids}, or {files}"
        raise ToolError(f"{what}. Obtained: {' '.join(source)}", code=2)
    if named:
        with open_store(source[0]) as store:
            return [_find(store, uuid) for uuid in source[1:size]], source[size:]
    if source[:size].count("-") > 1:
        raise ToolError("Standard input can be read only once", code=2)
    return [read(path) for path in source[:size]], source[size:]


def read(path: str) -> Execution:
    """Read an execution from a file, or from standard input."""
    if path != "-" and is_store(path):
        raise ToolError(f"{path} is a store: name an execution in it too, or export that to a file", code=2)
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as exc:
        raise ToolError(f"{path}: it cannot be read: {exc.strerror}") from None
    return parse("standard input" if path == "-" else path, data)


def is_store(path: str) -> bool:
    """Tell whether a path is that of a store, or the DSN of one."""
    if _is_dsn(path) or Path(path).is_dir():
        return True
    # An LMDB store may be a single file. Its first page begins with zeros, and tells what it is.
    try:
        with open(path, "rb") as file:
            return b"\xde\xc0\xef\xbe" in file.read(64)
    except OSError:
        return False


def _is_file(path: str) -> bool:
    return path == "-" or Path(path).exists()
