"""The screens of the tool in the documentation are what it shows.

``python -m tests.cli.test_docs`` writes them anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.process import ROOT
from tests.support.sagas import stores

PAGES = sorted((ROOT / "docs").glob("*.md"))
_BLOCK = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
_OURS = ("$ minos-saga-context ", "$ python -m minos_saga_context.", "$ python -m examples.")


def screens(page: Path) -> list[str]:
    return [block for block in _BLOCK.findall(page.read_text("utf-8")) if block.startswith(_OURS)]


def shown(block: str, folder: Path) -> str:
    """Run the commands of a block, and give the block with what they print."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"{command}\n{steady(run(command[2:], folder))}" for command in commands)


def run(command: str, folder: Path) -> str:
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    values = {
        "PYTHONPATH": path,
        "PYTHONWARNINGS": "ignore",
        "COLUMNS": "80",
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    environment = {**os.environ, **values, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, shell=True, check=False, cwd=folder, env=environment, stdout=subprocess.PIPE, timeout=60
    )
    return done.stdout.decode("utf-8")


def steady(text: str) -> str:
    """Take out what differs each time: how long steps took, and the identifiers of executions that were just made."""
    lines = text.splitlines()
    if lines and "  ms " in lines[0]:
        start = lines[0].index("  ms ") + 2
        end = lines[1].index(" ", start)
        times = ["ms ", "---", *["0.1"] * len(lines)]
        lines = [f"{line[:start]}{time}{line[end:]}" for line, time in zip(lines, times)]
        made = dict.fromkeys(line[:8] for line in lines[2:])
        names = dict(zip(made, ("6f1d0c9a", "e8b7355a")))
        lines = [*lines[:2], *(names[line[:8]] + line[8:] for line in lines[2:])]
    return "".join(f"{line}\n" for line in lines)


def prepare(folder: Path) -> None:
    """Make the folder in which the documentation's commands are typed."""
    (folder / "bin").mkdir()
    for name, arguments in (("minos-saga-context", "-m minos_saga_context"), ("python", "")):
        script = folder / "bin" / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        script.chmod(0o755)
    stores.fill(folder / "sagas.lmdb")
    stores.damage(folder / "sagas-of-yesterday.lmdb")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("docs")
    prepare(made)
    return made


@pytest.mark.parametrize(
    ("page", "block"),
    [pytest.param(page, it, id=f"{page.stem}-{n}") for page in PAGES for n, it in enumerate(screens(page))],
)
def test_screens(page: Path, block: str, folder: Path) -> None:
    assert shown(block, folder) == block


def test_there_are_screens() -> None:
    assert sum(len(screens(page)) for page in PAGES) >= 8


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        prepare(Path(name))
        for one in PAGES:
            text = one.read_text("utf-8")
            for screen in screens(one):
                text = text.replace(screen, shown(screen, Path(name)))
            one.write_text(text, "utf-8")
