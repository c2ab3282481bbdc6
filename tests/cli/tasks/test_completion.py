"""Completion in real shells: keys are typed into them, at a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

import pytest

from minos_saga_context.cli import main
from minos_saga_context.cli.tasks.completion import SHELLS

#: How each is started without its user's files, and what docs/operating.md says to write into these.
STARTS = {
    "bash": (["bash", "--norc", "-i"], 'eval "$(minos-saga-context completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit; compinit -u; eval "$(minos-saga-context completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "minos-saga-context completion fish | source"),
}


class Typist:
    """Types into a shell, and reads what it answers.

    :param command: The shell.
    :param folder: Where it is started.
    """

    def __init__(self, command: list[str], folder: Path):
        self._ours, theirs = pty.openpty()
        environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder), "TERM": "xterm"}
        self.process = subprocess.Popen(
            command,
            **{"stdin": theirs, "stdout": theirs, "stderr": theirs, "cwd": folder, "env": environment},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - it is the shell's terminal
        )
        os.close(theirs)
        self._seen = b""

    def type(self, text: str, until: str) -> str:
        os.write(self._ours, text.encode())
        end = time.monotonic() + 20
        while not (found := re.search(until.encode(), self._seen)) and time.monotonic() < end:
            if select.select([self._ours], [], [], 0.1)[0]:
                self._seen += os.read(self._ours, 4096)
        assert found, self._seen.decode(errors="replace")
        self._seen = self._seen[found.end() :]
        return found.group().decode()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.mark.parametrize("shell", SHELLS)
def test_completion(shell: str, tmp_path: Path, capsys: Any) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    assert main(["completion", shell]) == 0
    (tmp_path / "script").write_text(capsys.readouterr().out)
    (tmp_path / "sagas.mdb").touch()
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin" / "minos-saga-context"
    tool.write_text(f'#!/bin/sh\n[ "$1" = completion ] && exec cat {tmp_path}/script\necho "GOT: $*."\n')
    tool.chmod(0o755)
    command, setup = STARTS[shell]
    typist = Typist(command, tmp_path)
    try:
        typist.type(f"{setup}; echo REA''DY\n", "READY")
        typist.type("minos-saga-context exp\t", "export")
        typist.type("sagas\t", r"sagas\.mdb")
        typist.type("--form\t", "--format")
        typist.type("av\t", "avro")
        assert typist.type("\n", r"GOT: .*\.") == "GOT: export sagas.mdb --format avro."
    finally:
        typist.end()


def test_the_page_says_what_is_tested() -> None:
    page = (Path(__file__).parents[3] / "docs" / "operating.md").read_text("utf-8")
    for _, setup in STARTS.values():
        assert setup.rpartition("; ")[2] in page


def test_without_shtab(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 3
    assert "Completion needs shtab" in capsys.readouterr().err
