"""Importing the modules that a snapshot names. What is imported at all: tests/faults/test_hostile.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from minos_saga_context import SagaContext, SnapshotException
from tests.support.faults.files import context, file, text


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
