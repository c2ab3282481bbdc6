"""Draws what the tool shows. What comes from a store is never taken for markup or for the terminal's own."""

from __future__ import annotations

from typing import Any

from ...inspection import render
from ...inspection.diff import Change
from ..stores.executions import Execution
from ..tasks.check import Verdict
from .terminal import Span, table, write
from .tree import Folding, told, tree

_STATUS = {"finished": "green", "paused": "yellow", "errored": "red", "running": "cyan", "created": "cyan"}
_KIND = {"added": "green", "removed": "red", "changed": "yellow"}
_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86400
_UNITS = ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"))
printable = render.printable


def executions(found: list[Execution]) -> None:
    """Show a list of executions.

    :param found: The executions.
    :return: This function does not return anything.
    """
    head = ("uuid", "saga", "status", "step", "age", "size", "fields")
    rows: list[list[Span]] = [[(name, "bold") for name in head]]
    for one in found:
        names = one.fields
        fields: Span = ("cannot be read", "red") if names is None else printable(", ".join(names) or "-")
        texts = printable(one.name), printable(one.saga), _status(one), printable(one.step), age(one), str(one.size)
        rows.append([*texts, fields])
    for line in table(rows, right=[5]):
        write(*line)


def age(execution: Execution) -> str:
    """Write the age of an execution.

    :param execution: The execution.
    :return: Such as ``3h``; ``-`` if it is not known.
    """
    if execution.age is None:
        return "-"
    seconds = execution.age.total_seconds()
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), (_SECOND, "s"))
    return f"{seconds / size:.0f}{unit}"


def _status(execution: Execution) -> Span:
    return printable(execution.status), _STATUS.get(execution.status, "")


def head(found: Execution) -> None:
    """Show what stands around a context.

    :param found: The execution.
    :return: This function does not return anything.
    """
    rows: dict[str, Span] = {name: printable(text) for name, text in found.moment.items()}
    if found.is_whole:
        rows = {"uuid": printable(found.name), "saga": printable(found.saga), "status": _status(found)}
        rows.update(step=printable(found.step), age=age(found), size=f"{found.size} bytes")
        rows.update(user=printable(str(found.raw.get("user") or "-")))
        for step in found.steps:
            rows[f"step {step['step']}"] = printable(f"{step['name']}: {step['status']}")
    for line in table([[(name, "dim"), value] for name, value in rows.items()]):
        write(*line)


def context(title: str, value: Any, reveal: bool, folding: Folding) -> None:
    """Show a context.

    :param title: What to call it.
    :param value: The context.
    :param reveal: Whether to show what is secret.
    :param folding: How much of it to show.
    :return: This function does not return anything.
    """
    write((title, "bold"))
    for line in tree(value, reveal, folding):
        write(*line)


def values(path: str, found: list[Any], reveal: bool, folding: Folding) -> None:
    """Show what stands at a path.

    :param path: The path.
    :param found: The values there.
    :param reveal: Whether to show what is secret.
    :param folding: How much of them to show.
    :return: This function does not return anything.
    """
    for value in found:
        write((printable(path), "bold"), *told(value, folding))
        for line in tree(value, reveal, folding):
            write(*line)


def as_plain(why: str) -> None:
    """Tell that a context was shown whose classes are not at hand.

    :param why: What is missing.
    :return: This function does not return anything.
    """
    write((printable(why), "yellow"), stderr=True)
    write(("Shown is what any Avro reader sees.", "yellow"), stderr=True)


def changes(found: list[Change], reveal: bool) -> None:
    """Show differences.

    :param found: The differences.
    :param reveal: Whether to show what is secret.
    :return: This function does not return anything.
    """
    for change in found:
        write((change.text(reveal), _KIND[change.kind]))
    if not found:
        write("no differences")


def verdicts(found: list[Verdict], reveal: bool) -> None:
    """Show what a check found.

    :param found: What was found of each execution.
    :param reveal: Whether to show what is secret.
    :return: This function does not return anything.
    """
    for one in found:
        write(printable(one.name), "  ", ("would not load", "red") if one.problem else ("loads", "green"))
        if one.problem:
            write((f"  {printable(one.problem)}", "red"))
        if one.stock_problem:
            write((f"  a stock service could not read it: {printable(one.stock_problem)}", "yellow"))
        for change in one.stock:
            write((f"  a stock service would see  {change.text(reveal)}", "yellow"))
    failing = sum(1 for one in found if one.problem)
    differing = sum(1 for one in found if one.stock or one.stock_problem)
    total = f"{len(found)} execution{'' if len(found) == 1 else 's'}"
    write(f"{total}: {len(found) - failing} load, {failing} would not; {differing} differ for a stock service")
