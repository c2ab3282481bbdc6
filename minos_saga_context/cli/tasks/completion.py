"""The scripts by which shells complete the command line. shtab writes them: nothing of Python runs at a TAB."""

from __future__ import annotations

import argparse
from typing import Any

from ..errors import EXTRA, ToolError

#: Shells that are tested. (shtab knows more.)
SHELLS = ("bash", "zsh", "fish")
_FILES = ("path", "target", "source", "output")


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Write the script for a shell.

    :param parser: The command line.
    :param shell: The name of the shell.
    :return: The script.
    :raises ToolError: If shtab is missing.
    """
    try:
        import shtab
    except ImportError as exc:
        raise ToolError(f"Completion needs shtab, which is missing ({exc}): {EXTRA}") from None
    for action in _actions(parser):
        if action.help is argparse.SUPPRESS:
            action.help = str(action.metavar or action.dest)  # the usage says more, which shtab does not read
        if action.dest in _FILES:
            action.complete = shtab.FILE
        elif action.dest == "app_dir":
            action.complete = shtab.DIRECTORY
    text: str = shtab.complete(parser, shell)
    return text


def _actions(parser: argparse.ArgumentParser) -> list[Any]:
    found: list[Any] = list(parser._actions)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found += [inner for command in action.choices.values() for inner in _actions(command)]
    return found
