"""A process of the shop, seen from outside."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

ROOT = Path(__file__).parents[1]


class ShopProcess:
    """Shop Process class: it runs ``examples.worker``, and dies with the ``with`` block at the latest.

    :param folder: Where the shop keeps its sagas, books and log.
    :param args: The arguments of the worker.
    """

    def __init__(self, folder: Path, *args: str):
        folder.mkdir(parents=True, exist_ok=True)
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        # The machine stands an hour off UTC, so that it can be seen when a datetime loses its zone.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TZ": "CET-1"}
        command = [sys.executable, "-m", "examples.worker", *args]
        self._log = folder / "shop.log"
        with self._log.open("a") as log:
            self._process = Popen(command, cwd=folder, env=environment, stdin=PIPE, stdout=PIPE, stderr=log, text=True)

    def __enter__(self) -> ShopProcess:
        return self

    def __exit__(self, *args: Any) -> None:
        self.kill()

    def wait(self, event: str) -> dict[str, Any]:
        """Wait for what the process says next.

        :param event: What it must say.
        :return: The values that it says with it.
        """
        line = self._process.stdout.readline() if self._process.stdout else ""
        said: dict[str, Any] = json.loads(line) if line else {"event": None}
        if said.pop("event") != event:
            raise RuntimeError(f"The shop said {line!r} instead of {event!r}. Its log:\n{self._log.read_text()}")
        return said

    def tell(self, line: str) -> None:
        """Tell the process something.

        :param line: The line that it reads.
        :return: This method does not return anything.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def kill(self) -> int:
        """Kill the process with SIGKILL if it still runs.

        :return: Its exit status.
        """
        self._process.kill()
        return self.end()

    def end(self) -> int:
        """Wait for the end of the process.

        :return: Its exit status.
        """
        with self._process:
            return self._process.wait()
