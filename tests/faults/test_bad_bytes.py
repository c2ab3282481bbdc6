"""Bytes that are no snapshot any more: each loads, or raises ``MinosProtocolException`` with a reason."""

from __future__ import annotations

import base64
import random
from time import process_time
from typing import Any

import pytest
from minos.common import DataTransferObject, MinosProtocolException, ModelType

from minos_saga_context import ContextSnapshot, SagaContext, SnapshotException
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.exact import assert_exact
from tests.support.faults.corpus import CONTEXTS, KINDS, NOTE, SNAPSHOTS, THOROUGH, Car, load

ROUNDS = 12_500 if THOROUGH else 2_000  # for each of the eight kinds: 100,000 in all


def damage(raw: bytes, chance: random.Random) -> bytes:
    """Flip, overwrite, cut, insert, swap or graft, some times."""
    data = bytearray(raw)
    for _ in range(chance.choice([1, 1, 1, 2, 4, 8])):
        if len(data) < 2:
            break
        at, what = chance.randrange(len(data)), chance.randrange(6)
        if what == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif what == 1:
            data[at] = chance.choice([0, 1, 2, 0x7F, 0x80, 0xFF])
        elif what == 2:
            del data[at : at + chance.choice([1, 2, 8, 64])]
        elif what == 3:
            data[at:at] = chance.randbytes(chance.choice([1, 2, 8, 20]))
        elif what == 4:
            other = chance.randrange(len(data))
            data[at], data[other] = data[other], data[at]
        else:
            graft = SNAPSHOTS[chance.choice(sorted(SNAPSHOTS))]
            begin = chance.randrange(len(graft))
            data[at:at] = graft[begin : begin + chance.choice([1, 8, 64])]
    return bytes(data)


@pytest.mark.parametrize("kind", KINDS)
def test_undamaged(kind: str) -> None:
    assert load(SNAPSHOTS[kind]) == CONTEXTS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_every_prefix_is_refused(kind: str) -> None:
    raw = SNAPSHOTS[kind]
    for size in range(len(raw)):
        # What is cut off right after the header is a valid file, but of no context.
        assert isinstance(load(raw[:size]), SnapshotException)


@pytest.mark.parametrize("kind", KINDS)
def test_every_single_byte(kind: str) -> None:
    raw = SNAPSHOTS[kind]
    for at in range(0, len(raw), 1 if THOROUGH else 7):
        for byte in (0, raw[at] ^ 1, raw[at] ^ 0x80, 0xFF):
            load(raw[:at] + bytes([byte]) + raw[at + 1 :])


@pytest.mark.parametrize("kind", KINDS)
def test_random_damage(kind: str) -> None:
    slowest = 0.0
    for seed in range(ROUNDS):
        raw = damage(SNAPSHOTS[kind], random.Random(f"{kind} {seed}"))
        began = process_time()
        try:
            load(raw)
        except Exception as exc:
            raise AssertionError(f"damage({kind!r}, seed {seed}): {exc!r}") from exc
        slowest = max(slowest, process_time() - began)
    assert slowest < 1


@pytest.mark.parametrize("kind", ["order", "unions", "classes"])
def test_damaged_data_below_an_intact_header(kind: str) -> None:
    # Where random damage seldom gets: the header is known, and the data is wrong.
    raw = SNAPSHOTS[kind]
    begin, chance = raw.find(raw[-16:]) + 16, random.Random(kind)
    for _ in range(ROUNDS):
        data = bytearray(raw)
        for _ in range(chance.choice([1, 1, 2, 4])):
            data[chance.randrange(begin + 2, len(raw) - 16)] = chance.randrange(256)
        load(bytes(data))


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0", b"Obj", b"Obj\x01", b"Obj\x02", b"x" * 1000, bytes(1000), b"\xff" * 1000, b"Obj\x01" + b"\xff" * 100],
)
def test_no_avro(raw: bytes) -> None:
    assert isinstance(load(raw), SnapshotException)


@pytest.mark.parametrize("raw", [None, 5, "text", [], {}, object(), bytearray(b"Obj\x01"), memoryview(b"Obj\x01")])
def test_no_bytes(raw: Any) -> None:
    assert isinstance(load(raw), SnapshotException)


def test_other_kinds_of_bytes() -> None:
    raw = SNAPSHOTS["order"]
    for kind in (bytearray(raw), memoryview(raw), memoryview(raw + raw)[: len(raw)], memoryview(raw[::-1])[::-1]):
        for _ in range(2):
            assert_exact(SagaContext.from_avro_bytes(kind), CONTEXTS["order"])
            clear_caches()


TEXT = CONTEXTS["order"].avro_str


@pytest.mark.parametrize(
    "text",
    ["", "=", "A", "AAAA", "!!!!", TEXT[:-1], TEXT[1:], f"{TEXT}A", f"{TEXT}====", TEXT[:50] + "ñ" + TEXT[51:],
     TEXT[:50] + "\n" + TEXT[51:], TEXT[:50] + "-_" + TEXT[52:], TEXT[:50] + "\0" + TEXT[51:], "\ud800", "é" * 100,
     b"\xff", None, 5, [], TEXT.replace("A", "B"), base64.b64encode(b"Obj").decode()],
)  # fmt: skip
def test_wrong_base64(text: Any) -> None:
    with pytest.raises(MinosProtocolException, match=r"\S"):
        SagaContext.from_avro_str(text)


def test_every_prefix_of_a_text() -> None:
    for size in range(len(TEXT)):
        with pytest.raises(SnapshotException):
            SagaContext.from_avro_str(TEXT[:size])


def test_valid_avro_that_is_no_context() -> None:
    for model in (Car(3, "me"), NOTE):
        with pytest.raises(SnapshotException, match="not of a saga context"):
            SagaContext.from_avro_bytes(model.avro_bytes)


@pytest.mark.parametrize("batch_mode", [False, True])
def test_batches(batch_mode: bool) -> None:
    many = SagaContext.to_avro_bytes(list(CONTEXTS.values()))
    for raw in (many, many[:-1], many[:-17], many + b"\0", many + many, b""):
        try:
            found = SagaContext.from_avro_bytes(raw, batch_mode=batch_mode)
        except MinosProtocolException as exc:
            assert str(exc)
            assert raw is not many or not batch_mode
        else:
            assert batch_mode and found == list(CONTEXTS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_schema_and_data_that_do_not_fit(kind: str) -> None:
    schema, data = CONTEXTS[kind].avro_schema, CONTEXTS[kind].avro_data
    assert SagaContext.from_avro(schema, data) == CONTEXTS[kind]
    others: list[Any] = [None, 5, "int", [], {}, [[]], [{}], {"type": "record"}, {"type": object()}, object()]
    for wrong in (*others, *(context.avro_schema for context in CONTEXTS.values())):
        for pair in ((wrong, data), (schema, wrong)):
            try:
                context = SagaContext.from_avro(*pair)
            except MinosProtocolException as exc:
                assert str(exc)
            else:
                assert isinstance(context, SagaContext)


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_context_within_another_model(kind: str) -> None:
    # There the errors of minos.common rule; what must not be is a crash, or a context with something else in it.
    wrap = ModelType.build("Wrap", {"context": SagaContext})
    raw = DataTransferObject.from_model_type(wrap, context=CONTEXTS[kind]).avro_bytes
    for seed in range(ROUNDS // 10):
        try:
            DataTransferObject.from_avro_bytes(damage(raw, random.Random(seed)))
        except Exception as exc:
            assert not isinstance(exc, (MemoryError, SystemError))


def test_what_cannot_be_decoded_is_not_told_whole() -> None:
    raw = SagaContext(card="4111 1111 1111 1111").avro_bytes
    for way in (SagaContext.from_avro_bytes, lambda raw: ContextSnapshot.from_json(b'{"avro": "' + raw)):
        with pytest.raises(SnapshotException, match="can't decode byte 0x") as info:
            way(raw.replace(b"1111 1111", b"1111\xff1111"))
        assert "4111" not in str(info.value) and len(str(info.value)) < 200
