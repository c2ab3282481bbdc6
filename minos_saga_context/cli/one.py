"""The commands that look at one execution, or tell two apart."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ..exceptions import SnapshotException
from ..inspection.diff import compare
from ..inspection.snapshot import dump_json
from .errors import FOUND, OK, PROG, ToolError
from .output import draw
from .output.tree import Folding
from .stores.executions import Execution
from .stores.sources import sources


def show(args: Any) -> int:
    (execution,), _ = sources(args.source, 1)
    try:
        if args.json:
            print(dump_json(execution.content(args.reveal)))
        else:
            draw.execution(execution, args.reveal, Folding())
    except SnapshotException as exc:
        if args.json:
            raise ToolError(f"{execution.name}: {exc}") from None
        draw.plain(execution, f"{PROG}: {exc}", args.reveal, Folding())
    return OK


def diff(args: Any) -> int:
    before, after = (_context(one) for one in sources(args.source, 2)[0])
    changes = compare(before, after)
    if args.json:
        print(dump_json([change.to_json(args.reveal) for change in changes]))
    else:
        draw.changes(changes, args.reveal)
    return FOUND if changes else OK


def export(args: Any) -> int:
    (execution,), _ = sources(args.source, 1)
    context = _context(execution)
    if args.format == "json":
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
