"""Every Python block of README.md and docs/ runs, and prints what the page says; docs/values.md knows every row."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import minos_saga_context
from minos_saga_context.codec.types.registry import RESERVED_TAGS
from minos_saga_context.codec.types.table import CONTAINERS, SCALARS
from tests.support import installing
from tests.support.docs import ROOT, blocks, pages, run

VALUES = ROOT / "docs" / "values.md"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_page_runs(page: Path) -> None:
    # A process for each: pages register types, and plug the package in and out.
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "tests.support.docs", str(page)]
    result = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout.split()[-1]) == sum(block.info == "python" for block in blocks(page))


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_no_python_is_left_out(page: Path) -> None:
    infos = {block.info for block in blocks(page)}
    assert not {info for info in infos if info.lower().startswith("py") and info != "python"}
    assert "" not in infos, "say what the block is: text, if it is nothing else"


def test_runner_compares_what_is_printed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = "```python\nimport asyncio\nawait asyncio.sleep(0)\nclass A: pass\n```\n\n- in a list\n\n"
    text += "  ```python\n  print(A.__module__)\n  ```\n  ```text\n  docs_page\n  ```\n"
    page.write_text(text)
    assert run(page) == 2
    page.write_text(text.replace("  docs_page\n", "  other\n"))
    with pytest.raises(AssertionError, match=r"page.md:13"):
        run(page)
    page.write_text("```python\n1")
    with pytest.raises(ValueError, match="no end"):
        run(page)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_code_fits_the_column_of_the_site(page: Path) -> None:
    # Of a window of 1280 pixels (docs/assets/site.css); what is longer is broken, which output can bear.
    code = [block for block in blocks(page) if block.info in ("python", "sql", "toml", "yaml")]
    assert not [line for block in code for line in block.text.split("\n") if len(line) > 92]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_page_is_for_those_who_have_the_package_alone(page: Path) -> None:
    code = "\n".join(block.text for block in blocks(page) if block.info == "python")
    assert not re.search(r"^\s*(from|import) (examples|tests)\b", code, re.MULTILINE)
    text = page.read_text("utf-8")
    assert not re.search(r"(?<!un)(install|add) '?minos-saga-context", text), "it is on no index yet"
    wheels = re.findall(r"minos_saga_context-([\w.]+)-py3-none-any\.whl", text)
    assert set(wheels) <= {minos_saga_context.__version__}


def test_make_test_install_types_every_command() -> None:
    shown = [block.text for block in blocks(installing.PAGE) if block.info == "console"]
    typed = "".join(section.script for section in installing.sections())
    commands = [line[2:] for text in shown for line in text.splitlines() if line.startswith("$ ")]
    assert commands and all(f"{command}\n" in typed for command in commands)
    assert {python for section in installing.sections() for python in section.pythons} == {
        *("3.9", "3.10", "3.11", "3.12", "3.13")
    }


def test_the_api_has_every_public_name() -> None:
    text = (ROOT / "docs" / "api.md").read_text("utf-8")
    assert set(re.findall(r"^::: minos_saga_context\.(\w+)$", text, re.MULTILINE)) == set(minos_saga_context.__all__)


def rows() -> dict[str, str]:
    """Give the lines of the table in docs/values.md by the tag in their second column."""
    found = {}
    for line in VALUES.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 4 and (tag := re.fullmatch("`([a-z0-9-]+)`", cells[1])):
            assert tag[1] not in found
            found[tag[1]] = line
    return found


def test_values_has_a_line_for_each_row() -> None:
    tags = {row.tag for row in (*SCALARS, *CONTAINERS)} | (RESERVED_TAGS - {"box"}) | {"context"}
    assert set(rows()) == tags


def test_values_names_every_form() -> None:
    lines = rows()
    for row in SCALARS:
        for form in row.encodings:
            assert f'"{form.avro}"' in lines[row.tag], (row.tag, form.avro)
            assert form.logical is None or f'"{form.logical}"' in lines[row.tag], (row.tag, form.logical)
            assert form.attribute is None or f'"{form.attribute}"' in lines[row.tag]
    for container in CONTAINERS:
        assert f'"{container.avro}"' in lines[container.tag]
        assert container.attribute is None or f'"{container.attribute}"' in lines[container.tag]
        assert not container.tagged or f'"python": "{container.tag}"' in lines[container.tag]


def test_avro_explains_every_attribute_and_logical_type() -> None:
    text = (ROOT / "docs" / "avro.md").read_text(encoding="utf-8")
    forms = [form for row in SCALARS for form in row.encodings]
    attributes = {form.attribute for form in forms} | {row.attribute for row in CONTAINERS} - {None}
    for attribute in (attributes - {None}) | {"python", "class", "key", "wraps"}:
        assert f"| `{attribute}` |" in text
    logical = {form.logical for form in forms} | {row.logical for row in CONTAINERS}
    for name in logical - {None}:
        assert f"`{name}`" in text
    # What is written as a text that is not just str() of the value is explained.
    for row in SCALARS:
        if row.tag != "str" and any(form.tagged and form.avro == "string" for form in row.encodings):
            assert f"`{row.tag}`" in text or row.tag.endswith(("-path", "-address", "-network", "-interface")), row.tag
