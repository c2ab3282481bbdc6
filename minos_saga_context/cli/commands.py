"""The tool for the one on call: looks into the sagas that a service has stored.

rich draws, and lmdb opens the stores: ``pip install 'minos-saga-context[cli]'``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any, Optional

from .. import __version__
from ..inspection.render import printable
from . import many, one
from .errors import INTERRUPTED, OK, PIPE_CLOSED, PROG, ToolError
from .output.pager import paged
from .output.usage import CODES, COPIES, MASKS, SOURCES, Help
from .selection.arguments import add_arguments, path
from .stores.surroundings import as_in_a_service
from .tasks.completion import SHELLS, script


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the tool.

    :param arguments: Its arguments; by default, those of the process.
    :return: The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    args = _parser().parse_args(arguments)
    try:
        with paged(getattr(args, "pager", False)), as_in_a_service(args.app_dir):
            code = int(args.run(args))
        sys.stdout.flush()
        return code
    except ToolError as exc:
        print("\n".join(map(printable, f"{PROG}: {exc}".splitlines())), file=sys.stderr)
        return exc.code
    except BrokenPipeError:
        # Whoever read has seen enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROG,
        description="Look into the sagas that a service has stored, also while it runs.",
        epilog=CODES,
        formatter_class=Help,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="write JSON, for machines")
    common.add_argument("--reveal", action="store_true", help="show what is secret")
    common.add_argument("--app-dir", metavar="DIR", help="import the service's modules from there")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, run: Any, summary: str, names: str, more: str = "") -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=summary, description=summary, epilog=more, parents=[common])
        command.formatter_class, command.usage = Help, f"{PROG} {name} {names}[options]"
        command.set_defaults(run=run)
        return command

    def positional(command: argparse.ArgumentParser, name: str, **kwargs: Any) -> None:
        # The usage has said it.
        command.add_argument(name, help=argparse.SUPPRESS, **kwargs)

    def pager(command: argparse.ArgumentParser) -> None:
        command.add_argument("--no-pager", dest="pager", action="store_false", help="write to the terminal at once")

    command = add("list", many.list_, "list the executions in a store", "PATH ")
    positional(command, "path", metavar="PATH")
    command.add_argument("--wide", action="store_true", help="whole names, sizes and the names of the fields")
    command.add_argument("--watch", action="store_true", help="list again every two seconds")
    add_arguments(command, "age")
    command = add("stats", many.stats, "count executions by saga, step and status", "PATH ")
    positional(command, "path", metavar="PATH")
    add_arguments(command, None)
    what = "show an execution and its context, or a part of that"
    command = add("show", one.show, what, "(PATH UUID | FILE) [FIELD] ", SOURCES + MASKS)
    positional(command, "source", metavar="SOURCE", nargs="+")
    command.add_argument("--all", action="store_true", help="fold nothing")
    command.add_argument("--depth", type=int, metavar="N", help="fold what is deeper than N levels")
    pager(command)
    what = "tell two executions, or two snapshots, apart"
    command = add("diff", one.diff, what, "(PATH UUID UUID | FILE FILE) ", SOURCES + MASKS)
    positional(command, "source", metavar="SOURCE", nargs="+")
    pager(command)
    what = "write a context as JSON or Avro, many as JSON or CSV"
    command = add("export", one.export, what, "(PATH UUID | FILE | PATH) ")
    positional(command, "source", metavar="SOURCE", nargs="+")
    formats = ("json", "avro", "jsonl", "csv")
    what = "json (default), avro; with PATH jsonl (default), csv"
    command.add_argument("--format", metavar="FORMAT", choices=formats, help=what)
    command.add_argument("-o", "--output", metavar="TO", help="where to write, if not to standard output")
    what = "a column of CSV, such as customer.id; repeatable"
    command.add_argument("--field", metavar="FIELD", type=path, action="append", default=[], help=what)
    add_arguments(command, "uuid")
    command = add("check", many.check, "load every execution, and tell which would not load", "(PATH | FILE) ")
    positional(command, "path", metavar="PATH")
    command.add_argument("--contexts", action="store_true", help="do not import the callbacks of the definitions")
    pager(command)
    what = "what stock minos would see; by default of a thousand"
    command.add_argument("--stock", action=argparse.BooleanOptionalAction, help=what)
    command.add_argument("--summary", action="store_true", help="each problem once, with the number of executions")
    add_arguments(command, "uuid")
    command = add("copy", many.copy, "copy executions to another store", "FROM TO ", COPIES)
    positional(command, "path", metavar="FROM")
    positional(command, "target", metavar="TO")
    add("schema", many.schema, "print the statements that make the table in PostgreSQL", "")
    what = "print the script by which a shell completes"
    command = add("completion", partial(_completion, parser), what, f"({' | '.join(SHELLS)}) ")
    positional(command, "shell", choices=SHELLS)
    return parser


def _completion(parser: argparse.ArgumentParser, args: Any) -> int:
    print(script(parser, args.shell))
    return OK
