"""Lines for people: coloured by rich on a terminal, where rich is there; else as they are, and never cut."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Union

#: A text, alone or with a style of rich's.
Span = Union[str, tuple[str, str]]
#: More items than these get a progress bar.
_LONG = 100


def write(*spans: Span, stderr: bool = False) -> None:
    """Write a line.

    :param spans: What it is made of. Nothing in it is taken for markup.
    :param stderr: Whether to write to standard error.
    :return: This function does not return anything.
    """
    stream = sys.stderr if stderr else sys.stdout
    console = _console(stream)
    if console is None:
        print(plain(spans), file=stream)
        return
    from rich.text import Text

    console.print(Text.assemble(*spans), soft_wrap=True)


def plain(spans: Iterable[Span]) -> str:
    """Give the text of a line."""
    return "".join(span if isinstance(span, str) else span[0] for span in spans).rstrip()


def table(rows: Iterable[Sequence[Span]], right: Sequence[int] = ()) -> Iterator[list[Span]]:
    """Make lines of rows, their columns under each other.

    :param rows: The rows.
    :param right: The columns that are aligned to the right.
    :return: The lines.
    """
    rows = list(rows)
    widths = [max(len(plain([cell])) for cell in column) for column in zip(*rows)]
    for row in rows:
        line: list[Span] = []
        for place, cell in enumerate(row):
            pad = " " * (widths[place] - len(plain([cell])))
            line += [pad, cell, "  "] if place in right else [cell, pad, "  "]
        # Nothing is put behind the last.
        yield line[:-1] if len(row) - 1 in right else line[:-2]


def progress(items: Iterable[Any], total: int, what: str) -> Iterator[Any]:
    """Go through items, with a bar on standard error where there are many and somebody looks.

    :param items: The items.
    :param total: Their number.
    :param what: What is done.
    :return: The items.
    """
    console = _console(sys.stderr) if total > _LONG else None
    if console is None:
        yield from items
        return
    from rich.progress import track

    yield from track(items, what, total, console=console, transient=True)


def has_colours() -> bool:
    """Tell whether standard output is coloured."""
    console = _console(sys.stdout)
    return console is not None and console.color_system is not None and not console.no_color


def knows(text: str) -> bool:
    """Tell whether standard output can write a text as it is."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=2)
def _console(stream: Any) -> Any:
    """Give rich's console for a stream, if it is a terminal (or FORCE_COLOR says so) and rich is there."""
    try:
        from rich.console import Console
    except ImportError:
        return None
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    return console if console.is_terminal else None
