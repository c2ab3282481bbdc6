"""Reads the LMDB stores of services, also while they run. Nothing is ever written there, unless it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, Optional

import lmdb
from minos.common import MinosJsonBinaryProtocol
from minos.plugins.lmdb import LmdbSagaExecutionDatabaseOperationFactory

from ..errors import ToolError
from .damage import missing_bytes

#: Executions that are read in one transaction. While it lasts, the service cannot use the space again that it frees.
_BATCH = 256
#: The same as minos's client.
_MAP_SIZE = int(1e9)
_TABLE = LmdbSagaExecutionDatabaseOperationFactory().build_table_name()
_NEVER = "A service makes it when it first stores an execution, at the path that its configuration names"


class Store:
    """A store that is open for reading.

    :param environment: The LMDB environment.
    :param path: Its path.
    :param writes: Whether to make the table if it is missing.
    """

    def __init__(self, environment: Any, path: Path, writes: bool = False):
        self._environment = environment
        self.name = str(path)
        self._table = self._open_table(writes)

    @classmethod
    @contextmanager
    def open(cls, path: str, writes: bool = False) -> Iterator[Store]:
        """Open a store.

        :param path: The path that the service's configuration names.
        :param writes: Whether to write there.
        :return: The store.
        :raises ToolError: If it cannot be opened.
        """
        folder = Path(path)
        if not folder.exists() and not writes:
            raise ToolError(f"{path}: there is no store. {_NEVER}")
        is_folder = folder.is_dir() or not folder.exists()
        data = folder / "data.mdb" if is_folder else folder
        if not writes and not data.exists():
            raise ToolError(f"{path}: this is no LMDB store: it has no data.mdb. {_NEVER}")
        # A lock file tells that a service uses the store. Without one nobody does, and none is left behind here.
        lock = writes or (folder / "lock.mdb").exists() if is_folder else Path(f"{path}-lock").exists()
        try:
            missing = missing_bytes(data, _TABLE) if data.is_file() else 0
        except OSError as exc:
            raise ToolError(f"{path}: the store cannot be read: {exc.strerror}") from None
        if missing:
            what = f"the store is cut off: {missing} bytes at its end are missing"
            raise ToolError(f"{path}: {what}. Copy it again: with mdb_copy, or while the service does not run")
        try:
            environment = lmdb.open(
                *(str(folder), _MAP_SIZE if writes else 0),
                **{"subdir": is_folder, "readonly": not writes, "lock": lock, "create": writes, "max_dbs": 100},
            )
        except lmdb.Error as exc:
            # A reader takes part in the locking of a store that is in use.
            hint = "; run as the service's user, or look into a copy of data.mdb" if lock else ""
            raise ToolError(f"{path}: the store cannot be opened: {exc}{hint}") from None
        try:
            yield cls(environment, folder, writes)
        except lmdb.Error as exc:
            raise ToolError(f"{path}: the store cannot be read: {exc}") from None
        finally:
            environment.close()

    def _open_table(self, writes: bool) -> Optional[Any]:
        try:
            return self._environment.open_db(_TABLE.encode(), create=writes)
        except lmdb.NotFoundError:
            # The service has never stored an execution.
            return None

    def __len__(self) -> int:
        if self._table is None:
            return 0
        with self._begin() as transaction:
            return int(transaction.stat(self._table)["entries"])

    def items(self, prefix: str = "", narrow: Optional[dict[str, Any]] = None) -> Iterator[tuple[str, bytes]]:
        """Read executions, in short transactions.

        :param prefix: What their keys begin with.
        :param narrow: What may be left out, where the store can tell: this one cannot, and gives all.
        :return: Their keys and values.
        """
        wanted = start = prefix.encode()
        while batch := self._batch(start, wanted):
            for key, value in batch:
                yield key.decode(errors="surrogateescape"), value
            # The least key that is greater.
            if (following := batch[-1][0] + b"\0") <= start:
                raise ToolError(f"{self.name}: the store is damaged: its keys are out of order")
            start = following

    def get(self, keys: list[str]) -> dict[str, bytes]:
        """Read executions by their keys.

        :param keys: The keys.
        :return: The values of those that are there.
        """
        if self._table is None:
            return {}
        with self._begin() as transaction:
            found = ((key, transaction.get(key.encode(errors="surrogateescape"))) for key in keys)
            return {key: bytes(value) for key, value in found if value is not None}

    def put(self, key: str, raw: dict[str, Any]) -> None:
        """Store an execution, unless one is there.

        :param key: Its identifier.
        :param raw: The raw execution.
        :return: This method does not return anything.
        """
        with self._environment.begin(db=self._table, write=True) as transaction:
            transaction.put(key.encode(), MinosJsonBinaryProtocol.encode(raw), overwrite=False)

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
