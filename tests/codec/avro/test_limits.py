"""How deep a context may be nested does not depend on the stack. What else is bounded: tests/faults/test_costs.py."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minos_saga_context import SagaContext, SnapshotException
from minos_saga_context.codec.avro.limits import check_depth, with_room
from minos_saga_context.codec.file import load_as_fastavro
from tests.support.faults.files import file

#: How each kind of schema holds another, and what stands in the data before that.
KINDS = {
    "array": ('{"type":"array","items":%s}', b"\x02"),
    "map": ('{"type":"map","values":%s}', b"\x02\x02a"),
    "frozenset": ('{"type":"array","logicalType":"set","python":"frozenset","items":%s}', b"\x02"),
    "tuple": ('{"type":"array","python":"tuple","items":%s}', b"\x02"),
    "union": ('["null",%s]', b"\x02"),
    "record": ('{"type":"record","name":"R%d","namespace":"","fields":[{"name":"a","type":%s}]}', b""),
    "box": ('{"type":"record","name":"B%d","namespace":"","python":"box","fields":[{"name":"a","type":%s}]}', b""),
    "dict": (
        '{"type":"array","python":"dict","items":{"type":"record","name":"E%d","namespace":"","fields":'
        '[{"name":"key","type":"int"},{"name":"value","type":%s}]}}',
        b"\x02\x02",
    ),
}
CONTEXT = '{"type":"record","name":"SagaContext","namespace":"minos.saga.context.s1","fields":[{"name":"a","type":%s}]}'


def deep(kinds: str, times: int) -> bytes:
    """Give a file whose schema holds the kinds, one in the other, so many times."""
    schema, data, end = '"int"', b"", b""
    for place in range(times):
        for kind in kinds.split():
            text, before = KINDS[kind]
            schema = text % ((place, schema) if "%d" in text else schema)
            data, end = before + data, end + b"\0" * text.count('"array"') + b"\0" * text.count('"map"')
    return file((CONTEXT % schema).encode(), (1, data + b"\x02" + end))


HOSTILE = [
    "array",
    "map",
    "frozenset",
    "tuple",
    "union array",
    "record",
    "union record",
    "box record",
    "box array",
    "union",
]
#: As contexts are written that are nested 200 deep.
RIGHT = ["array", "map", "frozenset", "union box tuple", "union map", "union box dict", "dict"]


def go() -> None:
    for kinds in HOSTILE:
        for load in (SagaContext.from_avro_bytes, load_as_fastavro):
            with pytest.raises(SnapshotException, match="too deeply"):
                load(deep(kinds, 2_500))
    for kinds in RIGHT:
        # The json module of Python 3.12 ends at 1,500 brackets, whatever the stack.
        raw = deep(kinds, 180 if sys.version_info[:2] == (3, 12) else 200)
        again = SagaContext(SagaContext.from_avro_bytes(raw)).avro_bytes
        assert SagaContext.from_avro_bytes(again).avro_bytes == again, kinds
        assert load_as_fastavro(raw) and load_as_fastavro(again)
        assert SagaContext.from_avro(SagaContext.from_avro_bytes(again).avro_schema, load_as_fastavro(again)[0])


def test_a_small_stack_is_enough() -> None:
    # Where a stack ends the process dies.
    code = (
        "import threading\nfrom tests.codec.avro.test_limits import go\nimport minos.saga\nfailed = [1]\n"
        "def run(): go(); failed.clear()\n"
        "threading.stack_size(1 << 20); thread = threading.Thread(target=run); thread.start(); thread.join()\n"
        "raise SystemExit(len(failed))\n"
    )
    root = Path(__file__).parents[3]
    run = subprocess.run([sys.executable, "-c", code], check=False, cwd=root, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]


def test_what_has_no_room_is_called_again_where_there_is_more() -> None:
    def down(left: int, then: Callable[[], Any]) -> Any:
        return down(left - 1, then) if left else then()

    def fail() -> None:
        raise KeyError

    assert with_room(down, 10, threading.current_thread) is threading.current_thread()
    before, far = threading.stack_size(), sys.getrecursionlimit() - 300
    found = down(far, lambda: with_room(down, 500, threading.current_thread))
    assert found is not threading.current_thread()
    assert threading.stack_size() == before
    with pytest.raises(KeyError):
        down(far, lambda: with_room(down, 500, fail))
    with pytest.raises(RecursionError):
        with_room(down, 100_000, fail)


def test_only_what_is_deep_takes_a_thread() -> None:
    schema = "int"
    for _ in range(150):
        schema = {"type": "array", "items": ["null", schema]}  # type: ignore[assignment]
    assert not check_depth(schema)
    assert check_depth({"type": "map", "values": ["null", {"type": "map", "values": schema}] * 60}) is False
