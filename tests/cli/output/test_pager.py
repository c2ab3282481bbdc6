"""The pager: for what is longer than the terminal, and only there."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from minos_saga_context.cli import main


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pager = tmp_path / "pager"
    pager.write_text(f'#!/bin/sh\necho "LESS=$LESS" > {tmp_path}/page\ncat >> {tmp_path}/page\n')
    pager.chmod(0o755)
    monkeypatch.setenv("PAGER", str(pager))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("LESS", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / "page"


@pytest.mark.parametrize(
    ("lines", "options", "pager", "is_paged"),
    [
        ("24", [], None, True),
        ("24", ["--no-pager"], None, False),
        ("24", [], "", False),
        ("24", [], "cat", False),
        ("24", [], "/nowhere/less", False),
        ("80", [], None, False),
    ],
)
def test_the_pager(
    lines: str, options: list[str], pager: str, is_paged: bool, page: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINES", lines)
    if pager is not None:
        monkeypatch.setenv("PAGER", pager)
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    assert main(["show", str(store), "5c", *options]) == 0
    assert page.exists() is is_paged and bool(terminal.getvalue()) is not is_paged
    text = page.read_text() if is_paged else terminal.getvalue()
    assert "'cust_456'" in text and ("LESS=FRX\n" in text) is is_paged


def test_no_pager_in_a_pipe(page: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINES", "3")
    assert main(["show", str(store), "5c"]) == 0
    assert not page.exists()


def test_a_pager_that_has_seen_enough(page: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "true")
    monkeypatch.setenv("LINES", "3")
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert main(["diff", str(store), "5c", "9e"]) == 1
