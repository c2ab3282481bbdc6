"""What is written with rich, and without it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minos_saga_context.cli import main
from minos_saga_context.cli.output import terminal


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    terminal._console.cache_clear()
    yield
    terminal._console.cache_clear()


@pytest.mark.parametrize("command", ["list", "stats", "show 5c", "diff 5c 9e", "check", "export 5c"])
def test_the_same_without_rich(command: str, store: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    name, *uuids = command.split()
    code = main([name, str(store), *uuids])
    piped = capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    terminal._console.cache_clear()
    assert main([name, str(store), *uuids]) == code
    coloured = capsys.readouterr().out
    terminal._console.cache_clear()
    for package in ("rich", "rich.console", "rich.text", "rich.progress"):
        monkeypatch.setitem(sys.modules, package, None)
    assert main([name, str(store), *uuids]) == code
    assert capsys.readouterr().out == piped
    assert ("\x1b[" in coloured) is (name not in ("export", "stats"))
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured).split() == piped.split()


def test_what_a_line_holds_is_no_markup(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    terminal.write("[red]", (":smile:", "bold"), " ", "12")
    assert re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out) == "[red]:smile: 12\n"
