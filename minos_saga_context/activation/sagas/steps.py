"""What a callback of a saga is given, and what it leaves: the end of a step looks at its context.

What a step put into a container in place is first seen here. Left alone, it would be refused when the next step begins
or the saga pauses, where minos.saga takes it for no failure of the saga: what was done before would not be compensated.
"""

from __future__ import annotations

import sys
from asyncio import CancelledError, current_task
from collections.abc import Mapping
from copy import copy
from inspect import isasyncgen, isawaitable, isgenerator
from logging import getLogger
from typing import Any, Callable

from minos.saga import (
    ConditionalSagaStepExecution,
    Executor,
    LocalExecutor,
    ResponseExecutor,
    SagaFailedExecutionStepException,
    SagaResponseStatus,
)
from minos.saga.exceptions import ExecutorException
from minos.saga.executions import SagaStepStatus

from ...context.saga_context import SagaContext
from ...context.values import ContextValues
from ..patching import Patch, stock
from .callbacks import hand_over, take_back

logger = getLogger("minos_saga_context.steps")
_stock_exec_function = stock(Executor, "exec_function")
_stock_create_inner = stock(ConditionalSagaStepExecution, "_create_inner")


async def _exec(self: Any, operation: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call the callback of an operation, with copies of its parameters: all sagas of the definition share them."""
    parameters = copy(operation.parameters) if operation.parameterized else {}
    return await self.exec_function(operation.callback, *args, **{**parameters, **kwargs})


async def _exec_function(self: Any, func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a callback of any kind. What goes wrong in here is the step's failure."""
    if not args or not isinstance(args[0], Mapping):
        return await _stock_exec_function(self, func, *args, **kwargs)

    async def step(context: Any, /, *args: Any, **kwargs: Any) -> Any:
        context = _begin(self, context)
        given = hand_over(func, context)
        try:
            result = func(given, *args, **kwargs)
            if isawaitable(result):
                result = await result
        except BaseException as exc:
            if isinstance(exc, Exception) or not _is_its_own(exc):
                raise
            raise RuntimeError(f"{_name_of(func)} raised {exc!r}") from exc
        return _end(self, func, context, take_back(context, given, result))

    return await _stock_exec_function(self, step, *args, **kwargs)


def _is_its_own(error: BaseException) -> bool:
    """Tell whether what is no :class:`Exception` is the callback's failure, and not to end the saga's task."""
    if isinstance(error, CancelledError):
        # A task that the callback waited for was cancelled. Before Python 3.11 there is no telling.
        task: Any = current_task()
        return sys.version_info >= (3, 11) and task is not None and not task.cancelling()
    return not isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit))


def _name_of(func: Any) -> str:
    return str(getattr(func, "__qualname__", func))


def _begin(executor: Any, context: Any) -> Any:
    """Give the context for a callback."""
    # minos.saga copies for all of its executors but this one, which asks conditions.
    return SagaContext(context) if type(executor) is Executor else context


def _end(executor: Any, func: Any, given: Any, result: Any) -> Any:
    """Look at the context that a callback leaves.

    :param executor: What called it.
    :param func: The callback.
    :param given: The context that it was given.
    :param result: What it returned.
    :return: What it is to have returned.
    :raises UnsupportedValueException: If something in the context cannot be kept.
    """
    if isgenerator(result) or isasyncgen(result):
        raise TypeError(f"{_name_of(func)} is a generator: nothing in it has run. A callback has no 'yield'.")
    if not isinstance(executor, (LocalExecutor, ResponseExecutor)):
        copy(given)
        return result
    if isinstance(result, Exception):
        raise result
    if isinstance(result, Mapping):
        given = result if isinstance(result, ContextValues) else SagaContext(result)
    elif result is not None:
        # minos.saga would take it for the context, and fail at the next step without a compensation.
        what = f"{_name_of(func)} returned no context, but a {type(result).__name__!r}"
        logger.warning(f"{what}: the saga goes on with the context that it was given")
    # The callback, or a task that it started, may hold on to its own.
    return copy(given)


async def _create_inner(self: Any, *args: Any, **kwargs: Any) -> Any:
    """Ask the conditions. minos.saga lets the failure of one out as it is, and nothing is compensated."""
    try:
        return await _stock_create_inner(self, *args, **kwargs)
    except ExecutorException as exc:
        self.status = SagaStepStatus.ErroredOnExecute
        raise SagaFailedExecutionStepException(exc.exception) from exc


def _status(cls: Any, raw: Any) -> Any:
    """Give a status. An answer with another one than minos.saga knows left its saga waiting, or not compensated."""
    return next((status for status in cls if status.value == raw), cls.SYSTEM_ERROR)


#: What the plug puts in.
PATCHES = (
    Patch(SagaResponseStatus, "from_raw", classmethod(_status)),
    Patch(Executor, "exec", _exec),
    Patch(Executor, "exec_function", _exec_function),
    Patch(ConditionalSagaStepExecution, "_create_inner", _create_inner),
)
