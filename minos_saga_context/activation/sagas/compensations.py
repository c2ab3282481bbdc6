"""Compensations that minos.saga leaves out.

What it raises where one fails is to itself no failure of the saga: one within a condition kept those around it from
running, and nothing was stored, so that an answer that came again ran all of them again. Where the answer that a saga
waits for in memory does not come, it rejects the transactions, and compensates nothing. And what it says of a failure
shows what was raised, which may raise itself.
"""

from __future__ import annotations

import sys
from typing import Any, Optional

from minos.common import MinosException
from minos.saga import (
    SagaExecution,
    SagaFailedExecutionException,
    SagaFailedExecutionStepException,
    SagaManager,
    SagaRollbackExecutionException,
    SagaStatus,
)
from minos.saga.exceptions import ExecutorException

from ..patching import Patch, stock

_stock_rollback = stock(SagaExecution, "rollback")
_stock_get_response = stock(SagaManager, "_get_response").__func__


class _FailedRollback(SagaFailedExecutionStepException, SagaRollbackExecutionException):
    """Some compensations of a saga failed."""


async def _rollback(self: Any, *args: Any, **kwargs: Any) -> None:
    # What is compensated: minos.saga calls this where it has caught it.
    failure = getattr(sys.exc_info()[1], "exception", None)
    try:
        await _stock_rollback(self, *args, **kwargs)
    except SagaRollbackExecutionException as exc:
        self.status = SagaStatus.Errored
        what = f"{exc}" if failure is None else f"{exc} It was to compensate: {_shown(failure)}"
        raise _FailedRollback(exc if failure is None else failure, what) from exc


def _shown(failure: Any) -> str:
    try:
        return repr(failure)
    except Exception:
        return f"a {type(failure).__name__!r} that cannot be shown"


def _init(self: Any, exception: Any, message: Optional[str] = None) -> None:
    self.exception = exception
    what = f"There was a failure while 'SagaStepExecution' was executing: {_shown(exception)}"
    MinosException.__init__(self, what if message is None else message)


async def _get_response(broker: Any, execution: Any, **kwargs: Any) -> Any:
    try:
        return await _stock_get_response(broker, execution, **kwargs)
    except SagaFailedExecutionException:
        await execution.rollback(autoreject=False, **kwargs)
        raise


#: What the plug puts in.
PATCHES = (
    Patch(SagaExecution, "rollback", _rollback),
    Patch(SagaManager, "_get_response", staticmethod(_get_response)),
    Patch(ExecutorException, "__init__", _init),
    Patch(SagaFailedExecutionException, "__init__", _init),
)
