"""What ``--help`` says: short enough for a terminal of 80 columns and 24 lines, and no word is broken."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

SOURCES = """\
An execution is named by the PATH of its store (or the postgresql://... of its database) and its UUID, or the beginning
of it. In place of both, a FILE holds an Avro file, an avro_str, or the JSON of an execution, of an export or of a
snapshot; - is standard input. FIELD is a part of the context, such as items[0].price.
"""
MASKS = "Values under keys such as password, token, secret or card are masked without --reveal."
COPIES = "What is there already is compared, and left alone. Either may be postgresql://..., or the PATH of a store."
CODES = """\
exit codes: 0 all is well; 1 something was found; 2 the command line is wrong; 3 something could not be read; 130, 141
stopped
"""


class Help(argparse.HelpFormatter):
    """Breaks lines between words only.

    :param prog: The name of the command.
    """

    def __init__(self, prog: str, **kwargs: Any):
        super().__init__(prog, **{**kwargs, "max_help_position": 26})
        self._action_max_length = 14  # argparse forgets that commands stand further in

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in self._split_lines(text, width - len(indent)))
