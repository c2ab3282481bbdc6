"""How the tool ends, and what ends it early."""

from __future__ import annotations

#: All is well; ``diff`` found no difference, ``check`` nothing that would not load.
OK = 0
#: ``diff`` found differences, or ``check`` an execution that would not load.
FOUND = 1
#: A store, an execution or a context could not be read; or a package is missing. (2 is argparse's.)
TROUBLE = 3
#: Stopped by the keyboard; and by a closed pipe, as shells number it.
INTERRUPTED = 130
PIPE_CLOSED = 141

PROG = "minos-saga-context"
EXTRA = "pip install 'minos-saga-context[cli]'"
EXTRA_POSTGRES = "pip install 'minos-saga-context[cli,postgres]'"


class ToolError(Exception):
    """What is told on standard error, and ends the tool.

    :param message: What went wrong.
    :param code: The exit code.
    """

    def __init__(self, message: str, code: int = TROUBLE):
        super().__init__(message)
        self.code = code
