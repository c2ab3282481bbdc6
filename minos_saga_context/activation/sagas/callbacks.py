"""What callbacks are given: the context of the saga, or the typed one with which they are annotated."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from contextvars import ContextVar
from functools import partial
from typing import Any, Callable, Optional, get_args, get_type_hints

from minos.saga import LocalSagaStepExecution, RemoteSagaStepExecution

from ...codec.classes.upgrades import named_as_today, upgraded
from ...codec.types.registry import IMMUTABLE
from ...context.mapping import ContextMapping
from ...context.saga_context import SagaContext
from ...context.typed import TypedContext, check, declared, fill_in
from ...context.values import copied_in, own_values, restorer
from ...exceptions import ContextTypeException
from ..patching import Patch


def typed_class(callback: Callable[..., Any]) -> Optional[type[TypedContext]]:
    """Find the typed context that a callback wants.

    :param callback: A function, a method, a partial, an object that is callable.
    :return: The class with which its first parameter is annotated, if that is a typed context, or may be one.
    :raises NameError: If the annotation names one, but means nothing where the callback stands.
    :raises TypeError: If it names several.
    """
    if not TypedContext.__subclasses__():
        return None  # services that have none pay nothing
    try:
        first = next(iter(inspect.signature(callback).parameters.values()), None)
    except (TypeError, ValueError):
        return None  # written in C: there are no annotations
    hint = None if first is None else _resolve(callback, first.annotation)
    found: list[Any] = [one for one in (hint, *get_args(hint)) if inspect.isclass(one) and TypedContext in one.__mro__]
    if len(found) > 1:
        raise TypeError(f"Step {_name_of(callback)!r} can be given one typed context only. It names: {found}")
    return found[0] if found else None


def _resolve(callback: Any, hint: Any) -> Any:
    """Give what an annotation means, which may be written as a text, or have one in it."""
    function = _function_of(callback)
    try:
        closure = inspect.getclosurevars(function).nonlocals if inspect.isfunction(function) else {}
        holder = type("_", (), {"__annotations__": {"hint": hint}})
        return get_type_hints(holder, getattr(function, "__globals__", {}), dict(closure))["hint"]
    except Exception as exc:
        # Plain contexts are often imported for type checkers only. Of one that has to be checked it must be said.
        if not {cls.__name__ for cls in _descendants(TypedContext)}.isdisjoint(re.findall(r"\w+", str(hint))):
            what = f"The annotation {hint!r} of step {_name_of(callback)!r} names a typed context, but"
            remedy = "Import the class, or define it, at the top level of the module, outside of TYPE_CHECKING."
            raise NameError(f"{what} means nothing there: {exc}. {remedy}") from exc
        return None


def _descendants(cls: type) -> Iterator[type]:
    one: type
    for one in cls.__subclasses__():
        yield one
        yield from _descendants(one)


def _function_of(callback: Any) -> Any:
    while True:
        if isinstance(callback, partial):
            callback = callback.func
        elif hasattr(callback, "__wrapped__"):
            callback = callback.__wrapped__
        elif inspect.ismethod(callback):
            callback = callback.__func__
        elif inspect.isclass(callback):
            callback = callback.__init__
        elif inspect.isroutine(callback):
            return callback
        else:
            callback = type(callback).__call__


def _name_of(callback: Any) -> str:
    name = getattr(_function_of(callback), "__qualname__", repr(callback))
    return str(name).rpartition("<locals>.")[2]


def hand_over(callback: Callable[..., Any], context: Any) -> Any:
    """Give what a callback gets: the context itself, or a typed one around the same values.

    :param callback: The callback of a step.
    :param context: The context of the saga.
    :return: The context to call it with.
    :raises ContextTypeException: If a field is missing, or is not what it is declared to be. To a compensation the
        context is then given as it is: it must be called for what went wrong, not fail for the same reason.
    :raises SnapshotException: If a function that upgrades it fails.
    """
    cls = typed_class(callback) if isinstance(context, ContextMapping) else None
    if cls is None:
        return context
    values, step = own_values(context), _name_of(callback)
    try:
        # Before it is looked at: of a field that has a default, nobody would see that it bears its old name.
        values = named_as_today(cls, values)
        return _of_today(cls, values, step)
    except Exception:
        if not _compensating.get():
            raise
    return _typed(cls, values, step)


def _of_today(cls: type[TypedContext], values: dict[str, Any], step: str) -> Any:
    try:
        return _checked(_typed(cls, dict(values), step))
    except ContextTypeException:
        if (fields := upgraded(cls, values)) is None:
            raise
    return _checked(_typed(cls, copied_in(fields), step))


def _typed(cls: type[TypedContext], values: dict[str, Any], step: str) -> Any:
    typed: Any = restorer(cls)(values)
    typed._step = step
    fill_in(typed)
    return typed


def _checked(typed: Any) -> Any:
    check(typed, own_values(typed))
    for name, hint in declared(type(typed)).items():
        if name not in typed._kept:
            raise ContextTypeException(name, type(typed).__name__, name, hint, None, typed._step)
    return typed


def take_back(context: Any, given: Any, result: Any) -> Any:
    """Bring what a callback left in its typed context into the one of the saga.

    :param context: The context of the saga.
    :param given: What :func:`hand_over` gave for it.
    :param result: What the callback returned.
    :return: The same; a plain context, if it was a typed one.
    :raises ContextTypeException: If what was put into a container is not what its field declares.
    """
    for one in () if _compensating.get() else (given, result):
        if isinstance(one, TypedContext):
            # The rest was checked when it was set.
            check(one, {name: value for name, value in own_values(one).items() if type(value) not in IMMUTABLE})
    if given is not context:
        object.__setattr__(context, "_kept", own_values(given))
    return restorer(SagaContext)(own_values(result)) if isinstance(result, TypedContext) else result


_compensating = ContextVar("_compensating", default=False)


def _compensates(rollback: Callable[..., Any]) -> Callable[..., Any]:
    async def compensate(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        token = _compensating.set(True)
        try:
            return await rollback(self, *args, **kwargs)
        finally:
            _compensating.reset(token)

    return compensate


#: What is changed in minos.saga, so that compensations are known.
PATCHES = [
    Patch(step, "rollback", _compensates(step.rollback)) for step in (LocalSagaStepExecution, RemoteSagaStepExecution)
]
