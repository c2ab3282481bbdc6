"""``--help`` of every command, on a terminal of 80 columns and 24 lines."""

from __future__ import annotations

from typing import Any

import pytest

from minos_saga_context.cli import main

COMMANDS = ("list", "stats", "show", "diff", "export", "check", "copy", "schema", "completion")


def help_of(command: list[str], columns: str, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", columns)
    with pytest.raises(SystemExit) as caught:
        main([*command, "--help"])
    assert caught.value.code == 0
    return str(capsys.readouterr().out)


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=lambda it: "".join(it) or "all")
def test_help_fits(command: list[str], capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = help_of(command, "80", capsys, monkeypatch)
    lines = text.splitlines()
    # The last line is that of the prompt.
    assert len(lines) <= 23 and max(map(len, lines)) <= 80
    # No word was broken: each is one of those where there is room for all.
    assert set(text.split()) == set(help_of(command, "400", capsys, monkeypatch).split())


def test_every_command_is_looked_at(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = help_of([], "80", capsys, monkeypatch).partition("  COMMAND\n")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in text.splitlines()] == list(COMMANDS)
