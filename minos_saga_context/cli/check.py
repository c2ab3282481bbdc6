"""Whether executions load, and what a service without this package would see of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

from minos.saga import SagaExecution

from ..activation.plug import _STOCK, activate, deactivate, is_active
from ..inspection.diff import Change, compare
from .executions import Execution


@dataclass
class Verdict:
    """What was found of one execution."""

    name: str
    #: Why it would not load.
    problem: Optional[str] = None
    #: What a stock service would see differently; and why it would see nothing.
    stock: list[Change] = field(default_factory=list)
    stock_problem: Optional[str] = None

    def to_json(self, reveal: bool) -> dict[str, Any]:
        """Turn the verdict into what :mod:`json` writes.

        :param reveal: Whether to show what is secret.
        :return: A dictionary.
        """
        stock = [change.to_json(reveal) for change in self.stock]
        head = {"uuid": self.name, "loads": self.problem is None, "problem": self.problem}
        return {**head, "stock": stock, "stock_problem": self.stock_problem}


def check(execution: Execution, contexts_only: bool) -> Verdict:
    """Load an execution, as the service would, and its context as a stock service would.

    :param execution: The execution.
    :param contexts_only: Whether to leave the definition alone, whose callbacks have to be imported.
    :return: The verdict.
    """
    verdict = Verdict(execution.name)
    try:
        context = execution.context
    except Exception as exc:
        verdict.problem = f"its context: {exc}"
        return verdict
    if execution.raw and not contexts_only:
        try:
            SagaExecution.from_raw(execution.raw)
        except Exception as exc:
            # Whatever importing the service's modules raises.
            verdict.problem = f"its definition: {type(exc).__name__}: {exc}"
    try:
        verdict.stock = compare(context, dict(_as_stock(execution.avro)))
    except Exception as exc:
        verdict.stock_problem = f"{type(exc).__name__}: {exc}"
    return verdict


def _as_stock(avro: bytes) -> Any:
    """Read a context with stock's own class: no list of what it would do could be truer."""
    was_active = is_active()
    deactivate()
    try:
        return _STOCK.from_avro_bytes(avro)
    finally:
        if was_active:
            activate()
