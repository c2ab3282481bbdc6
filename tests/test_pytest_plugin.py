"""Installed, the package is plugged in while a service's tests run."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_a_service_s_tests_get_our_context(tmp_path: Path) -> None:
    name, module = re.findall(
        r"\[project\.entry-points\.pytest11\]\n(\w+) = \"(\w+)\"", (ROOT / "pyproject.toml").read_text("utf-8")
    )[0]
    assert name == module == "minos_saga_context"
    (tmp_path / "test_service.py").write_text(
        "from minos.saga import SagaContext\n\n"
        "def test_step():\n    assert SagaContext(line={'n': 1, 'zip': '01'})['line']['zip'] == '01'\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", module, "-p", "no:aiomisc", "-p", "no:cacheprovider", "."]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr
