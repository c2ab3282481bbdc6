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
from .selection.arguments import add_arguments, path
from .tasks.completion import SHELLS, script
from .tasks.surroundings import as_in_a_service

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
        with paged(getattr(args, "pager", False)), as_in_a_service():
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

    def pager(command: argparse.ArgumentParser) -> None:
        command.add_argument("--no-pager", dest="pager", action="store_false", help="write to the terminal at once")

    command = add("list", many.list_, "list the executions in a store")
    command.add_argument("path", metavar="PATH")
    command.add_argument("--wide", action="store_true", help="whole names, sizes and the names of the fields")
    command.add_argument("--watch", action="store_true", help="list again every two seconds")
    add_arguments(command, "age")
    command = add("stats", many.stats, "count executions by saga, step and status, with their ages and sizes")
    command.add_argument("path", metavar="PATH")
    add_arguments(command, None)
    command = add("show", one.show, "show an execution and its context")
    command.add_argument("source", metavar="PATH UUID | FILE", nargs="+", help="and what to show of it: items[0].price")
    command.add_argument("--all", action="store_true", help="fold nothing")
    command.add_argument("--depth", type=int, metavar="N", help="fold what is deeper than N levels")
    pager(command)
    command = add("diff", one.diff, "tell two executions, or two snapshots, apart")
    command.add_argument("source", metavar="PATH UUID UUID | FILE FILE", nargs="+")
    pager(command)
    command = add("export", one.export, "write a context as JSON or Avro; those of a store as lines of JSON or CSV")
    command.add_argument("source", metavar="PATH UUID | FILE | PATH", nargs="+")
    command.add_argument("--format", choices=("json", "avro", "jsonl", "csv"), help="by default json; jsonl with PATH")
    command.add_argument("-o", "--output", metavar="FILE", help="where to write; by default, to standard output")
    what = "a column of the CSV, such as customer.id; may be given again; without, one has all as JSON"
    command.add_argument("--field", metavar="FIELD", type=path, action="append", default=[], help=what)
    add_arguments(command, "uuid")
    command = add("check", many.check, "load every execution, and tell which would not load")
    command.add_argument("path", metavar="PATH | FILE")
    command.add_argument("--contexts", action="store_true", help="do not import the callbacks of the definitions")
    pager(command)
    command.add_argument("--stock", action="store_true", help="tell what stock minos would see, too: that takes longer")
    command.add_argument("--summary", action="store_true", help="tell each problem once, with the number of executions")
    add_arguments(command, "uuid")
    command = add(
        "copy", many.copy, "copy executions to another store; what is there already is compared, and left alone"
    )
    command.add_argument("path", metavar="FROM")
    command.add_argument("target", metavar="TO")
    add("schema", many.schema, "print the statements that make the table in PostgreSQL")
    command = add("completion", partial(_completion, parser), "print the script by which a shell completes")
    command.add_argument("shell", choices=SHELLS)
    return parser


def _completion(parser: argparse.ArgumentParser, args: Any) -> int:
    print(script(parser, args.shell))
    return OK
