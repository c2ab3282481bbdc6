"""What is longer than the terminal, in a pager."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Optional


class _Screen(io.StringIO):
    """Takes what is for a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@contextmanager
def paged(wanted: bool) -> Iterator[None]:
    """Show what is written to standard output within in a pager, if it is a terminal and too small for it.

    :param wanted: Whether it may be.
    :return: This context manager does not return anything.
    """
    command = _pager() if wanted and sys.stdout.isatty() else None
    if command is None:
        yield
        return
    terminal, screen = sys.stdout, _Screen()
    screen.encoding = terminal.encoding
    sys.stdout = screen
    try:
        yield
    finally:
        sys.stdout = terminal
        _show(screen.getvalue(), command)


def _pager() -> Optional[list[str]]:
    """Give the command of the pager that is there."""
    if os.environ.get("TERM") == "dumb":
        return None
    command = shlex.split(os.environ.get("PAGER", "less"))
    return command if command and command != ["cat"] and shutil.which(command[0]) else None


def _show(text: str, command: list[str]) -> None:
    columns, rows = shutil.get_terminal_size()
    if sum(1 + len(line) // columns for line in text.splitlines()) < rows:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    # As git does: less is to end by itself where that is enough, to pass colours on, and to leave the text there.
    environment = {"LESS": "FRX", **os.environ}
    data = text.encode(sys.stdout.encoding, errors="backslashreplace")
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as process:
        while True:
            try:
                process.communicate(data)
                return
            except KeyboardInterrupt:
                data = b""  # It is the pager's, which ends when its user wants it to.
