"""What type checkers read: a service with typed contexts, and the pages that show it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.docs import ROOT, blocks

#: Both read pyproject.toml, which makes mypy strict, and has both take minos for a package without types.
CHECKERS = {
    "mypy": ["mypy", "--cache-dir={folder}/cache"],
    "pyright": ["basedpyright", f"--project={ROOT}", f"--pythonpath={sys.executable}"],
}
SERVICE = ROOT / "tests" / "support" / "typed_service.py"


def check(checker: str, folder: Path, *paths: Path) -> str:
    """Have a checker read files; give what it finds, nothing if they pass."""
    command = [part.format(folder=folder) for part in CHECKERS[checker]]
    result = subprocess.run(
        [sys.executable, "-m", *command, *map(str, paths)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.returncode == 0) == ("Success" in result.stdout or "0 errors, 0 warn" in result.stdout)
    return result.stdout + result.stderr if result.returncode else ""


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_service_and_the_pages_pass(checker: str, tmp_path: Path) -> None:
    pages = [tmp_path / "readme.py", tmp_path / "validation.py"]
    for page, source in zip(pages, (ROOT / "README.md", ROOT / "docs" / "validation.md")):
        page.write_text("\n".join(block.text for block in blocks(source) if block.info == "python"))
    assert not check(checker, tmp_path, SERVICE, *pages)


WRONG = """
context.order_id.upper()
context.order_id = "A"
context.status = "gone"
context.coupon.upper()
context.lines.append("A")
context.items = [1, "a"]
"""


@pytest.mark.parametrize("checker", CHECKERS)
def test_they_see_what_is_wrong(checker: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(
        "from tests.support.typed_service import GiftContext\n"
        "context = GiftContext(order_id=1)\ncontext.note.upper()\ncontext.items.append(1)\ncontext.other.upper()\n"
        + WRONG.lstrip()
    )
    found = check(checker, tmp_path, file)
    wrong = {number for number in range(20) if f"wrong.py:{number}:" in found}
    assert wrong == set(range(6, 6 + len(WRONG.split("\n")) - 2)), found
