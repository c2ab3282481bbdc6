"""Runs the Python of a page of documentation, top to bottom in one namespace: ``python -m tests.support.docs PAGE``.

What a ``python`` block prints is what the ``text`` block says that follows on the next line, if there is one. Top-level
``await`` works.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import io
import sys
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_FENCE = "```"


class Block(NamedTuple):
    """A fenced block of a page."""

    #: The line of its first line of text, from 1.
    line: int
    #: What stands behind the fence.
    info: str
    text: str


def pages() -> list[Path]:
    """Find all pages.

    :return: README.md and the pages in docs/.
    """
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]


def blocks(page: Path) -> list[Block]:
    """Find the fenced blocks of a page.

    :param page: Its path.
    :return: The blocks, in order.
    :raises ValueError: If a block has no end.
    """
    found: list[Block] = []
    start, indent = 0, ""
    for number, line in enumerate(lines := page.read_text(encoding="utf-8").split("\n"), 1):
        text = line.strip()
        if start and text == _FENCE:
            inside = [one[len(indent) :] for one in lines[start : number - 1]]
            found.append(Block(start + 1, lines[start - 1].strip()[len(_FENCE) :], "\n".join(inside)))
            start = 0
        elif not start and text.startswith(_FENCE):
            start, indent = number, line[: len(line) - len(line.lstrip())]
    if start:
        raise ValueError(f"{page.name}:{start}: the block has no end")
    return found


def run(page: Path) -> int:
    """Run a page.

    :param page: Its path.
    :return: The number of blocks that ran.
    :raises AssertionError: If a block prints something else than the page says.
    """
    # A module, so that classes of the page are found again by their path.
    module = ModuleType(f"docs_{page.stem.lower().replace('-', '_')}")
    sys.modules[module.__name__] = module
    found, ran = blocks(page), 0
    with asyncio.Runner() if sys.version_info >= (3, 11) else _OldRunner() as runner:
        for place, block in enumerate(found):
            if block.info != "python":
                continue
            printed = io.StringIO()
            source = "\n" * (block.line - 1) + block.text
            code = compile(source, str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            with redirect_stdout(printed):
                result = eval(code, vars(module))
                if inspect.iscoroutine(result):
                    runner.run(result)
            ran += 1
            for after in found[place + 1 : place + 2]:
                if after.info == "text" and after.line == block.line + block.text.count("\n") + 3:
                    said, expected = printed.getvalue().rstrip(), after.text.rstrip()
                    assert said == expected, f"{page.name}:{after.line}: it says\n{expected}\nbut printed was\n{said}"
    return ran


class _OldRunner:
    """What asyncio.Runner does, for Python 3.9 and 3.10."""

    def __enter__(self) -> asyncio.AbstractEventLoop:
        self._loop = asyncio.new_event_loop()
        self._loop.run = self._loop.run_until_complete  # type: ignore[attr-defined]
        return self._loop

    def __exit__(self, *args: object) -> None:
        self._loop.close()


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
