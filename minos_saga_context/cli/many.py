"""The commands that look at all executions of a store."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..inspection.snapshot import dump_json
from .errors import FOUND, OK, PROG, TROUBLE, ToolError
from .output import draw
from .output.terminal import progress
from .stores.executions import Execution
from .stores.sources import is_store, open_store, read, statements


def list_(args: Any) -> int:
    found, broken = [], 0
    with open_store(args.path) as store:
        for key, value in _progress(args, store.items(status=args.status), len(store), "Reading"):
            try:
                one = Execution.from_store(key, value)
            except ToolError as exc:
                print(f"{PROG}: {exc}", file=sys.stderr)
                broken += 1
                continue
            if args.status in (None, one.status):
                found.append(one)
    # The oldest first; those of which it is not known, last.
    found.sort(key=lambda one: one.age or timedelta.min, reverse=True)
    if args.json:
        print(dump_json([one.summary() for one in found]))
    elif found:
        draw.executions(found)
    else:
        print("no executions")
    return TROUBLE if broken else OK


def check(args: Any) -> int:
    from .tasks.check import Verdict
    from .tasks.check import check as run

    verdicts = []
    if args.path == "-" or (Path(args.path).is_file() and not is_store(args.path)):
        # A file may come from anywhere: what it names is not imported.
        verdicts.append(run(read(args.path), contexts_only=True))
    else:
        with open_store(args.path) as store:
            for key, value in _progress(args, store.items(), len(store), "Checking"):
                try:
                    verdicts.append(run(Execution.from_store(key, value), args.contexts))
                except ToolError as exc:
                    verdicts.append(Verdict(key, str(exc)))
    if args.json:
        print(dump_json([verdict.to_json(args.reveal) for verdict in verdicts]))
    else:
        draw.verdicts(verdicts, args.reveal)
    return FOUND if any(verdict.problem for verdict in verdicts) else OK


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
