"""The tool as a process: pipes, colours, missing packages, and a service that has the store open."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from minos_saga_context import SagaContext
from tests.support.process import ROOT
from tests.support.sagas import stores

TOOL = [sys.executable, "-W", "ignore", "-m", "minos_saga_context"]
_SERVICE = """
import lmdb, sys
with lmdb.open(sys.argv[1], max_dbs=100, map_size=10**9) as environment:
    table = environment.open_db(b"LocalState")
    with environment.begin(db=table, write=True) as transaction:
        print("ready", flush=True)
        sys.stdin.readline()
        transaction.put(b"ffffffff-0000-4000-8000-000000000000", transaction.get(sys.argv[2].encode()))
    print("written", flush=True)
    sys.stdin.readline()
"""


def environment(**values: str) -> dict[str, str]:
    found = {
        key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS", "LINES", "FORCE_COLOR")
    }
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**found, "PYTHONPATH": path, "TERM": "xterm-256color", **values}


def run(*arguments: str, **values: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TOOL, *arguments], check=False, capture_output=True, text=True, timeout=30, env=environment(**values)
    )


def on_a_terminal(*arguments: str, **values: str) -> str:
    ours, theirs = pty.openpty()
    with subprocess.Popen([*TOOL, *arguments], stdout=theirs, stderr=theirs, env=environment(**values)) as process:
        os.close(theirs)
        data = b""
        while True:
            try:
                data += (chunk := os.read(ours, 4096))
            except OSError:  # the other end is closed
                break
            if not chunk:
                break
    os.close(ours)
    assert process.returncode == 0, data
    return data.decode()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stores.fill(tmp_path_factory.mktemp("shop") / "sagas.lmdb")


def test_lines_in_a_pipe_are_whole_and_plain(store: Path) -> None:
    done = run("list", str(store), LC_ALL="C.UTF-8")
    assert done.returncode == 0 and done.stderr == "" and "\x1b" not in done.stdout
    assert done.stdout.splitlines()[3].endswith("3/4 charge_order   minos_saga_context.example")


def test_colours_on_a_terminal_unless_no_color(store: Path) -> None:
    assert "\x1b[33mpaused" in on_a_terminal("list", str(store), COLUMNS="200")
    plain = on_a_terminal("list", str(store), COLUMNS="200", NO_COLOR="1")
    assert "paused" in plain and "\x1b[3" not in plain


def test_a_terminal_that_knows_ascii_only(store: Path) -> None:
    done = run("show", str(store), "0b", PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and done.stdout.isascii() and "total: 23.0" in done.stdout


def test_a_reader_that_has_seen_enough(store: Path) -> None:
    command = [*TOOL, "show", str(store), "0b"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_service_that_is_writing(tmp_path: Path) -> None:
    store = stores.fill(tmp_path / "sagas.lmdb")
    command = [sys.executable, "-c", _SERVICE, str(store), str(stores.RESERVING)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdin is not None and service.stdout is not None
        assert service.stdout.readline() == "ready\n"
        assert len(json.loads(run("list", str(store), "--json").stdout)) == 3
        service.stdin.write("\n")
        service.stdin.flush()
        assert service.stdout.readline() == "written\n"
        assert len(json.loads(run("list", str(store), "--json").stdout)) == 4
        service.stdin.write("\n")
    assert service.returncode == 0


def test_lmdb_is_missing(store: Path) -> None:
    code = "import sys; sys.modules['lmdb'] = None\nfrom minos_saga_context.cli import main\nsys.exit(main())"
    command = [sys.executable, "-W", "ignore", "-c", code, "list", str(store)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30, env=environment())
    assert done.returncode == 3 and done.stdout == "" and "Traceback" not in done.stderr
    assert "Opening a store needs lmdb" in done.stderr and "pip install 'minos-saga-context[cli]'" in done.stderr


def test_a_reader_that_has_seen_enough_of_a_list(tmp_path: Path) -> None:
    """``| head``: what was not read is never looked at, and nothing is complained of."""
    store = stores.made(tmp_path / "store", *[SagaContext(n=n) for n in range(2000)])
    command = [*TOOL, "list", str(store), "--json", "--sort", "uuid"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"[\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_list_that_is_watched(store: Path) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 5, 80, 0, 0))
    command = [*TOOL, "list", str(store), "--watch"]
    # Where tests run in the background, they ignore the keyboard, and so would what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment(NO_COLOR="1"))
    signal.signal(signal.SIGINT, before)
    try:
        os.close(theirs)
        data = b""
        while data.count(b"\x1b[H") < 2 or b"Ctrl-C" not in data.rpartition(b"\x1b[H")[2]:
            data += os.read(ours, 4096)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    *_, last = data.decode().replace("\r", "").split("\x1b[H\x1b[J")
    uuid, first, counts, end = last.splitlines()
    assert uuid.startswith("uuid") and first.startswith(str(stores.CHARGING))
    assert counts == "3 executions: 2 paused, 1 errored" and end.endswith("until Ctrl-C")
    assert run("list", str(store), "--watch").returncode == 2
