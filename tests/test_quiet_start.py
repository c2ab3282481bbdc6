"""The warning of setuptools 80, that aiomisc imports pkg_resources, is not for those who run the tool or a service."""

import os
import subprocess
import sys

import pytest

from tests.support.docs import ROOT, blocks

_FIRST = "import minos_saga_context, minos.saga, minos.networks, aiomisc.plugins"
_MINOS = "import minos.common, minos_saga_context"


def stderr(*arguments: str, **values: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONWARNINGS"}
    done = subprocess.run(
        [sys.executable, *arguments],
        check=True,
        cwd=ROOT,
        env={**environment, **values},
        capture_output=True,
        text=True,
    )
    return done.stderr


def test_imported_before_minos_nothing_is_said() -> None:
    assert stderr("-c", _FIRST) == ""
    assert stderr("-m", "minos_saga_context", "--version") == ""
    assert stderr("-c", "import sys; sys.path.insert(0, 'examples/service'); import orders.__main__") == ""


def test_a_service_that_imports_minos_first() -> None:
    if "pkg_resources is deprecated" not in stderr("-c", _MINOS):
        pytest.skip("this setuptools does not warn")
    page = ROOT / "docs" / "operating.md"
    (line,) = (block.text for block in blocks(page) if block.text.startswith("PYTHONWARNINGS="))
    name, _, value = line.partition("=")
    assert stderr("-c", _MINOS, **{name: value.split("'")[1]}) == ""


def test_the_warnings_of_others_are_as_they_were() -> None:
    code = "import warnings; before = list(warnings.filters)\nimport minos_saga_context\n"
    assert stderr("-c", f"{code}assert warnings.filters[-len(before):] == before") == ""
    assert "pkg_resources is deprecated" in stderr("-c", f"{code}warnings.warn('pkg_resources is deprecated')")
