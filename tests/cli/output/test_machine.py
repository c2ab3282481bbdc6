"""JSON and CSV: as parsers read them, and with nothing in them that a terminal or a spreadsheet obeys."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from minos_saga_context.cli.output import machine
from minos_saga_context.inspection.snapshot import dump_json


@pytest.mark.parametrize("items", [[], [1], [{"a": "\n"}, {"b": [1, {}]}]])
def test_an_array_is_written_piece_by_piece(items: list[Any]) -> None:
    pieces = list(machine.array(iter(items)))
    assert json.loads("".join(pieces)) == items and len(pieces) == len(items) + 1
    assert len("".join(pieces).splitlines()) == (len(items) + 2 if items else 1)


@pytest.mark.parametrize("text", ["\x9b2J", "\x7f", "\u202e", "\x1b[2J", "\ud800"])
def test_nothing_in_json_is_a_terminals_own(text: str) -> None:
    for indent in (None, 2):
        written = dump_json({"é": text}, indent)
        assert written.replace("\n", "").isprintable() and json.loads(written) == {"é": text}
    assert dump_json({"é": "ñ"}, None) == '{"é": "ñ"}'


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    cells = ["=1+1", "+1", "-1", "@A1", "\t=1", "a=1", -1, 'a "quoted", one\n']
    machine.write_csv([cells], file := io.StringIO(newline=""))
    (row,) = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert row == ["'=1+1", "'+1", "'-1", "'@A1", "'\t=1", "a=1", "-1", 'a "quoted", one\n']


def test_csv_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for is_terminal, written in ((True, '"a\\x1b[2J,b",1\n'), (False, '"a\x1b[2J,b",1\n')):
        file = io.StringIO()
        monkeypatch.setattr(file, "isatty", lambda it=is_terminal: it, raising=False)
        machine.write_csv([["a\x1b[2J,b", 1]], file)
        assert file.getvalue() == written
