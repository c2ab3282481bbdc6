"""Draws what the tool shows, with rich. What comes from a store is never taken for markup or for the terminal's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from ...codec.values.children import children
from ...inspection import render
from ...inspection.diff import Change
from ..stores.executions import Execution
from ..tasks.check import Verdict

#: Stores of more executions get a progress bar.
_LONG = 100
#: Where nobody looks at the width, lines are not cut.
_UNLIMITED = 100_000
_STATUS = {"finished": "green", "paused": "yellow", "errored": "red", "running": "cyan", "created": "cyan"}
_KIND = {"added": "green", "removed": "red", "changed": "yellow"}
_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86400


def console(stderr: bool = False) -> Console:
    """Build the console: coloured on a terminal unless NO_COLOR is set, and never cut in a pipe.

    :param stderr: Whether to write to standard error.
    :return: The console.
    """
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _UNLIMITED
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def progress(items: Iterable[Any], total: int, what: str) -> Iterator[Any]:
    """Go through items, with a bar on standard error where there are many and somebody looks.

    :param items: The items.
    :param total: Their number.
    :param what: What is done.
    :return: The items.
    """
    target = console(stderr=True)
    if total <= _LONG or not target.is_terminal:
        yield from items
    else:
        yield from track(items, what, total, console=target, transient=True)


def executions(found: list[Execution]) -> None:
    """Show a list of executions.

    :param found: The executions.
    :return: This function does not return anything.
    """
    table = _table("uuid", "saga", "status", "step", "age", "size", "fields")
    table.columns[5].justify = "right"
    for one in found:
        names = one.fields
        fields = Text("cannot be read", "red") if names is None else printable(", ".join(names) or "-")
        status = Text(one.status, _STATUS.get(one.status, ""))
        table.add_row(
            printable(one.name), printable(one.saga), status, printable(one.step), age(one), str(one.size), fields
        )
    _print(table)


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


_UNITS = ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"))


def execution(found: Execution, reveal: bool) -> None:
    """Show an execution and its context.

    :param found: The execution.
    :param reveal: Whether to show what is secret.
    :return: This function does not return anything.
    """
    if found.raw:
        head = _table("", "", header=False)
        rows = {"uuid": found.name, "saga": found.saga, "status": found.status, "step": found.step}
        rows.update(age=age(found), size=f"{found.size} bytes", user=found.raw.get("user") or "-")
        for name, value in rows.items():
            style = _STATUS.get(value, "") if name == "status" else ""
            head.add_row(Text(name, "dim"), Text(printable(str(value)).plain, style))
        for step in found.steps:
            head.add_row(Text(f"step {step['step']}", "dim"), printable(f"{step['name']}: {step['status']}"))
        _print(head)
    tree = Tree(Text("context", "bold"))
    _grow(tree, found.context, reveal)
    _print(tree)


def plain(found: Execution, why: str, reveal: bool) -> None:
    """Show a context whose classes are not at hand, as any Avro reader sees it.

    :param found: The execution.
    :param why: What is missing.
    :param reveal: Whether to show what is secret.
    :return: This function does not return anything.
    """
    tree = Tree(Text("context, as plain Avro", "bold"))
    _grow(tree, found.plain, reveal)
    _print(tree)
    console(stderr=True).print(Text(f"{why}\nShown is what any Avro reader sees.", "yellow"))


def changes(found: list[Change], reveal: bool) -> None:
    """Show differences.

    :param found: The differences.
    :param reveal: Whether to show what is secret.
    :return: This function does not return anything.
    """
    for change in found:
        _print(Text(change.text(reveal), _KIND[change.kind]))
    if not found:
        _print(Text("no differences"))


def verdicts(found: list[Verdict], reveal: bool) -> None:
    """Show what a check found.

    :param found: What was found of each execution.
    :param reveal: Whether to show what is secret.
    :return: This function does not return anything.
    """
    for one in found:
        state = Text("would not load", "red") if one.problem else Text("loads", "green")
        _print(Text.assemble(printable(one.name), "  ", state))
        if one.problem:
            _print(Text(f"  {printable(one.problem).plain}", "red"))
        if one.stock_problem:
            _print(Text(f"  a stock service could not read it: {printable(one.stock_problem).plain}", "yellow"))
        for change in one.stock:
            _print(Text(f"  a stock service would see  {change.text(reveal)}", "yellow"))
    failing = sum(1 for one in found if one.problem)
    differing = sum(1 for one in found if one.stock or one.stock_problem)
    total = f"{len(found)} execution{'' if len(found) == 1 else 's'}"
    _print(Text(f"{total}: {len(found) - failing} load, {failing} would not; {differing} differ for a stock service"))


def printable(text: str) -> Text:
    """Write text so that the terminal takes none of it for its own.

    :param text: The text.
    :return: It, with such characters escaped.
    """
    return Text(render.printable(text))


def _grow(tree: Tree, value: Any, reveal: bool) -> None:
    for child in children(value) or ():
        name = printable(str(child.key))
        name.stylize("bold cyan")
        if not reveal and render.is_secret(child.key):
            tree.add(Text.assemble(name, ": ", (render.MASK, "red")))
            continue
        inner = children(child.value)
        kind = render.type_name(child.value)
        if inner is None:
            tree.add(Text.assemble(name, ": ", _scalar(child.value), ("  " + kind, "dim")))
        else:
            count = sum(1 for _ in inner)
            branch = tree.add(Text.assemble(name, ("  " + f"{kind}, {count}", "dim")))
            _grow(branch, child.value, reveal)


def _scalar(value: Any) -> Text:
    if isinstance(value, (str, bytes)):
        return Text(render.brief(value), "green")
    style = (
        "magenta" if value is None or isinstance(value, bool) else "yellow" if isinstance(value, (int, float)) else ""
    )
    text = printable(render.text_of(value))
    text.stylize(style)
    return text


def _table(*columns: str, header: bool = True) -> Table:
    table = Table(box=None, pad_edge=False, show_header=header, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _print(what: Any) -> None:
    target, soft_wrap = console(), isinstance(what, Text)
    if target.is_terminal:
        target.print(what, soft_wrap=soft_wrap)
        return
    with target.capture() as captured:
        target.print(what, soft_wrap=soft_wrap)
    # Tables pad their last column too.
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())
