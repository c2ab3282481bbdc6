"""Types the commands of docs/installing.md as they stand there: ``python -m tests.support.installing WHEEL PYTHON...``.

Each section with a comment such as ``<!-- check: 3.9 3.10 -->`` is typed in a folder of its own, where the wheel lies,
on each of those Pythons that is among the given ones. uv and poetry are those beside the Python that runs this.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from time import monotonic
from typing import NamedTuple

from tests.support.docs import ROOT, blocks

PAGE = ROOT / "docs" / "installing.md"
_CHECK = re.compile(r"<!-- check: ([\d. ]+) -->")


class Section(NamedTuple):
    """A part of the page that is typed."""

    title: str
    #: Such as ``3.9``.
    pythons: list[str]
    #: What a shell is given.
    script: str
    #: The lines that the page says are printed, in order.
    printed: list[str]


def sections() -> list[Section]:
    """Find what is to be typed.

    :return: The sections with a comment that says on which Pythons.
    """
    lines = PAGE.read_text("utf-8").splitlines()
    titles = [number for number, line in enumerate(lines) if line.startswith("## ")] + [len(lines)]
    found = []
    for start, end in zip(titles, titles[1:]):
        check = _CHECK.search("\n".join(lines[start:end]))
        if check is None:
            continue
        script, printed = ["set -eu"], []
        for block in blocks(PAGE):
            if start < block.line <= end and block.info == "console":
                for line in block.text.splitlines():
                    (script if line.startswith("$ ") else printed).append(line.removeprefix("$ "))
            elif start < block.line <= end:
                name = block.info.partition('title="')[2].rstrip('"')
                script.append(f"cat >> {name} <<'END'\n\n{block.text}\nEND")
        found.append(Section(lines[start][3:], check[1].split(), "\n".join(script) + "\n", printed))
    return found


def _environment(folder: Path, python: str) -> dict[str, str]:
    """Where the names python, uv and poetry are what they are to be, and nothing is left behind in the home folder."""
    commands = folder / "bin"
    commands.mkdir()
    for name in ("python", "python3", Path(python).name):
        (commands / name).symlink_to(python)
    for name in ("uv", "poetry"):
        (commands / name).symlink_to(Path(sys.executable).parent / name)
    kept = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    # The names in a folder of shims lead to whatever pyenv has chosen, or to nothing.
    path = [place for place in kept["PATH"].split(os.pathsep) if "shims" not in place]
    return {
        **kept,
        "PATH": os.pathsep.join([str(commands), *path]),
        "PYTHONWARNINGS": "ignore",
        "PIP_NO_COMPILE": "1",  # compiling is half of the time
        "UV_PYTHON_DOWNLOADS": "never",
        "POETRY_VIRTUALENVS_PATH": str(folder / "virtualenvs"),
        "POETRY_NO_INTERACTION": "1",
    }


def _find(python: str) -> tuple[str, str]:
    """Find the version of a Python, and where it is."""
    code = "import os, sys; print('%d.%d' % sys.version_info[:2], os.path.realpath(sys.executable))"
    version, path = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    return version, path


def check(section: Section, wheel: Path, python: str) -> str:
    """Type a section.

    :param section: The section.
    :param wheel: The wheel.
    :param python: The Python that is called ``python``.
    :return: What went wrong; nothing if all went as the page says.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        environment = _environment(folder, python)
        (work := folder / "work").mkdir()
        copy(wheel, work)
        done = subprocess.run(
            ["bash", "-c", section.script], cwd=work, env=environment, capture_output=True, text=True, check=False
        )
    lines = iter(done.stdout.splitlines())
    if done.returncode or not all(line in lines for line in section.printed):
        return f"{section.script}\n{done.stdout}\n{done.stderr}"
    return ""


def main(wheel: str, *pythons: str) -> int:
    """Type all sections.

    :param wheel: The path of the wheel.
    :param pythons: The Pythons that there are.
    :return: The number of those that went wrong.
    """
    by_version = dict(map(_find, pythons))
    cases = [(section, version) for section in sections() for version in section.pythons if version in by_version]

    def typed(case: tuple[Section, str]) -> bool:
        section, version = case
        start = monotonic()
        wrong = check(section, Path(wheel).resolve(), by_version[version])
        print(
            f"{'FAILED' if wrong else 'passed'}  {monotonic() - start:3.0f} s  {section.title} ({version})\n{wrong}",
            end="",
        )
        return not wrong

    with ThreadPoolExecutor(2) as pool:
        passed = sum(pool.map(typed, cases))
    print(f"{passed} passed, {len(cases) - passed} failed")
    return len(cases) - passed or not cases


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
