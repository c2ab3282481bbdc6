"""Reading sources costs no more than a snapshot may. What is read in them: tests/faults/test_hostile.py."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from contextlib import suppress
from typing import Any

import pytest

from minos_saga_context import SagaContext, SnapshotException, set_limits
from tests.support.faults.files import context, file, number, record


class Counting(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Finds modules of any name, each of the same source, and counts how often it is asked."""

    def __init__(self, source: str):
        self.source, self.looked, self.read = source, 0, 0

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if not name.startswith("hostile_c"):
            return None
        self.looked += 1
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def get_filename(self, fullname: str) -> str:
        return fullname

    def get_data(self, path: Any) -> bytes:
        self.read += 1
        return self.source.encode()


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    finder = Counting("".join(f"class G{number}: pass\n" for number in range(1000)))
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    return finder


def gone(paths: list[str]) -> bytes:
    """Give a snapshot that names Models of these paths."""
    fields = [
        {**record(path.rpartition(".")[2], ["int"]), "namespace": f"{path.rpartition('.')[0]}.s1"} for path in paths
    ]
    return file(context(*fields), (1, number(1) * len(fields)))


def test_a_source_is_read_once_for_a_snapshot(counting: Counting) -> None:
    SagaContext.from_avro_bytes(gone([f"hostile_c.G{place}" for place in range(300)]))
    assert counting.read == 1
    assert "hostile_c" not in sys.modules


def test_so_much_source_is_read_and_no_more(counting: Counting) -> None:
    paths = [f"hostile_c{place}.G1" for place in range(1000)]
    with pytest.raises(SnapshotException, match=r"import 'hostile_c\d+' before, or see set_limits"):
        SagaContext.from_avro_bytes(gone(paths))
    assert counting.read == set_limits().source // len(counting.source) + 1
    before = set_limits(source=len(counting.source) * 20)
    try:
        SagaContext.from_avro_bytes(gone(paths[:20]))
        with pytest.raises(SnapshotException, match="set_limits"):
            SagaContext.from_avro_bytes(gone(paths[:21]))
    finally:
        set_limits(**before._asdict())


def test_the_parts_of_a_path_are_few(counting: Counting) -> None:
    with suppress(SnapshotException):
        SagaContext.from_avro_bytes(gone(["hostile_c" + ".x" * 5_000 + ".G1"]))
    # Each part may be that of a module, below all before it.
    assert counting.looked <= 64 * 64
