"""Reads the LMDB stores of services, also while they run. Nothing is ever written there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, Optional

import lmdb
from minos.plugins.lmdb import LmdbSagaExecutionDatabaseOperationFactory

from .errors import ToolError
from .executions import Execution

#: Executions that are read in one transaction. While it lasts, the service cannot use the space again that it frees.
_BATCH = 256


class Store:
    """A store that is open for reading.

    :param environment: The LMDB environment.
    :param path: Its path.
    """

    def __init__(self, environment: Any, path: Path):
        self._environment = environment
        self._path = path
        self._table = self._open_table()

    @classmethod
    @contextmanager
    def open(cls, path: str) -> Iterator[Store]:
        """Open a store.

        :param path: The path that the service's configuration names.
        :return: The store.
        :raises ToolError: If it cannot be opened.
        """
        folder = Path(path)
        if not folder.exists():
            raise ToolError(f"{path}: there is no such store")
        is_folder = folder.is_dir()
        if is_folder and not (folder / "data.mdb").exists():
            raise ToolError(f"{path}: this is no LMDB store: it has no data.mdb")
        # A lock file tells that a service uses the store. Without one nobody does, and none is left behind here.
        lock = (folder / "lock.mdb").exists() if is_folder else Path(f"{path}-lock").exists()
        try:
            environment = lmdb.open(
                str(folder), subdir=is_folder, readonly=True, lock=lock, create=False, max_dbs=100, map_size=0
            )
        except lmdb.Error as exc:
            # A reader takes part in the locking of a store that is in use.
            hint = "; run as the service's user, or look into a copy of data.mdb" if lock else ""
            raise ToolError(f"{path}: the store cannot be opened: {exc}{hint}") from None
        try:
            yield cls(environment, folder)
        except lmdb.Error as exc:
            raise ToolError(f"{path}: the store cannot be read: {exc}") from None
        finally:
            environment.close()

    def _open_table(self) -> Optional[Any]:
        name = LmdbSagaExecutionDatabaseOperationFactory().build_table_name()
        try:
            return self._environment.open_db(name.encode(), create=False)
        except lmdb.NotFoundError:
            # The service has never stored an execution.
            return None

    def __len__(self) -> int:
        if self._table is None:
            return 0
        with self._begin() as transaction:
            return int(transaction.stat(self._table)["entries"])

    def items(self, prefix: str = "") -> Iterator[tuple[str, bytes]]:
        """Read executions, in short transactions.

        :param prefix: What their keys begin with.
        :return: Their keys and values.
        """
        wanted = start = prefix.encode()
        while batch := self._batch(start, wanted):
            for key, value in batch:
                yield key.decode(errors="backslashreplace"), value
            # The least key that is greater.
            start = batch[-1][0] + b"\0"

    def find(self, prefix: str) -> Execution:
        """Find an execution.

        :param prefix: Its identifier, or the beginning of it.
        :return: The execution.
        :raises ToolError: If there is none, or several.
        """
        found = list(islice(self.items(prefix.lower()), 2)) if prefix else []
        if len(found) != 1:
            what = "several executions begin with" if found else "there is no execution"
            raise ToolError(f"{self._path}: {what} {prefix!r}")
        return Execution.from_store(*found[0])

    def _batch(self, start: bytes, prefix: bytes) -> list[tuple[bytes, bytes]]:
        if self._table is None:
            return []
        with self._begin() as transaction:
            cursor = transaction.cursor()
            if not (cursor.set_range(start) if start else cursor.first()):
                return []
            rows = takewhile(lambda row: row[0].startswith(prefix), cursor.iternext())
            return list(islice(rows, _BATCH))

    def _begin(self) -> Any:
        try:
            return self._environment.begin(db=self._table)
        except lmdb.MapResizedError:
            # The service has made its store larger since.
            self._environment.set_mapsize(0)
            return self._environment.begin(db=self._table)
