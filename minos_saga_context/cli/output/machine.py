"""Output for machines, written as it comes: JSON, lines of JSON, CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from ...inspection.render import printable
from ...inspection.snapshot import dump_json
from ..tasks.export import Number

#: What a spreadsheet takes for a formula, where it stands first.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def array(items: Iterable[Any]) -> Iterator[str]:
    """Write a JSON array piece by piece, each item on a line.

    :param items: The items.
    :return: The pieces.
    """
    before = "[\n  "
    for item in items:
        yield before + dump_json(item, indent=None)
        before = ",\n  "
    yield "[]\n" if before.startswith("[") else "\n]\n"


def _is_formula(cell: Any) -> bool:
    return isinstance(cell, str) and not isinstance(cell, Number) and cell.startswith(_FORMULA)


def write_csv(rows: Iterable[list[Any]], file: TextIO) -> None:
    """Write CSV. A text that a spreadsheet would take for a formula gets an apostrophe before it.

    To a terminal, and to it alone, goes nothing that it would take for its own.

    :param rows: The rows.
    :param file: Where to.
    :return: This function does not return anything.
    """
    writer = csv.writer(file, lineterminator="\n")
    write = printable if file.isatty() else str
    for row in rows:
        texts = (f"'{cell}" if _is_formula(cell) else cell for cell in row)
        writer.writerow([write(text) if isinstance(text, str) else text for text in texts])
