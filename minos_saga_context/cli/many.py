"""The commands that look at all executions of a store, or at those that are asked for."""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional

from ..inspection.render import printable
from ..inspection.snapshot import dump_json
from .errors import FOUND, OK, PROG, TROUBLE, ToolError
from .output import draw, listing, machine
from .output.terminal import progress, table, write
from .selection.arguments import is_given
from .selection.selection import Selection
from .stores.sources import is_store, open_store, read, statements

#: Seconds between two looks.
_WATCH = 2.0
#: Of how many executions it is told what stock minos would see, unless all are asked for: it takes ten times as long.
_ASKED = 1000


class Broken:
    """Tells of what is no execution, or cannot be read, on standard error; the others are shown all the same."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, key: str, exc: ToolError) -> None:
        self.count += 1
        write(f"{PROG}: {printable(str(exc))}", stderr=True)

    @property
    def code(self) -> int:
        """The exit code."""
        return TROUBLE if self.count else OK


def list_(args: Any) -> int:
    broken = Broken()
    if args.watch:
        _watch(args, broken)
    if args.json:
        with open_store(args.path) as store:
            found = (one.summary() for one in Selection.of(args).executions(store, broken))
            sys.stdout.writelines(machine.array(found))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _listed(args, broken))
    return broken.code


def _listed(args: Any, broken: Broken) -> Iterator[str]:
    selection = Selection.of(args)
    with open_store(args.path) as store:
        yield from listing.listed((selection.executions if args.wide else selection.heads)(store, broken), args.wide)


def _watch(args: Any, broken: Broken) -> None:
    """List again and again, until the keyboard stops it."""
    if args.json or not sys.stdout.isatty():
        raise ToolError("--watch is for terminals; for others, a loop in the shell does", code=2)
    while True:
        lines, height = list(_listed(args, broken)), shutil.get_terminal_size().lines
        # The last line counts; those that do not fit are left out before it.
        lines[max(height - 3, 0) : -1] = [] if len(lines) > height - 2 else lines[max(height - 3, 0) : -1]
        text = "\n".join([*lines, f"at {datetime.now():%H:%M:%S}, until Ctrl-C"])
        print(f"\x1b[H\x1b[J{text}", flush=True)
        time.sleep(_WATCH)


def stats(args: Any) -> int:
    from .tasks.stats import groups

    broken = Broken()
    with open_store(args.path) as store:
        found = groups(Selection.of(args).heads(store, broken))
    if args.json:
        print(dump_json([group.to_json() for group in found]))
        return broken.code
    now, counts = datetime.now(timezone.utc), Counter[str]()
    rows = [["step", "status", "count", "oldest", "newest", "mean", "largest", "saga"]]
    for it in found:
        counts[printable(it.status)] += it.count
        ages = [listing.age_of(None if at is None else now - at) for at in (it.oldest, it.newest)]
        sizes = [f"{it.size // it.count}", f"{it.largest}"]
        rows.append([printable(it.step), printable(it.status), f"{it.count}", *ages, *sizes, printable(it.saga)])
    for line in table(listing.fitted(rows) if found else [], right=range(2, 7)):
        write(*line)
    write(listing.counted(counts))
    return broken.code


def check(args: Any) -> int:
    from .tasks.check import Summary

    summary = Summary()
    verdicts = (summary.add(verdict) for verdict in _verdicts(args))
    if args.summary:
        for _ in verdicts:
            pass
        if args.json:
            print(dump_json(summary.to_json()))
        else:
            draw.problems(summary)
    elif args.json:
        sys.stdout.writelines(machine.array(verdict.to_json(args.reveal) for verdict in verdicts))
    else:
        for verdict in verdicts:
            draw.verdict(verdict, args.reveal, _is_file(args.path))
    if not args.json:
        draw.total(summary)
    return FOUND if summary.failing else OK


def _is_file(path: str) -> bool:
    return path == "-" or (Path(path).is_file() and not is_store(path))


def _verdicts(args: Any) -> Iterator[Any]:
    from .tasks.check import Verdict
    from .tasks.check import check as run

    if _is_file(args.path):
        if is_given(args):
            raise ToolError(f"Filters and order are for stores, and {args.path} is a file", code=2)
        # A file may come from anywhere: what it names is not imported.
        yield run(read(args.path), True, args.stock is not False)
        return
    broken: list[Verdict] = []
    unread: Optional[list[Any]] = None if args.stock is False else []
    with open_store(args.path) as store:
        found = Selection.of(args).executions(
            store, lambda key, exc: broken.append(Verdict(key, str(exc), stock=unread))
        )
        # Lines that come one by one on a terminal tell how far it is.
        if args.summary or not sys.stdout.isatty() or sys.stdout is not sys.__stdout__:
            found = _progress(args, found, len(store), "Checking")
        for place, execution in enumerate(found):
            while broken:
                yield broken.pop(0)
            yield run(execution, args.contexts, place < _ASKED if args.stock is None else args.stock)
        yield from broken


def export(args: Any) -> int:
    from .tasks.export import lines, rows

    broken = Broken()
    with open_store(args.source[0]) as store, _target(args.output) as file:
        found = Selection.of(args).executions(store, broken)
        if args.format == "csv":
            machine.write_csv(rows(found, args.field, args.reveal, broken), file)
        else:
            file.writelines(f"{line}\n" for line in lines(found, args.reveal, broken))
    return broken.code


@contextmanager
def _target(path: Any) -> Iterator[Any]:
    if path is None:
        yield sys.stdout
        return
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file
    except OSError as exc:
        raise ToolError(f"{path}: it cannot be written: {exc.strerror}") from None


def copy(args: Any) -> int:
    from .tasks.copy import copy as run

    with open_store(args.path) as source, open_store(args.target, writes=True) as target:
        copied, there, differing = run(_progress(args, source.items(), len(source), "Copying"), target)
    if args.json:
        print(dump_json({"copied": copied, "there": there, "differing": differing}))
    else:
        print(f"{copied} copied, {there} already there")
    for uuid in differing:
        print(f"{PROG}: {uuid}: another state of it is there, and was left alone", file=sys.stderr)
    return FOUND if differing else OK


def schema(args: Any) -> int:
    print(statements(), end="")
    return OK


def _progress(args: Any, items: Iterator[Any], total: int, what: str) -> Iterator[Any]:
    return items if args.json else progress(items, total, what)
