"""Hears each step of every saga that runs: the second place, after activation/, that changes minos.saga from outside.

Nothing is changed while nobody listens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timezone
from time import perf_counter
from typing import Any, Callable, Optional
from uuid import UUID

from minos.saga import (
    ConditionalSagaStepExecution,
    LocalSagaStepExecution,
    RemoteSagaStepExecution,
    SagaExecution,
    SagaPausedExecutionStepException,
    SagaResponseStatus,
)

from ..activation.patching import Patch, is_made, make, stock, take_back
from ..codec.types.locks import fork_safe_lock
from .snapshot import ContextSnapshot


@dataclass(frozen=True)
class StepRun:
    """What was seen of one run of a step: see :class:`.history.StepRecord`, which the history makes of it."""

    execution: Optional[UUID]
    step: str
    name: str
    kind: str
    action: str
    callback: Optional[str]
    time: datetime
    duration: float
    outcome: str
    error: Optional[BaseException]
    before: Optional[ContextSnapshot]
    after: Optional[ContextSnapshot]


Listener = Callable[[StepRun], None]

_KINDS = {
    ConditionalSagaStepExecution: "conditional",
    LocalSagaStepExecution: "local",
    RemoteSagaStepExecution: "remote",
}
_ACTIONS = {"execute": "execute", "rollback": "compensate"}
_lock = fork_safe_lock()
_GROUP = "recording"
_everywhere: list[Listener] = []
_here: ContextVar[tuple[Listener, ...]] = ContextVar("here", default=())
_count = 0
#: The execution that runs, and the step around it: a conditional step runs an execution of its own.
_running: ContextVar[tuple[Any, str]] = ContextVar("running", default=(None, ""))
_step: ContextVar[str] = ContextVar("step", default="")


def listen(listener: Listener, everywhere: bool) -> None:
    """Tell a listener of the steps that run from now on.

    :param listener: It is called after each run of a step.
    :param everywhere: Whether to tell of all sagas of the process, rather than of those that the current task starts.
    :return: This function does not return anything.
    """
    global _count  # noqa: PLW0603 - as many as listen, wherever they are
    with _lock:
        _count += 1
        if not is_made(_GROUP, globals()):
            make(_GROUP, globals(), _patches())
        if everywhere:
            _everywhere.append(listener)
    if not everywhere:
        _here.set((*_here.get(), listener))


def forget(listener: Listener, everywhere: bool) -> None:
    """Tell a listener no more. The last one leaves minos.saga as it was.

    :param listener: The listener.
    :param everywhere: As it was given to :func:`listen`.
    :return: This function does not return anything.
    """
    global _count  # noqa: PLW0603
    with _lock:
        _count -= 1
        if everywhere:
            _everywhere.remove(listener)
        if not _count and is_made(_GROUP, globals()):
            take_back(_GROUP)
    if not everywhere:
        _here.set(tuple(one for one in _here.get() if one != listener))


def _patches() -> list[Patch]:
    steps = [Patch(cls, name, _step_method(cls, name)) for cls in _KINDS for name in _ACTIONS]
    return [*steps, *(Patch(SagaExecution, name, _execution_method(name)) for name in _ACTIONS)]


def _execution_method(name: str) -> Callable[..., Any]:
    go = stock(SagaExecution, name)

    async def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        execution, around = _running.get()
        with _set(_running, (self, around if execution is self else _step.get())):
            return await go(self, *args, **kwargs)

    return method


def _step_method(cls: type, name: str) -> Callable[..., Any]:
    go = stock(cls, name)

    async def method(self: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        listeners = tuple(dict.fromkeys((*_everywhere, *_here.get())))
        if not listeners:
            return await go(self, context, *args, **kwargs)
        response = kwargs.get("response", args[0] if args else None)
        place = _place(self)
        what = (kwargs.get("execution_uuid"), place, _name(self), _KINDS[cls], _ACTIONS[name])
        callback = _callback(self, name, response)
        time, before, start = datetime.now(timezone.utc), _take(context, f"before {_name(self)}"), perf_counter()
        outcome, error = "finished", None
        try:
            with _set(_step, place):
                context = await go(self, context, *args, **kwargs)
            return context
        except BaseException as exc:
            outcome, error = _outcome(exc), None if _is_pause(exc) else getattr(exc, "exception", exc)
            raise
        finally:
            duration = perf_counter() - start
            after = _take(context, f"after {_name(self)}")
            run = StepRun(*what, callback, time, duration, outcome, error, before, after)
            for listener in listeners:
                listener(run)

    return method


@contextmanager
def _set(variable: ContextVar[Any], value: Any) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


def _take(context: Any, step: str) -> Optional[ContextSnapshot]:
    try:
        return ContextSnapshot.take(context, step)
    except Exception:
        # What cannot be kept is refused by the saga itself, in its own time: to look on must change nothing.
        return None


def _place(step: Any) -> str:
    execution, around = _running.get()
    executed = getattr(execution, "executed_steps", ())
    place = next((place for place, one in enumerate(executed, 1) if one is step), len(executed) + 1)
    return f"{around}.{place}" if around else str(place)


def _name(step: Any) -> str:
    return _callback(step, "execute", None) or step.definition.__class__.__name__


def _callback(step: Any, action: str, response: Any) -> Optional[str]:
    """Name the callback that a run of a step is about."""
    which = "on_failure" if action == "rollback" else "on_execute"
    if response is not None and which == "on_execute":
        which = "on_success" if response.status == SagaResponseStatus.SUCCESS else "on_error"
    operation = getattr(step.definition, f"{which}_operation", None)
    if operation is None:
        return None
    callback = operation.callback
    return getattr(callback, "__qualname__", None) or type(callback).__name__


def _is_pause(exc: BaseException) -> bool:
    return isinstance(exc, SagaPausedExecutionStepException)


def _outcome(exc: BaseException) -> str:
    return "paused" if _is_pause(exc) else "failed" if isinstance(exc, Exception) else "cancelled"
