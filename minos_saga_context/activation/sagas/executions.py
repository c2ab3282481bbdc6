"""What the plug notes of executions that are stored: when they began, and when they were stored last.

Stock minos passes over both when it loads an execution, and drops them when it stores it again.
"""

from __future__ import annotations

from copy import copy
from datetime import datetime, timezone
from typing import Any, Optional

from minos.common import MinosException
from minos.saga import DatabaseSagaExecutionRepository, SagaExecution

from ...exceptions import SnapshotException
from ..patching import Patch, stock
from .replicas import failed, keep_version, version_of

_stock_init = stock(SagaExecution, "__init__")
_stock_from_raw = stock(SagaExecution, "from_raw")


def _init(self: Any, *args: Any, started: Any = None, stored: Any = None, **kwargs: Any) -> None:
    _stock_init(self, *args, **kwargs)
    if started is None:
        # Whoever has the context that a saga begins with may change it while an answer is waited for.
        self.context = copy(self.context)
    self.started = instant_of(started) or datetime.now(timezone.utc)
    self.stored = instant_of(stored)


def _from_raw(cls: Any, /, raw: Any, **kwargs: Any) -> Any:
    if raw is None:
        return None  # that of a condition which none of the alternatives met: minos.saga takes it for one all the same
    try:
        return _stock_from_raw.__get__(None, cls)(raw, **kwargs)
    except SnapshotException as exc:
        raise SnapshotException(f"The context of the execution {raw['uuid']}: {exc}") from exc


async def _store(self: Any, execution: Any) -> None:
    stored = datetime.now(timezone.utc)
    started = getattr(execution, "started", stored)  # one of before the plug was in has none
    times = {"started": started.isoformat(timespec="milliseconds"), "stored": stored.isoformat(timespec="milliseconds")}
    version = version_of(self, execution)
    operation = self.database_operation_factory.build_store(**execution.raw, **times, **version)
    try:
        await self.execute_on_database(operation)
    except MinosException:
        raise
    except Exception as exc:
        raise failed(execution.uuid, "stored", exc) from exc
    execution.stored = stored
    keep_version(execution, version)


def instant_of(text: Any) -> Optional[datetime]:
    """Read an instant that was noted.

    :param text: What stands in the store, which anybody may have changed.
    :return: The instant, or ``None`` if it is none.
    """
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo is not None else None


#: What the plug puts in.
PATCHES = (
    Patch(SagaExecution, "__init__", _init),
    Patch(SagaExecution, "from_raw", classmethod(_from_raw)),
    Patch(DatabaseSagaExecutionRepository, "_store", _store),
)
