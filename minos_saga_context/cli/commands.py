"""The tool for the one on call: looks into the sagas that a service has stored.

rich draws, and lmdb opens the stores: ``pip install 'minos-saga-context[cli]'``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Optional

from .. import __version__
from ..exceptions import SnapshotException
from ..inspection.diff import compare
from ..inspection.snapshot import dump_json
from .errors import EXTRA, FOUND, INTERRUPTED, OK, PIPE_CLOSED, TROUBLE, ToolError
from .executions import Execution
from .sources import is_lmdb, open_store, read, sources, statements

_PROG = "minos-saga-context"
_SOURCES = """
An execution is named by the PATH of its store (or the postgresql://... of its database) and its UUID, or the beginning
of it. In place of both, a FILE holds an
Avro file, an avro_str, the JSON of an execution as a store holds it, or that of a snapshot; - is standard input.

Values under keys such as password, token, secret or card are masked, unless --reveal asks for them.
"""
_CODES = """
exit codes: 0 all is well; 1 diff or copy found differences, or check an execution that would not load; 2 the command
line is wrong; 3 something could not be read, or a package is missing; 130 stopped by the keyboard; 141 the pipe was
closed.
"""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the tool.

    :param arguments: Its arguments; by default, those of the process.
    :return: The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    args = _parser().parse_args(arguments)
    if args.app_dir is not None:
        sys.path.insert(0, args.app_dir)
    try:
        code = int(args.run(args))
        sys.stdout.flush()
        return code
    except ToolError as exc:
        print(f"{_PROG}: {exc}", file=sys.stderr)
        return exc.code
    except BrokenPipeError:
        # Whoever read has seen enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROG,
        description="Look into the sagas that a service has stored, also while it runs. Only copy ever writes.",
        epilog=_SOURCES + _CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="write JSON, for machines")
    common.add_argument("--reveal", action="store_true", help="show what is secret")
    common.add_argument("--app-dir", metavar="DIR", help="a folder from which the service's classes can be imported")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, run: Any, summary: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=summary, description=summary, epilog=_SOURCES, parents=[common])
        command.set_defaults(run=run)
        return command

    command = add("list", _list, "list the executions in a store")
    command.add_argument("path", metavar="PATH")
    command.add_argument("--status", help="only those of this status, such as paused or errored")
    command = add("show", _show, "show an execution and its context")
    command.add_argument("source", metavar="PATH UUID | FILE", nargs="+")
    command = add("diff", _diff, "tell two executions, or two snapshots, apart")
    command.add_argument("source", metavar="PATH UUID UUID | FILE FILE", nargs="+")
    command = add("export", _export, "write a context as JSON or as an Avro file")
    command.add_argument("source", metavar="PATH UUID | FILE", nargs="+")
    command.add_argument("--format", choices=("json", "avro"), default="json")
    command.add_argument("-o", "--output", metavar="FILE", help="where to write; by default, to standard output")
    command = add("check", _check, "load every execution: which would not load, and what would stock minos see?")
    command.add_argument("path", metavar="PATH | FILE")
    command.add_argument("--contexts", action="store_true", help="do not import the callbacks of the definitions")
    command = add("copy", _copy, "copy executions to another store; what is there already is compared, and left alone")
    command.add_argument("path", metavar="FROM")
    command.add_argument("target", metavar="TO")
    add("schema", _schema, "print the statements that make the table in PostgreSQL")
    return parser


def _list(args: Any) -> int:
    found, broken = [], 0
    with open_store(args.path) as store:
        for key, value in _progress(args, store.items(status=args.status), len(store), "Reading"):
            try:
                one = Execution.from_store(key, value)
            except ToolError as exc:
                print(f"{_PROG}: {exc}", file=sys.stderr)
                broken += 1
                continue
            if args.status in (None, one.status):
                found.append(one)
    # The oldest first; those of which it is not known, last.
    found.sort(key=lambda one: one.age or timedelta.min, reverse=True)
    if args.json:
        print(dump_json([one.summary() for one in found]))
    elif found:
        _draw().executions(found)
    else:
        print("no executions")
    return TROUBLE if broken else OK


def _show(args: Any) -> int:
    (execution,) = sources(args.source, 1)
    try:
        if args.json:
            print(dump_json(execution.content(args.reveal)))
        else:
            _draw().execution(execution, args.reveal)
    except SnapshotException as exc:
        if args.json:
            raise ToolError(f"{execution.name}: {exc}") from None
        _draw().plain(execution, f"{_PROG}: {exc}", args.reveal)
    return OK


def _diff(args: Any) -> int:
    before, after = (_context(one) for one in sources(args.source, 2))
    changes = compare(before, after)
    if args.json:
        print(dump_json([change.to_json(args.reveal) for change in changes]))
    else:
        _draw().changes(changes, args.reveal)
    return FOUND if changes else OK


def _export(args: Any) -> int:
    (execution,) = sources(args.source, 1)
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


def _check(args: Any) -> int:
    from .check import Verdict, check

    verdicts = []
    if args.path == "-" or (Path(args.path).is_file() and not is_lmdb(args.path)):
        # A file may come from anywhere: what it names is not imported.
        verdicts.append(check(read(args.path), contexts_only=True))
    else:
        with open_store(args.path) as store:
            for key, value in _progress(args, store.items(), len(store), "Checking"):
                try:
                    verdicts.append(check(Execution.from_store(key, value), args.contexts))
                except ToolError as exc:
                    verdicts.append(Verdict(key, str(exc)))
    if args.json:
        print(dump_json([verdict.to_json(args.reveal) for verdict in verdicts]))
    else:
        _draw().verdicts(verdicts, args.reveal)
    return FOUND if any(verdict.problem for verdict in verdicts) else OK


def _copy(args: Any) -> int:
    from .copy import copy

    with open_store(args.path) as source, open_store(args.target, writes=True) as target:
        copied, there, differing = copy(_progress(args, source.items(), len(source), "Copying"), target)
    if args.json:
        print(dump_json({"copied": copied, "there": there, "differing": differing}))
    else:
        print(f"{copied} copied, {there} already there")
    for uuid in differing:
        print(f"{_PROG}: {uuid}: another state of it is there, and was left alone", file=sys.stderr)
    return FOUND if differing else OK


def _schema(args: Any) -> int:
    print(statements(), end="")
    return OK


def _context(execution: Execution) -> Any:
    try:
        return execution.context
    except SnapshotException as exc:
        raise ToolError(f"{execution.name}: {exc}") from None


def _draw() -> Any:
    try:
        from . import draw
    except ImportError as exc:
        raise ToolError(f"Drawing needs rich, which is missing ({exc}); --json does without: {EXTRA}") from None
    return draw


def _progress(args: Any, items: Iterator[Any], total: int, what: str) -> Iterator[Any]:
    return items if args.json else _draw().progress(items, total, what)
