"""What type checkers read: README.md and every page as a reader would keep it, and a service with typed contexts."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import minos_saga_context
from tests.support.docs import ROOT, blocks, pages

#: As a reader has them, without configuration; basedpyright is told to be what pyright is.
CHECKERS = {
    "mypy": ["mypy", "--strict", "--config-file=", f"--cache-dir={ROOT / '.mypy_cache' / 'pages'}"],
    "pyright": ["basedpyright", f"--pythonpath={sys.executable}"],
}
SERVICE = (ROOT / "tests" / "support" / "typed_service.py").read_text("utf-8")
#: Each line below `# wrong` is.
WRONG = """
from minos.saga import Saga
from minos_saga_context import SagaContext
from typed_service import GiftContext

context = GiftContext(order_id=1)
context.note.upper()
context.items.append(1)
context.other.upper()
plain = SagaContext.from_avro_str(context.avro_str)
plain.items.append({**plain})
{row.total for row in SagaContext.from_avro_bytes(b"", batch_mode=True)}
plain.avro_schema[0]["fields"]
def is_valid(context: SagaContext) -> bool: return True
# wrong
context.order_id.upper()
context.order_id = "A"
context.status = "gone"
context.coupon.upper()
context.lines.append("A")
context.items = [1, "a"]
SagaContext.from_avro_str("", batch_mode=True).total
Saga().local_step(is_valid)
""".strip()


def as_kept(page: Path) -> str:
    """Give the Python of a page, each line where it stands there."""
    lines: list[str] = []
    for block in blocks(page):
        if block.info == "python":
            lines += [""] * (block.line - 1 - len(lines)) + block.text.split("\n")
    return "\n".join(lines) + "\n"


@cache
def findings(checker: str) -> str:
    """Have a checker read all, in a folder of its own, against the package that is installed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for page in pages():
            (folder / f"{page.stem.lower()}.py").write_text(as_kept(page), "utf-8")
        (folder / "typed_service.py").write_text(SERVICE, "utf-8")
        (folder / "wrong.py").write_text(WRONG, "utf-8")
        (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "standard"}')
        command = [sys.executable, "-m", *CHECKERS[checker], "."]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 1 and re.search(r"\d+ errors", result.stdout), result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_service_and_the_pages_pass(checker: str) -> None:
    elsewhere = [line for line in findings(checker).splitlines() if re.search(r"(?<!wrong)\.py:\d+", line)]
    assert not elsewhere, "\n".join(elsewhere)


@pytest.mark.parametrize("checker", CHECKERS)
def test_they_see_what_is_wrong(checker: str) -> None:
    lines = WRONG.split("\n")
    wrong = set(range(lines.index("# wrong") + 2, len(lines) + 1))
    seen = {int(line) for line in re.findall(r"wrong\.py:(\d+)", findings(checker))}
    if checker == "mypy":
        # It reads minos's own modules beside the wheel's stubs; not beside those of a checkout, where they are Any.
        wrong.discard(len(lines))
        seen.discard(len(lines))
    assert seen == wrong, findings(checker)


@pytest.mark.parametrize("name", ["minos.saga", "minos.saga.definitions", "minos.saga.definitions.steps"])
def test_the_stubs_name_what_minos_exports(name: str) -> None:
    module = importlib.import_module(name)
    folder = Path(minos_saga_context.__file__).parents[1].joinpath("minos-stubs", *name.split(".")[1:])
    stub = ast.parse((folder / "__init__.pyi").read_text("utf-8"))
    named = {alias.name for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    exported = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    assert named == {alias.name for node in exported.body if isinstance(node, ast.ImportFrom) for alias in node.names}
