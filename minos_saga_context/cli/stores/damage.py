"""Finds out whether the file of an LMDB store was cut off: to read what is gone of it ends the process (SIGBUS)."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

#: LMDB keeps two meta pages, and writes them in turn. They begin with the page's own head.
_HEAD, _MAGIC = 16, 0xBEEFC0DE
#: The magic number; the size of a page; the last page in use, and the transaction that used it.
_META = struct.Struct("<I20xI92xQQ")
_LARGEST_PAGE = 1 << 16
_WALK = """
import sys, lmdb
path, table = sys.argv[1:]
with lmdb.open(path, subdir=False, readonly=True, lock=False, max_dbs=1) as environment:
    with environment.begin(db=environment.open_db(table.encode(), create=False)) as transaction:
        for key, value in transaction.cursor():
            pass
"""


def missing_bytes(path: Path, table: str) -> int:
    """Tell how much of a store is gone.

    :param path: The file that holds the pages.
    :param table: The table that is going to be read.
    :return: The number of bytes that are needed and not there; zero if all can be read.
    """
    # In this order: the file of a service that is writing only grows.
    promised, page = _promised(path)
    size = path.stat().st_size
    # It writes whole pages; but not those that a transaction took and gave back, so that some may lack at the end.
    is_cut_off = size < promised and (size % page or _kills(path, table))
    return promised - size if is_cut_off else 0


def _promised(path: Path) -> tuple[int, int]:
    """Give the size of the file that the newer of the two meta pages speaks of, and that of a page."""
    with path.open("rb") as file:
        start = file.read(_LARGEST_PAGE + _HEAD + _META.size)
    newest, promised, at = -1, (0, 1), 0
    for _ in range(2):
        if len(start) < at + _HEAD + _META.size:
            break
        magic, page, last, transaction = _META.unpack_from(start, at + _HEAD)
        if magic == _MAGIC and page and transaction > newest:
            newest, promised = transaction, ((last + 1) * page, page)
        at += page
    return promised


def _kills(path: Path, table: str) -> bool:
    """Tell whether reading a table ends a process, by one that may."""
    command = [sys.executable, "-W", "ignore", "-c", _WALK, str(path), table]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode < 0
