"""Installed, the package is plugged in while a service's tests run, unless they leave it out or use no minos."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_SERVICE = """
from minos.saga import SagaContext
from minos.saga.context import __loader__ as loader

LINE = SagaContext(line={"n": 1, "zip": "01"})["line"]

def test_module():
    assert LINE == {"n": 1, "zip": ZIP}

def test_minos_is_found_as_ever():
    import inspect
    import minos.saga
    assert type(minos.saga.__loader__) is type(minos.saga.__spec__.loader) is type(loader)
    assert inspect.getsource(minos.saga)
"""
_OTHER = """
import sys

def test_nothing_of_ours_is_here():
    assert not {"minos_saga_context", "minos.saga"} & sys.modules.keys()
"""


@pytest.mark.parametrize(
    ("source", "options", "passed"),
    [
        pytest.param(_SERVICE.replace("ZIP", "'01'"), [], 2, id="plugged in"),
        pytest.param(_SERVICE.replace("ZIP", "1"), ["-p", "no:minos_saga_context"], 2, id="left out"),
        pytest.param(_OTHER, ["-W", "error"], 1, id="no minos, no warning"),
    ],
)
def test_a_service_s_tests(source: str, options: list[str], passed: int, tmp_path: Path) -> None:
    # Installed as of now, whatever an earlier version of pyproject.toml had installed.
    installed = tmp_path / "site" / "minos_saga_context-0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Name: minos-saga-context\nVersion: 0\n")
    (entry,) = re.findall(r"\[project\.entry-points\.pytest11\]\n(.*)", (ROOT / "pyproject.toml").read_text("utf-8"))
    (installed / "entry_points.txt").write_text("[pytest11]\n" + entry.replace('"', ""))
    (tmp_path / "test_service.py").write_text(source)
    others = [f"-pno:{name}" for name in ("aiomisc", "asyncio", "hypothesispytest", "xdist", "cacheprovider")]
    command = [sys.executable, "-m", "pytest", "-q", *others, *options, "."]
    path = os.pathsep.join([str(installed.parent), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and f"{passed} passed" in done.stdout, done.stdout + done.stderr
