"""Avro's numbers of variable length: the bytes that fastavro writes, and an end to what is no such number."""

from io import BytesIO

import pytest
from fastavro import schemaless_writer
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import SnapshotException
from minos_saga_context.codec.avro.varint import read_long, write_long


def by_fastavro(number: int) -> bytes:
    stream = BytesIO()
    schemaless_writer(stream, "long", number)
    return stream.getvalue()


@given(st.integers(0, 2**63 - 1) | st.integers(0, 2**15))
def test_what_is_written_is_what_fastavro_writes(number: int) -> None:
    assert write_long(number) == by_fastavro(number)


@given(st.integers(-(2**63), 2**63 - 1) | st.integers(-(2**15), 2**15), st.binary(max_size=3), st.binary(max_size=3))
def test_read_at_its_place_up_to_its_end(number: int, before: bytes, after: bytes) -> None:
    raw = before + by_fastavro(number)
    assert read_long(raw + after, len(before)) == (number, len(raw))


@given(st.integers(-(2**63), 2**63 - 1))
def test_cut_off(number: int) -> None:
    raw = by_fastavro(number)
    for size in range(len(raw)):
        with pytest.raises(SnapshotException, match="cut off"):
            read_long(raw[:size], 0)


def test_longer_than_64_bits() -> None:
    with pytest.raises(SnapshotException, match="longer than 64 bits"):
        read_long(b"\xff" * 10 + b"\x01", 0)
