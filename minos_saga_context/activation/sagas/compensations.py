"""Compensations that minos.saga leaves out.

What it raises where one fails is to itself no failure of the saga: one within a condition kept those around it from
running, and nothing was stored, so that an answer that came again ran all of them again. And where the answer that a
saga waits for in memory does not come, it rejects the transactions, and compensates nothing.
"""

from __future__ import annotations

import sys
from typing import Any

from minos.saga import (
    SagaExecution,
    SagaFailedExecutionException,
    SagaFailedExecutionStepException,
    SagaManager,
    SagaRollbackExecutionException,
    SagaStatus,
)

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
        what = f"{exc}" if failure is None else f"{exc} It was to compensate: {failure!r}"
        raise _FailedRollback(exc if failure is None else failure, what) from exc


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
)
