"""The commands that look at one execution, or tell two apart."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from typing import Any

from ..codec.values.children import find_at, shown_children
from ..codec.values.paths import parse
from ..exceptions import SnapshotException
from ..inspection.diff import compare
from ..inspection.render import MASK, is_secret, printable, to_json
from ..inspection.snapshot import dump_json
from . import many
from .errors import FOUND, OK, PROG, ToolError
from .output import draw
from .output.tree import WHOLE, Folding
from .selection.arguments import is_given
from .stores.executions import Execution
from .stores.sources import is_store, sources

_SECRET = object()
#: So many fields are named where there is no such one.
_NAMED = 20


def show(args: Any) -> int:
    (execution,), paths = sources(args.source, 1, more=1)
    if args.json and not paths:
        try:
            print(dump_json(execution.content(args.reveal)))
        except SnapshotException as exc:
            raise ToolError(f"{execution.name}: {exc}") from None
        return OK
    if not paths:
        draw.head(execution)
    title, why = "context", None
    try:
        context: Any = execution.context
    except SnapshotException as exc:
        # Its classes are not at hand, say.
        title, why, context = "context, as plain Avro", f"{PROG}: {exc}", execution.plain
    folding = WHOLE if args.all else Folding()
    folding = folding if args.depth is None else folding._replace(depth=args.depth)
    if not paths:
        draw.context(title, context, args.reveal, folding)
    else:
        _show_part(execution.name, context, paths[0], folding, args)
    if why is not None:
        draw.as_plain(why)
    return OK


def _show_part(name: str, context: Any, path: str, folding: Folding, args: Any) -> None:
    """Show what stands at a path of the context."""
    try:
        steps = parse(path)
    except ValueError as exc:
        raise ToolError(str(exc), code=2) from None
    found = list(find_at(context, steps))
    if not found:
        raise ToolError(f"{name}: there is nothing at {printable(path)}. {_there(context, steps)}")
    if not args.reveal and any(is_secret(step) for step in steps):
        found = [_SECRET]
    if args.json:
        shown = [MASK if value is _SECRET else to_json(value, args.reveal) for value in found]
        print(dump_json(shown[0] if len(shown) == 1 else shown))
    elif found == [_SECRET]:
        print(f"{printable(path)}: {MASK}")
    else:
        draw.values(path, found, args.reveal, folding)


def _there(context: Any, steps: list[str]) -> str:
    """Tell how far a path leads, and what stands there."""
    while not (found := list(islice(find_at(context, steps), 1))):
        steps = steps[:-1]
    named = [child.step.removeprefix(".") for child in islice(shown_children(found[0]) or (), _NAMED + 1)]
    there = ", ".join([*named[:_NAMED], *(["..."] if len(named) > _NAMED else [])])
    where = "".join(steps).removeprefix(".") or "the context"
    return printable(f"In {where} there is {there}" if there else f"In {where} there is nothing")


def diff(args: Any) -> int:
    before, after = (_context(one) for one in sources(args.source, 2)[0])
    changes = compare(before, after)
    if args.json:
        print(dump_json([change.to_json(args.reveal) for change in changes]))
    else:
        draw.changes(changes, args.reveal)
    return FOUND if changes else OK


def export(args: Any) -> int:
    if args.json and args.format in ("avro", "csv"):
        raise ToolError(f"--json and --format {args.format} contradict each other", code=2)
    if args.field and args.format != "csv":
        raise ToolError("--field names columns: it is for --format csv", code=2)
    if len(args.source) == 1 and is_store(args.source[0]) and args.format in (None, "jsonl", "csv"):
        return many.export(args)
    if args.format in ("jsonl", "csv"):
        raise ToolError(f"--format {args.format} is for a store: name its PATH alone, and filters", code=2)
    if is_given(args):
        raise ToolError("Filters and order are for a whole store, with --format jsonl or csv", code=2)
    (execution,), _ = sources(args.source, 1)
    context = _context(execution)
    if args.format in (None, "json"):
        data = (dump_json(execution.content(args.reveal)) + "\n").encode(errors="backslashreplace")
    elif not args.reveal and (secrets := execution.secrets()):
        raise ToolError(f"An Avro file cannot be masked, and {', '.join(secrets)} would show: ask for it with --reveal")
    else:
        data = context.avro_bytes
    if args.output is None and args.format == "avro" and sys.stdout.isatty():
        raise ToolError("An Avro file would disturb the terminal: name a file with --output")
    if args.output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    else:
        try:
            Path(args.output).write_bytes(data)
        except OSError as exc:
            raise ToolError(f"{args.output}: it cannot be written: {exc.strerror}") from None
    return OK


def _context(execution: Execution) -> Any:
    try:
        return execution.context
    except SnapshotException as exc:
        raise ToolError(f"{execution.name}: {exc}") from None
