"""Stores whose file was cut off: told, not a dead process."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import lmdb
import pytest

from minos_saga_context import SagaContext
from minos_saga_context.cli import main
from minos_saga_context.cli.stores.damage import _promised
from tests.support.sagas.stores import made

_READ = "import sys; from minos_saga_context.cli import main; sys.exit(main(['show', sys.argv[1], '00', '--json']))"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = made(tmp_path_factory.mktemp("whole") / "store", *[SagaContext(n=n, t="x" * 20_000) for n in range(30)])
    return path / "data.mdb"


def cut(whole: Path, folder: Path, size: int) -> Path:
    folder.mkdir()
    (folder / "data.mdb").write_bytes(whole.read_bytes()[:size])
    return folder


@pytest.mark.parametrize("size", [0, 100, 4096, 5000, 8192, 20_480])
def test_a_store_that_was_cut_off(size: int, whole: Path, tmp_path: Path, capsys: Any) -> None:
    path = cut(whole, tmp_path / "store", size)
    assert main(["list", str(path)]) == 3
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"minos-saga-context: {path}: the store ") and err.count("\n") == 1
    if size > 4096:
        missing = whole.stat().st_size - size
        assert f"cut off: {missing} bytes at its end are missing. Copy it again" in err


def test_a_page_that_was_cut_off_is_not_read_as_zeros(whole: Path, tmp_path: Path, capsys: Any) -> None:
    path = cut(whole, tmp_path / "store", whole.stat().st_size - 1)
    assert main(["list", str(path)]) == 3
    assert "cut off: 1 bytes" in capsys.readouterr().err


def test_without_the_check_the_process_dies(whole: Path, tmp_path: Path) -> None:
    path = cut(whole, tmp_path / "store", 8192)
    code = f"import minos_saga_context.cli.stores.store as it; it.missing_bytes = lambda *args: 0\n{_READ}"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(path)], check=False, capture_output=True)
    assert done.returncode < 0


def test_pages_that_were_given_back_may_lack(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "store"
    with lmdb.open(str(path), max_dbs=1, map_size=10**7) as environment:
        table = environment.open_db(b"LocalState")
        with environment.begin(db=table, write=True) as transaction:
            transaction.put(b"0", b'{"context": "%s"}' % SagaContext(a=1).avro_str.encode())
        with environment.begin(db=table, write=True) as transaction:
            transaction.put(b"1", b"x" * 50_000)
            transaction.delete(b"1")
    data = path / "data.mdb"
    promised, _ = _promised(data)
    shutil.copy(data, tmp_path / "copy")
    with (tmp_path / "copy").open("r+b") as file:
        file.truncate(promised - 4096)
    assert main(["list", str(tmp_path / "copy")]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("0 ")


def test_keys_that_are_out_of_order(tmp_path: Path, capsys: Any) -> None:
    """Whoever went on behind the last key of all would begin again, for ever."""
    path = made(tmp_path / "store", *[SagaContext(n=n) for n in range(3)])
    data = (path / "data.mdb").read_bytes()
    (path / "data.mdb").write_bytes(data.replace(str(UUID(int=2)).encode(), b"!" * 36))
    assert main(["check", str(path), "--contexts"]) == 3
    assert "the store is damaged: its keys are out of order" in capsys.readouterr().err
