"""What is measured around the contexts: the import, and the machine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from .sides import ROOT, environment

_LINE = re.compile(r"import time:\s+\d+ \|\s+(\d+) \|\s+(\S+)")
#: What pyperf knows of a machine that is worth telling.
_FACTS = ("cpu_model_name", "cpu_count", "platform", "python_version", "python_implementation", "load_avg_1min")


def import_times(runs: int) -> tuple[float, float]:
    """Time the import of ``minos.saga``, and what importing the package adds to it.

    :param runs: How many interpreters to start.
    :return: The least milliseconds of both.
    """
    command = [sys.executable, "-X", "importtime", "-c", "import minos.saga, minos_saga_context"]
    # With bytecode, as installed packages have it, whatever the shell says.
    env = {name: value for name, value in environment().items() if name != "PYTHONDONTWRITEBYTECODE"}
    found: list[dict[str, float]] = []
    for _ in range(runs + 1):
        result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        lines = _LINE.findall(result.stderr)
        # The times of packages include what they import in their turn.
        found.append({name: int(total) / 1000 for total, name in lines})
    # The first run writes the bytecode.
    saga, package = (min(times[name] for times in found[1:]) for name in ("minos.saga", "minos_saga_context"))
    return saga, package


def machine() -> dict[str, str]:
    """Describe the machine, by pyperf, which knows where to look.

    :return: Facts by name.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "machine.json"
        command = [sys.executable, "-m", "pyperf", "collect_metadata", "-o", str(path)]
        subprocess.run(command, env=environment(), check=True, capture_output=True)
        facts = json.loads(path.read_text())["metadata"]
    return {name: str(facts[name]) for name in _FACTS if name in facts}


def commit() -> str:
    """Give the commit that is checked out, and whether the package differs from it."""
    command = ["git", "describe", "--always", "--abbrev=10"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    paths = ["minos_saga_context", "minos", "benchmarks"]
    dirty = subprocess.run(["git", "status", "--short", *paths], cwd=ROOT, capture_output=True, text=True, check=False)
    return f"{found or 'unknown'}{' with changes' if dirty.stdout.strip() else ''}"
