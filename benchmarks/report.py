"""What was measured, as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from .account import Account
from .rows import IMPORT_LIMIT, ROWS, SHOPS, SIZES, SPECIAL, Found, Row

_BEGIN, _END = "<!-- bench:begin -->", "<!-- bench:end -->"


class Verdict(NamedTuple):
    """A target, and how far it was reached."""

    label: str
    #: What was reached, as a share of the target; from 1 on, it is met.
    reached: float


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table that reads well as text too.

    :param head: The titles of the columns.
    :param rows: The rows.
    :return: The table.
    """
    lines = [list(head), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    # Numbers stand at the right.
    rules = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]

    def line(cells: Sequence[str]) -> str:
        padded = [cells[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:]))]
        return f"| {' | '.join(padded)} |"

    return "\n".join(map(line, [lines[0], rules, *lines[1:]]))


def duration(seconds: float) -> str:
    """Write a duration in the unit that fits."""
    for unit, scale in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 1:
            return f"{_digits(seconds * scale)} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def _digits(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def _mark(reached: float) -> str:
    return "met" if reached >= 1 else "**missed**"


def _aim(row: Row, found: Found) -> str:
    if row.aim is None:
        return ""
    peer, factor = row.aim
    reached = found["peers", f"{peer} {row.job}"] / found["ours", row.job]
    mark = "yes" if reached >= factor else "no"
    if factor >= 1:
        return f"{peer} / ours {reached:.1f}, at least {factor:g}: {mark}"
    return f"ours / {peer} {1 / reached:.2f}, at most {1 / factor:g}: {mark}"


def targets(found: Found, rows: tuple[Row, ...] = ROWS) -> tuple[str, list[Verdict]]:
    """Lay out the comparison with stock.

    :param found: The seconds.
    :param rows: The rows.
    :return: The table, and the verdicts.
    """
    lines, verdicts = [], []
    for row in rows:
        stock, ours = found["stock", row.job], found["ours", row.job]
        verdicts.append(Verdict(row.label, stock / ours / row.target))
        ratio = _digits(stock / ours)
        cells = (
            duration(stock),
            duration(ours),
            ratio,
            f"{row.target:g}",
            _mark(verdicts[-1].reached),
            _aim(row, found),
        )
        lines.append((row.label, *cells))
    return table(("work", "stock", "ours", "stock / ours", "at least", "", "aim beyond"), lines), verdicts


def yardsticks(found: Found, rows: tuple[Row, ...] = ROWS) -> str:
    """Lay out the comparison with others."""
    peers = ("fastavro", "jsonpickle", "pickle", "deepcopy")
    lines = []
    for row in rows:
        if row.peers:
            times = [found.get(("peers", f"{peer} {row.job}")) for peer in peers]
            cells = ["" if seconds is None else duration(seconds) for seconds in times]
            lines.append((row.label, duration(found["ours", row.job]), *cells))
    return table(("work", "ours", "bare fastavro", "jsonpickle", "pickle", "copy.deepcopy"), lines)


def specials(found: Found, names: tuple[str, ...] = SPECIAL) -> tuple[str, list[Verdict]]:
    """Lay out the comparison with jsonpickle, of types that stock does not keep."""
    lines, verdicts = [], []
    for name in names:
        cells = [name]
        for work in ("encode", "decode"):
            ours, other = found["ours", f"{work} {name}"], found["peers", f"jsonpickle {work} {name}"]
            verdicts.append(Verdict(f"{name}: {work}, against jsonpickle", other / ours))
            cells += [duration(other), duration(ours), _digits(other / ours), _mark(other / ours)]
        lines.append(cells)
    head = ("", "jsonpickle writes", "ours", "ratio", "", "jsonpickle reads", "ours", "ratio", "")
    return table(head, lines), verdicts


def stored(found: dict[tuple[str, str], int]) -> tuple[str, list[Verdict]]:
    """Lay out the sizes of what is stored."""
    lines, verdicts = [], []
    for label, name, target in SIZES:
        stock, ours = found["stock", name], found["ours", name]
        verdicts.append(Verdict(f"stored size: {label}", stock / ours / target))
        lines.append(
            (label, f"{stock:,}", f"{ours:,}", _digits(stock / ours), f"{target:g}", _mark(verdicts[-1].reached))
        )
    return table(("stored size, in characters", "stock", "ours", "stock / ours", "at least", ""), lines), verdicts


def sagas(found: dict[tuple[str, str], tuple[float, float]]) -> str:
    """Lay out what a real saga takes."""
    lines = []
    for place in dict.fromkeys(place for _, place in found):
        for side in ("stock", "ours"):
            seconds, within = found[side, place]
            cells = (duration(seconds), duration(within), f"{within / seconds:.1%}")
            lines.append((f"{side}, database {'in' if place == 'memory' else 'on'} {place}", *cells))
    return table(("pause and resume of a saga", "in all", "its contexts", "share"), lines)


def shops(found: dict[tuple[str, int], dict[str, float]]) -> tuple[str, list[Verdict]]:
    """Lay out what whole sagas take, and where."""
    lines, verdicts = [], []
    for number, target in SHOPS:
        stock, ours = found["stock", number], found["ours", number]
        verdicts.append(Verdict(f"whole saga, {number} lines", stock["in all"] / ours["in all"] / target))
        for part in (*stock, "the rest of minos"):
            # What is found by subtraction may be nothing, or less, of a single saga.
            pair = [max(side.get(part, 2 * side["in all"] - sum(side.values())), 1e-9) for side in (stock, ours)]
            cells = (*map(duration, pair), _digits(pair[0] / pair[1]))
            marks = (f"{target:g}", _mark(verdicts[-1].reached)) if part == "in all" else ("", "")
            label = f"an order of {number} lines" if part == "in all" else f"- {part}"
            lines.append((label, *cells, *marks))
    head = ("whole saga, time of the processor", "stock", "ours", "stock / ours", "at least", "")
    return table(head, lines), verdicts


def stores(
    found: dict[str, dict[tuple[str, int], float]],
    together: dict[int, tuple[float, float, float]],
    sizes: dict[int, list[float]],
) -> str:
    """Lay out what storing executions takes, what replicas do together, and what stands on disk."""
    works = list(dict.fromkeys(work for times in found.values() for work in times))
    lines = [
        (f"{number:,} lines: {work}", *(duration(times[work, number]) for times in found.values()))
        for work, number in sorted(works, key=lambda work: work[1])
    ]
    processes = [
        (str(number), f"{sagas:,.0f}", duration(clients), duration(server))
        for number, (sagas, clients, server) in together.items()
    ]
    head = ("replicas", "sagas a second", "processor, each saga", "the server's, each saga")
    labels = ("the row, with its TOAST", "of which Avro", "of which `fields`, as JSONB", "the indexes")
    rows = [(label, *(f"{size / 1024:.1f} KB" for size in column)) for label, *column in zip(labels, *sizes.values())]
    disk = table(("on disk, for each paused order of", *(f"{number:,} lines" for number in sizes)), rows)
    return "\n\n".join([table(("", *found), lines), table(head, processes), disk])


def imported(before: float, added: float) -> tuple[str, list[Verdict]]:
    """Say what the import takes."""
    text = f"`import minos.saga` takes {before:.0f} ms; `import minos_saga_context` adds {added:.1f} ms"
    reached = IMPORT_LIMIT / added
    return f"{text} (at most {IMPORT_LIMIT:.0f}: {_mark(reached)}).", [Verdict("import time", reached)]


def accounts(title: str, both: tuple[Account, Account]) -> str:
    """Lay out the account of one encode and one decode."""
    found = []
    for parts in both:
        whole = parts[0][1]
        lines = [(label, duration(max(seconds, 0)), f"{seconds / whole:.0%}") for label, seconds in parts]
        found.append(table((title, "time", "share"), lines))
    return "\n\n".join(found)


def machine(facts: dict[str, str], commit: str) -> str:
    """Say what was measured, when, and on what."""
    day = datetime.now(timezone.utc).date()
    lines = [f"- {name.replace('_', ' ')}: {fact}" for name, fact in facts.items()]
    return "\n".join([f"Measured on {day} at commit {commit}.", "", *lines])


def write(path: Path, text: str) -> None:
    """Put the results between the markers of a page.

    :param path: The page.
    :param text: The results.
    :return: This function does not return anything.
    """
    page = path.read_text(encoding="utf-8")
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"{path} has no place for the results: {_BEGIN} ... {_END}")
    path.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
