"""What a snapshot may cost: no bytes make loading slow or large out of proportion."""

# ruff: noqa: E501 - tables are easier to compare in long lines

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import process_time

import pytest

from minos_saga_context import SagaContext, SnapshotException, set_limits
from minos_saga_context.codec.avro.limits import Limits
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.faults.files import ONE, array, context, deflated, file, items, number, record, text

MEGA = 1 << 20
DIGITS = {"type": "string", "python": "int"}
#: The hash of an int is what is left of it by this prime.
COLLIDING = [b"%d" % (place * (2**61 - 1)) for place in range(20_000)]
HOLLOW = record("X", ["boolean", *["null"] * 15])
HEAD = b'{"type":"record","name":"SagaContext","namespace":"minos.saga.context.s1","fields":[{"name":"a","type":'
RECORDS = b"".join(b'{"type":"record","name":"R%d","fields":[{"name":"a","type":' % i for i in range(250))


def texts(*values: bytes) -> bytes:
    """Give an array of strings."""
    return number(len(values)) + b"".join(map(text, values)) + b"\0"


BOMBS: dict[str, Callable[[], bytes]] = {
    # A count alone, and no bytes behind it.
    "nulls": lambda: file(context(array("null")), (1, items(1 << 40, b""))),
    "nulls, a negative count": lambda: file(context(array("null")), (1, b"\xff" * 9 + b"\x01\0\0")),
    "nulls in many blocks": lambda: file(context(array("null")), *[(1, items(99_000, b""))] * 200),
    "empty records": lambda: file(context(array(record("X", []))), (1, items(1 << 40, b""))),
    "records of nulls": lambda: file(context(array(record("X", ["null"] * 50))), (1, items(1 << 40, b""))),
    "fixed of no size": lambda: file(context(array({"type": "fixed", "name": "F", "size": 0})), (1, items(1 << 40, b""))),
    "entries of nulls": lambda: file(
        context(array({**record("e", []), "fields": [{"name": n, "type": "null"} for n in ("key", "value")]}, python="dict")),
        (1, items(1 << 40, b"")),
    ),
    "empty contexts": lambda: file(context(), (1 << 40, b"")),
    "empty contexts in many blocks": lambda: file(context(), *[(100_000, b"")] * 1000),
    "contexts of nulls": lambda: file(context(*["null"] * 3000), (3000, b"")),
    "hollow records": lambda: file(context(array(HOLLOW)), (1, items(100_000))),
    # A count with too few bytes behind it.
    "ints": lambda: file(context(array("int")), (1, items(1 << 60, b"") + bytes(1000))),
    "map": lambda: file(context({"type": "map", "values": "null"}), (1, number(1 << 40) + bytes(500))),
    "bytes": lambda: file(context("bytes"), (1, number(1 << 40) + b"abc")),
    "string": lambda: file(context("string"), (1, number(1 << 33) + b"abc")),
    "fixed": lambda: file(context({"type": "fixed", "name": "F", "size": 1 << 40}), (1, b"abc")),
    "contexts": lambda: file(context("int"), (1 << 60, bytes(4))),
    # A number of which the digits are not there.
    "fraction": lambda: file(context({"type": "string", "python": "fraction"}), (1, text(b"1e1000000000"))),
    # Deflated zeros.
    "deflated bytes": lambda: deflated(context("bytes"), (1, number(64 * MEGA) + bytes(64 * MEGA))),
    "deflated booleans": lambda: deflated(context(array("boolean")), (1, items(4 * MEGA))),
    "deflated empty arrays": lambda: deflated(context(array(array("int"))), (1, items(4 * MEGA))),
    "deflated records": lambda: deflated(context(array(ONE)), (1, items(MEGA))),
    "deflated in many blocks": lambda: deflated(context("bytes"), *[(1, number(MEGA) + bytes(MEGA))] * 50),
    # A schema too deep to be looked at.
    "nested lists": lambda: file(b"[" * 10_000 + b"]" * 10_000),
    "a million brackets": lambda: file(b"[" * MEGA),
    "a million escaped quotes": lambda: file(b'"' + b'\\"' * MEGA + b"[" * 10_000),
    "nested types": lambda: file(b'{"type":' * 10_000 + b'"null"' + b"}" * 10_000),
    "nested arrays": lambda: file(HEAD + b'{"type":"array","items":' * 10_000 + b'"null"' + b"}" * 10_000 + b"}]}", (1, b"\0")),
    # Deep, but not too deep: that it is wrong is only seen at its end.
    "250 records": lambda: file(HEAD + RECORDS + b'"null"' + b"}]}" * 250 + b"}]}", (1, bytes(5))),
    "nested unions": lambda: file(HEAD + b"[" * 500 + b'"null"' + b"]" * 500 + b"}]}", (1, bytes(5))),
    # Digits beyond what is converted.
    "digits": lambda: file(context({"type": "string", "python": "int"}), (1, text(b"9" * 500_000))),
    # Keys of one hash, each of which is compared with all before it.
    "ints of one hash": lambda: file(context(array(DIGITS, logicalType="set")), (1, texts(*COLLIDING))),
    "tuples of one hash": lambda: file(
        context(array(array(DIGITS, python="tuple"), logicalType="set")), (1, number(len(COLLIDING)) + b"".join(map(texts, COLLIDING)) + b"\0")
    ),
    "uuids of one hash": lambda: file(
        context(array({"type": "string", "logicalType": "uuid"}, logicalType="set", python="frozenset")), (1, texts(*(b"%032x" % int(one) for one in COLLIDING)))
    ),
    "keys of one hash": lambda: file(
        context(array({**record("e", []), "fields": [{"name": "key", "type": DIGITS}, {"name": "value", "type": "null"}]}, python="dict")), (1, texts(*COLLIDING))
    ),
}  # fmt: skip
#: Not wrong, and large in memory for what they are on disk; but not out of proportion.
FAT: dict[str, Callable[[], bytes]] = {
    "records of a byte": lambda: file(context(array(ONE)), (1, items(10_000))),
    "records of a byte, deflated": lambda: deflated(context(array(ONE)), (1, items(10_000))),
    "empty arrays": lambda: file(context(array(array("int"))), (1, items(100_000))),
    "nulls": lambda: file(context(array("null")), (1, items(99_000, b""))),
    "contexts": lambda: file(context("boolean"), (10_000, bytes(10_000))),
    "fields": lambda: file(context(*[["null", "int", array("string")]] * 2_000), (1, bytes(2_000))),
    "large decimals": lambda: file(
        context(array({"type": "string", "python": "decimal"}, logicalType="set")),
        (1, number(2) + text(b"1E+999999999") + text(b"2E+999999999") + b"\0"),
    ),
}


@pytest.fixture(autouse=True)
def _limits() -> Iterator[None]:
    before = set_limits()
    yield
    set_limits(**before._asdict())


def all_of(raw: bytes) -> object:
    return SagaContext.from_avro_bytes(raw, batch_mode=True)


def measured(raw: bytes, load: Callable[[bytes], object] = all_of) -> tuple[object, float, int]:
    """Load; give what comes of it, the seconds and the bytes of memory at the peak."""
    clear_caches()
    began, found = process_time(), None
    try:
        found = load(raw)
    except SnapshotException as exc:
        found = exc
    seconds = process_time() - began
    tracemalloc.start()
    with suppress(SnapshotException):
        load(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found, seconds, peak


@pytest.mark.parametrize("kind", BOMBS)
def test_bombs_are_refused_in_time(kind: str) -> None:
    raw = BOMBS[kind]()
    found, seconds, peak = measured(raw)
    assert isinstance(found, SnapshotException), found
    assert str(found)
    assert seconds < 1
    assert peak < 20 * MEGA + 16 * len(raw)


@pytest.mark.parametrize("kind", FAT)
def test_what_is_fat_but_right_loads_in_time(kind: str) -> None:
    found, seconds, peak = measured(FAT[kind]())
    assert isinstance(found, list), found
    assert seconds < 2
    assert peak < 40 * MEGA


def test_all_bombs_fit_into_little_memory() -> None:
    # RLIMIT_AS holds for what C asks for too, which tracemalloc does not see.
    code = (
        "import resource; from tests.faults.test_costs import *; import minos.saga\n"
        "made = [make() for make in BOMBS.values()]\n"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 96 * MEGA,) * 2)\n"
        "for raw in made:\n"
        "    try: SagaContext.from_avro_bytes(raw)\n"
        "    except SnapshotException as exc: assert 'MemoryError' not in str(exc), exc\n"
    )
    if not Path("/proc/self/statm").exists():
        pytest.skip("needs Linux")
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], check=False, cwd=root, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]


@pytest.mark.parametrize(
    ("limit", "raw"),
    [
        ({"empty_values": 300_000}, file(context(array("null")), (1, items(200_000, b"")))),
        ({"inflated": MEGA}, deflated(context("bytes"), (1, text(bytes(MEGA - 10))))),
        ({"inflation": 2_000}, deflated(context("bytes"), (1, text(bytes(MEGA))))),
        ({"depth": 2_000}, file(HEAD + b'{"type":"array","items":' * 3_100 + b'"null"' + b"}" * 3_100 + b"}]}")),
    ],
)  # fmt: skip
def test_limits_can_be_raised_and_lowered(limit: dict[str, int], raw: bytes) -> None:
    with pytest.raises(SnapshotException):
        SagaContext.from_avro_bytes(raw)
    before = set_limits(**limit)
    assert before == Limits()
    try:
        assert all(len(found) == 1 for found in SagaContext.from_avro_bytes(raw, batch_mode=True))
    except SnapshotException as exc:
        # How deep the stack of C reaches is Python's own limit, whatever a user raises.
        assert "depth" in limit, exc
    set_limits(**before._asdict())
    with pytest.raises(SnapshotException):
        SagaContext.from_avro_bytes(raw)


def test_wrong_limits() -> None:
    for wrong in ({"depth": 0}, {"depth": -1}, {"inflated": "1"}, {"inflation": True}, {"empty_values": 1.5}):
        with pytest.raises(ValueError, match="positive"):
            set_limits(**wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="size"):
        set_limits(size=1)


@pytest.mark.parametrize("depth", [50, 150, 200])
@pytest.mark.parametrize("frames", [0, 600])
def test_deep_values_come_back_wherever_the_stack_stands(depth: int, frames: int) -> None:
    kinds: list[Callable[[object], object]] = [
        lambda v: [v], lambda v: {"a": v}, lambda v: {1: v}, lambda v: (v, "x", [1]), lambda v: [v, {"k": 1}, (1,)],
    ]  # fmt: skip

    def down(left: int, function: Callable[[], None]) -> None:
        return down(left - 1, function) if left else function()

    for nest in kinds:
        value: object = 1
        for _ in range(depth):
            value = nest(value)
        put = SagaContext(a=value)

        def round_trip(put: SagaContext = put) -> None:
            clear_caches()
            assert SagaContext.from_avro_bytes(put.avro_bytes).avro_bytes == put.avro_bytes

        down(frames, round_trip)
        # Twice: the first one may be the first of the whole process, which raises the limit.
        raised = sys.getrecursionlimit()
        down(frames, round_trip)
        assert sys.getrecursionlimit() == raised, "the limit of recursion is raised once, and no more"
