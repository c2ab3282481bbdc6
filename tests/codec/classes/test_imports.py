"""Importing the modules that a snapshot names. What is imported at all: tests/faults/test_hostile.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from minos_saga_context import SagaContext, SnapshotException
from tests.support.faults.files import context, file, text
from tests.support.process import ROOT


@pytest.mark.parametrize(
    "line",
    [
        "raise SystemExit(3)",
        "import sys; sys.exit()",
        "raise GeneratorExit",
        "class E(BaseException): pass\nraise E",
        "1 / 0",
    ],
)
def test_a_module_that_fails_or_exits_when_it_is_imported(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"exits_{sum(map(ord, line))}"
    (tmp_path / f"{name}.py").write_text(f"import enum\nclass Color(enum.Enum):\n    RED = 1\n{line}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    raw = file(context({"type": "string", "python": "enum", "class": f"{name}.Color"}), (1, text(b"RED")))
    with pytest.raises(SnapshotException, match=f"'{name}' cannot be imported"):
        SagaContext.from_avro_bytes(raw)


SCRIPT = """
import sys
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple
from minos.common import DeclarativeModel
from minos_saga_context import SagaContext, UnsupportedValueException

class Color(Enum):
    RED = 1
@dataclass
class Line:
    sku: str
class Pair(NamedTuple):
    one: int
class Item(DeclarativeModel):
    name: str

if __name__ == "__main__":
    said = []
    for value in (Color.RED, Line("a"), Pair(1), Item("a")):
        try:
            context = SagaContext(value=[value])
            twin = SagaContext.from_avro_str(context.avro_str)
            assert type(twin["value"][0]) is type(value) and twin == context
            said.append(context.avro_str)
        except UnsupportedValueException as exc:
            assert exc.path == "value[0]" and "top level of a module" in exc.remedy
            said.append(str(exc))
    import json
    print(json.dumps(said))
"""


def started(tmp_path: Path, *command: str) -> Any:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *command], check=False, capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_classes_of_the_main_module(tmp_path: Path) -> None:
    package = tmp_path / "mainly"
    package.mkdir()
    for name in ("__init__", "__main__", "service"):
        (package / f"{name}.py").write_text("" if name == "__init__" else SCRIPT)
    for command in ((str(package / "service.py"),), ("-m", "mainly")):
        assert all("defined in the script that was started" in said for said in started(tmp_path, *command))
    # Started by its name, the module is found by that name elsewhere.
    code = (
        "import json, sys\n"
        "from minos_saga_context import SagaContext\n"
        "found = [SagaContext.from_avro_str(one)['value'][0] for one in sys.argv[1:]]\n"
        "print(json.dumps([f'{type(one).__module__}.{type(one).__name__}' for one in found]))\n"
    )
    found = started(tmp_path, "-c", code, *started(tmp_path, "-m", "mainly.service"))
    assert found == [f"mainly.service.{name}" for name in ("Color", "Line", "Pair", "Item")]
