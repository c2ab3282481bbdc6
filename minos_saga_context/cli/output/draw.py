"""Draws what the tool shows. What comes from a store is never taken for markup or for the terminal's own."""

from __future__ import annotations

from typing import Any

from ...inspection import render
from ...inspection.diff import Change
from ..stores.executions import Execution
from ..tasks.check import Summary, Verdict
from .listing import age_of, number_of
from .terminal import Span, table, write
from .tree import Folding, told, tree

_STATUS = {"finished": "green", "paused": "yellow", "errored": "red", "running": "cyan", "created": "cyan"}
_KIND = {"added": "green", "removed": "red", "changed": "yellow"}
#: So many problems are shown apart.
_MOST = 20
printable = render.printable


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
        rows.update(step=printable(found.step), age=age_of(found.age), size=f"{found.size} bytes")
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


def verdict(one: Verdict, reveal: bool, is_alone: bool = False) -> None:
    """Show what a check found of an execution.

    :param one: What was found.
    :param reveal: Whether to show what is secret.
    :param is_alone: Whether it came from a file: then nothing else has told of its saga.
    :return: This function does not return anything.
    """
    write(printable(one.name), "  ", ("would not load", "red") if one.problem else ("loads", "green"))
    if is_alone and one.about:
        write(f"  {printable('  '.join(one.about.values()))}")
    if one.problem:
        write((f"  {printable(one.problem)}", "red"))
    if one.stock_problem:
        write((f"  a stock service could not read it: {printable(one.stock_problem)}", "yellow"))
    for change in one.stock or ():
        write((f"  a stock service would see  {change.text(reveal)}", "yellow"))


def problems(summary: Summary) -> None:
    """Show what a check found, each once, with the number of executions before it.

    :param summary: What was found.
    :return: This function does not return anything.
    """
    for counts, what, style in (
        (summary.problems, "would not load: ", "red"),
        (summary.stock_problems, "a stock service could not read it: ", "yellow"),
        (summary.stock, "a stock service would see another value at ", "yellow"),
    ):
        for text, number in sorted(counts.items(), key=lambda it: (-it[1], it[0]))[:_MOST]:
            write((f"{number:>7}  {what}{printable(text)}", style))
        if len(counts) > _MOST:
            write((f"         {what}{len(counts) - _MOST} others", style))


def total(summary: Summary) -> None:
    """Show how many executions load.

    :param summary: What was found.
    :return: This function does not return anything.
    """
    text = f"{number_of(summary.count)}: {summary.count - summary.failing} load, {summary.failing} would not"
    if summary.differing:
        text += f"; {summary.differing} differ for a stock service"
    if 0 < summary.asked < summary.count:
        text += f" (of the first {summary.asked}: --stock looks at all)"
    write(text)
