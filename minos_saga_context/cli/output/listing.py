"""Lists of executions, as text of one line each: by hand, for rich takes longer for a line than a store."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain, islice
from typing import Any, Optional
from unicodedata import combining, east_asian_width

from ...inspection.render import printable
from ..stores.executions import Execution
from .terminal import has_colours

#: The widths of columns are those of so many rows.
_FIRST = 256
_GAP = "  "
#: Real ones are shorter.
_STATUS = 12
#: The least that is left to the saga's name.
_LEAST = 7
#: So many statuses are counted apart: a damaged store may have any.
_STATUSES = 8
_COLOURS = {"finished": 32, "paused": 33, "errored": 31, "running": 36, "created": 36}
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def width() -> Optional[int]:
    """Tell how long lines may be.

    :return: The columns of the terminal; ``None`` in a pipe, where lines are never cut.
    """
    return shutil.get_terminal_size().columns if sys.stdout.isatty() or "COLUMNS" in os.environ else None


def age_of(age: Optional[timedelta]) -> str:
    """Write an age.

    :param age: The age.
    :return: Such as ``3h``; ``-`` if it is not known.
    """
    if age is None:
        return "-"
    seconds = age.total_seconds()
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), (1, "s"))
    return f"{seconds / size:.0f}{unit}"


def listed(found: Iterable[Any], wide: bool) -> Iterator[str]:
    """Write a list of executions; the last line counts them by status.

    :param found: Heads, or whole executions.
    :param wide: Whether to write all, however long lines become. That takes whole executions.
    :return: The lines.
    """
    counts: Counter[str] = Counter()
    rows = (_row(one, wide, counts) for one in found)
    first = list(islice(rows, _FIRST))
    if not first:
        yield counted(counts)
        return
    head = ["uuid", "status", "age", "step", "saga", *(["size", "fields"] if wide else [])]
    limit, coloured = None if wide else width(), has_colours()
    widths = [max(map(cells, column)) for column in zip(head, *first)]
    if limit is not None:
        # The saga gets what is left, and no less than a little.
        widths[1] = min(widths[1], _STATUS)
        left = limit - sum(widths[:3]) - 4 * len(_GAP)
        widths[3] = max(4, min(widths[3], left - _LEAST))
        widths[4] = max(_LEAST, left - widths[3])
    for row in chain([head], first, rows):
        if limit is not None:
            row[1:] = _cut(row[1], _STATUS), row[2], _cut(row[3], widths[3]), _shortened(row[4], widths[4])
        texts = [text + " " * (size - cells(text)) for text, size in zip(row, widths)]
        texts[1] = f"\x1b[{_COLOURS[row[1]]}m{texts[1]}\x1b[0m" if coloured and row[1] in _COLOURS else texts[1]
        texts[2] = row[2].rjust(widths[2])
        yield _GAP.join([*texts[:-1], row[-1]]).rstrip()
    yield counted(counts)


def counted(counts: Counter[str]) -> str:
    """Write how many executions there are, by status.

    :param counts: The numbers by status.
    :return: Such as ``3 executions: 2 paused, 1 errored``.
    """
    if not (total := sum(counts.values())):
        return "no executions"
    most = counts.most_common(_STATUSES)
    others = total - sum(number for _, number in most)
    parts = [f"{number} {_cut(status, 20)}" for status, number in most] + ([f"{others} others"] if others else [])
    return f"{number_of(total)}: {', '.join(parts)}"


def fitted(rows: list[list[str]]) -> list[list[str]]:
    """Shorten the names of sagas in the last column of a table, where the terminal is too narrow for it.

    :param rows: The rows.
    :return: The rows.
    """
    if (limit := width()) is None:
        return rows
    left = limit - sum(max(map(cells, column)) + len(_GAP) for column in list(zip(*rows))[:-1])
    return [[*row[:-1], _shortened(row[-1], max(left, _LEAST))] for row in rows]


def number_of(total: int) -> str:
    """Write a number of executions."""
    return f"{total} execution{'' if total == 1 else 's'}"


def cells(text: str) -> int:
    """Tell how wide a text is on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def _row(one: Any, wide: bool, counts: Counter[str]) -> list[str]:
    status = printable(one.status)
    counts[status] += 1
    name = one.name if isinstance(one, Execution) else one.uuid
    row = [printable(name), status, age_of(one.age), printable(one.step), printable(one.saga)]
    if wide:
        names = one.fields
        row += [str(one.size), "cannot be read" if names is None else printable(", ".join(names) or "-")]
    return row


def _shortened(saga: str, size: int) -> str:
    """Shorten the module of a saga by the packages that it is in, and then by its end."""
    while cells(saga) > size and "." in saga:
        saga = saga.partition(".")[2]
    return _cut(saga, size)


def _cut(text: str, size: int) -> str:
    if cells(text) <= size:
        return text
    mark = "…" if (sys.stdout.encoding or "").lower().startswith("utf") else "~"
    while cells(text) > size - 1:
        text = text[: min(len(text) - 1, size - 1)]
    return text + mark
