"""Snapshots of every version stay readable for ever, and the same context has the same bytes wherever it is stored."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from minos_saga_context import SagaContext
from minos_saga_context.codec.types.table import CONTAINERS, SCALARS
from tests.golden.expected import STOCK
from tests.golden.make import HERE, contexts
from tests.support.exact import assert_exact
from tests.support.samples import SAMPLES

ROOT = HERE.parent.parent
EXPECTED = contexts()
OURS = sorted(path for path in HERE.glob("[0-9]*/*.avro"))
STOCKS = sorted(path for path in HERE.glob("stock-*/*.avro"))


@pytest.mark.parametrize("path", OURS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_reads_what_every_version_wrote(path: Path) -> None:
    assert_exact(SagaContext.from_avro_bytes(path.read_bytes()), EXPECTED[path.stem])


@pytest.mark.parametrize("path", STOCKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_reads_what_stock_wrote(path: Path) -> None:
    assert_exact(dict(SagaContext.from_avro_bytes(path.read_bytes()).items()), STOCK[path.stem])


@pytest.mark.parametrize("name", EXPECTED)
def test_writes_the_same_bytes_on_every_python(name: str) -> None:
    newest = max(path for path in OURS if path.stem == name)
    assert EXPECTED[name].avro_bytes == newest.read_bytes()


def test_every_row_has_a_golden_file() -> None:
    tags = {row.tag for row in (*SCALARS, *CONTAINERS)} - {"windows-path"}
    assert tags <= {path.stem for path in OURS}
    assert {path.stem for path in OURS} == set(EXPECTED)
    assert {path.stem for path in STOCKS} == set(STOCK)


def digests() -> dict[str, str]:
    """Give a digest of the bytes of each sample, and of all samples of a kind in one context."""
    found = {}
    for tag, values in SAMPLES.items():
        fields: dict[str, Any] = {f"v{place}": value for place, value in enumerate(values)}
        context = SagaContext(fields, all=values)
        found[tag] = hashlib.sha256(context.avro_bytes + repr(context.avro_schema).encode()).hexdigest()
    return found


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_same_bytes_in_every_process(seed: str) -> None:
    code = "from tests.values.test_golden import digests; print(digests())"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", code]
    result = subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True, cwd=HERE.parent.parent
    )
    assert result.stdout.strip() == str(digests())
