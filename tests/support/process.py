"""Other processes of Python, for what can only be seen in a new one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def run(code: str, *args: str) -> Any:
    """Run code in a process of its own, which may import what the tests may.

    :param code: The code.
    :param args: Arguments of the process.
    :return: What it printed, read as JSON.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    command = [sys.executable, "-W", "ignore", "-c", code, *args]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
