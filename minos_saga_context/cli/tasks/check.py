"""Whether executions load, and what a service without this package would see of them."""

from __future__ import annotations

import re
import sys
import typing
from collections import Counter
from dataclasses import dataclass, field
from inspect import signature
from typing import Any, Optional

from minos.common import DataTransferObject, DeclarativeModel, TypeHintParser
from minos.saga import SagaExecution

from ...activation.plug import _STOCK, activate, deactivate, is_active
from ...activation.sagas.callbacks import hand_over
from ...codec.classes.sources import find_spec
from ...codec.values.children import shown_children
from ...codec.values.paths import join
from ...inspection.diff import Change, compare
from ..stores.executions import Execution
from ..stores.surroundings import import_callbacks


@dataclass
class Verdict:
    """What was found of one execution."""

    name: str
    #: Why it would not load.
    problem: Optional[str] = None
    #: What a stock service would see differently, ``None`` if that was not asked; and why it would see nothing.
    stock: Optional[list[Change]] = None
    stock_problem: Optional[str] = None
    #: The saga, the status and the step of the execution.
    about: dict[str, str] = field(default_factory=dict)

    def to_json(self, reveal: bool) -> dict[str, Any]:
        """Turn the verdict into what :mod:`json` writes.

        :param reveal: Whether to show what is secret.
        :return: A dictionary.
        """
        stock = None if self.stock is None else [change.to_json(reveal) for change in self.stock]
        head = {"uuid": self.name, **self.about, "loads": self.problem is None, "problem": self.problem}
        return {**head, "stock": stock, "stock_problem": self.stock_problem}


@dataclass
class Summary:
    """What was found of many executions."""

    count: int = 0
    failing: int = 0
    #: Of how many it was asked what a stock service would see, and how many it would see differently.
    asked: int = 0
    differing: int = 0
    #: How many executions have a problem, or a path that differs, without the places in lists.
    problems: Counter[str] = field(default_factory=Counter)
    stock_problems: Counter[str] = field(default_factory=Counter)
    stock: Counter[str] = field(default_factory=Counter)

    def add(self, verdict: Verdict) -> Verdict:
        """Count what was found of an execution.

        :param verdict: What was found.
        :return: The same.
        """
        self.count += 1
        self.failing += verdict.problem is not None
        self.asked += verdict.stock is not None
        self.differing += bool(verdict.stock or verdict.stock_problem)
        for counts, problem in ((self.problems, verdict.problem), (self.stock_problems, verdict.stock_problem)):
            if problem is not None:
                counts[_anywhere(problem)] += 1
        self.stock.update({_anywhere(change.path) for change in verdict.stock or ()})
        return verdict

    def to_json(self) -> dict[str, Any]:
        """Turn the summary into what :mod:`json` writes."""
        stock = {
            "asked": self.asked,
            "differ": self.differing,
            "stock": dict(self.stock),
            "stock_problems": dict(self.stock_problems),
        }
        numbers = {"executions": self.count, "load": self.count - self.failing, "would_not": self.failing}
        return {**numbers, "problems": dict(self.problems), **(stock if self.asked else {})}


def _anywhere(text: str) -> str:
    return re.sub(r"\[[0-9]+\]", "[]", text)


def check(execution: Execution, contexts_only: bool, stock: bool) -> Verdict:
    """Load an execution, as the service would; and its context as a stock service would.

    :param execution: The execution.
    :param contexts_only: Whether to leave the definition alone, whose callbacks have to be imported.
    :param stock: Whether to ask what a stock service would see, which takes ten times as long.
    :return: The verdict.
    """
    verdict = Verdict(execution.name, stock=[] if stock else None)
    if execution.is_whole:
        verdict.about = {"saga": execution.saga, "status": execution.status, "step": execution.step}
    if not contexts_only:
        import_callbacks(execution.raw)
    try:
        context = execution.context
    except Exception as exc:
        verdict.problem = f"its context: {exc}"
        return verdict
    verdict.problem = _gone(context)
    if execution.raw and not contexts_only:
        try:
            _answered(SagaExecution.from_raw(execution.raw))
        except Exception as exc:
            # Whatever importing the service's modules raises. minos says of a module that it is not there, and no more.
            why = f" ({exc.__context__})" if isinstance(exc.__context__, ImportError) else ""
            verdict.problem = f"its definition: {type(exc).__name__}: {exc}{why}"
    if not stock:
        return verdict
    try:
        verdict.stock = compare(context, dict(_as_stock(execution.avro)))
    except Exception as exc:
        verdict.stock_problem = f"{type(exc).__name__}: {exc}"
    return verdict


def _gone(context: Any) -> Optional[str]:
    """Look for a Model whose class is gone, or a field of it: as in stock minos it loads all the same.

    As a DataTransferObject, as does what another service sent, whose classes have never been here: the module tells
    them apart. A field that is not declared any more stays there, and one that has taken its place may be ``None``.
    """
    todo: list[tuple[str, Any]] = [("", context)]
    for path, value in todo:
        if isinstance(value, DataTransferObject) and _is_of_here(value.classname.rpartition(".")[0]):
            remedy = f"If it moved, declare it: renamed({value.classname!r}, ...)"
            return f"its context: the Model {value.classname!r} is gone, and would be a DTO. {remedy} - at {path!r}"
        if isinstance(value, DeclarativeModel):
            name, declared = type(value).__name__, dict(type(value)._type_hints())
            for gone in (one for one in value.fields if one not in declared):
                remedy = f"Declare it: renamed({gone!r}, ..., of={name}) or @upgrade({name})"
                return (
                    f"its context: the Model {value.classname!r} has no field {gone!r} any more. {remedy} - at {path!r}"
                )
        todo += ((join(path, child.step), child.value) for child in shown_children(value) or ())
    return None


def _answered(execution: Any) -> None:
    """Give the context to the callbacks that wait for the answer, as the service will.

    :param execution: The execution.
    :return: This function does not return anything.
    :raises ContextTypeException: If it is not what the typed context of one of them declares.
    :raises TypeError: If one takes no context and response any more.
    """
    while (inner := getattr(execution.paused_step, "inner", None)) is not None:
        execution = inner
    step = None if execution.paused_step is None else execution.paused_step.definition
    for operation in (getattr(step, f"on_{name}_operation", None) for name in ("success", "error")):
        if operation is not None:
            callback, given = operation.callback, dict(operation.parameters or {})
            try:
                signature(callback, follow_wrapped=False).bind(execution.context, None, **given)
            except TypeError as exc:
                name = getattr(callback, "__qualname__", repr(callback))
                raise TypeError(f"{name} cannot be called with a context and a response: {exc}") from None
            except ValueError:
                pass  # written in C, it does not tell
            hand_over(callback, execution.context)


def _is_of_here(module: str) -> bool:
    package = module.rpartition(".")[0]
    return any(name in sys.modules or find_spec(name) is not None for name in (module, package) if name)


def _as_stock(avro: bytes) -> Any:
    """Read a context with stock's own class: no list of what it would do could be truer.

    As a process does that has read nothing else: of unions that differ by their order alone, typing and minos remember
    the first, and it is the order that tells what stock makes of a value.
    """
    was_active = is_active()
    deactivate()
    parse: Any = TypeHintParser._build
    parse.__func__.cache_clear()
    for clear in vars(typing).get("_cleanups", ()):
        clear()
    try:
        return _STOCK.from_avro_bytes(avro)
    finally:
        if was_active:
            activate()
