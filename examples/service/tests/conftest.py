"""The service in this process, on each of the stores."""

import os
import re
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from orders.__main__ import CONFIG, launched


@pytest.fixture(params=["lmdb", "postgres"])
def run(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Awaitable[Any]], Any]]:
    """Launch the service with its config.yml. ``TEST_DSN`` in the environment names a PostgreSQL to be used."""
    monkeypatch.chdir(tmp_path)  # where config.yml says that the file is
    text = CONFIG.read_text("utf-8")
    if request.param == "postgres":
        if not (dsn := os.environ.get("TEST_DSN")):
            pytest.skip("TEST_DSN names no PostgreSQL")
        text = re.sub(r"^  # (?=saga:|  )", "  ", text, flags=re.MULTILINE)
        text = re.sub(r"dsn: .*", f"dsn: {dsn}", text)
    (tmp_path / "config.yml").write_text(text, "utf-8")
    with launched(tmp_path / "config.yml") as found:
        yield found
