"""Dicts that are alike are read as records: always to what they are, whatever came before, whatever comes instead."""

from __future__ import annotations

import gc
import io
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import SagaContext
from minos_saga_context.codec import file
from minos_saga_context.codec.converters.uniform import UniformReader, uniform_reader
from minos_saga_context.codec.file.plan import Plan
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.exact import assert_exact, picture

LINE = {"sku": "ITEM1", "qty": 2, "price": 25.0}


def lines(count: int) -> list[dict[str, Any]]:
    return [{"sku": f"SKU-{number}", "qty": number, "price": number / 4} for number in range(count)]


def plan_of(fields: dict[str, Any]) -> tuple[Plan, bytes]:
    """Give a plan that has never read anything, and data of it."""
    clear_caches()
    return file.encode([SagaContext(fields)])


def block_of(plan: Plan, fields: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, plan.physical, plan.converter.encode(SagaContext(fields)))  # type: ignore[misc]
    return out.getvalue()


def read_often(plan: Plan, block: bytes) -> Any:
    for _ in range(3):
        found = file.decode(plan, block)[0]
    return found


def is_fast(plan: Plan) -> bool:
    assert plan.uniform is not None
    return plan.uniform._fast is not None


def test_lines_are_read_as_records_once_they_were_alike() -> None:
    plan, block = plan_of({"items": lines(3), "total": 1.5})
    context = SagaContext(items=lines(3), total=1.5)
    for number in range(4):
        assert is_fast(plan) == (number >= 2)
        assert_exact(file.decode(plan, block)[0], context)
    more = {"items": lines(100), "total": -1.0}
    assert_exact(file.decode(plan, block_of(plan, more))[0], SagaContext(more))
    assert is_fast(plan)


def test_what_is_read_is_a_dict_and_no_more() -> None:
    plan, block = plan_of({"items": lines(3)})
    found = read_often(plan, block)
    assert is_fast(plan)
    assert [list(line) for line in found["items"]] == [["sku", "qty", "price"]] * 3
    assert_exact(SagaContext(**found), SagaContext(items=lines(3)))
    assert SagaContext(found).avro_bytes == SagaContext(items=lines(3)).avro_bytes


@pytest.mark.parametrize(
    "others",
    [
        [],
        [{"qty": 2, "sku": "B", "price": 1.5}],
        [{"sku": "B", "qty": 2}],
        [{"sku": "B", "qty": 2, "price": 1.5, "gift": 1}],
        [{"sku": "B", "qty": 2.5, "price": 1.5}],
        [{"sku": 5, "qty": 2, "price": 1.5}],
        [{"sku": "B", "qty": 2, "price": 3}],
        [{"skU": "B", "qty": 2, "price": 1.5}],
        [{"sku": "B", "qty": 2, "pricf": 1.5}],
        [{}],
        [LINE, {}],
        [LINE, LINE, {**LINE, "price": "free"}],
        [{"\0": 1, "\0000": 2}],
    ],
    ids=str,
)
def test_others_are_read_as_what_they_are(others: list[Any]) -> None:
    plan, block = plan_of({"first": lines(2), "items": lines(3), "last": "x"})
    read_often(plan, block)
    assert is_fast(plan)
    fields = {"first": lines(5), "items": others, "last": "y"}
    assert_exact(file.decode(plan, block_of(plan, fields))[0], SagaContext(fields))
    # Those that differ are the last that was tried.
    assert is_fast(plan) == (others == [])
    assert_exact(read_often(plan, block), SagaContext(first=lines(2), items=lines(3), last="x"))


@pytest.mark.parametrize(
    "items",
    [
        [{"a": None, "b": True, "c": b"x", "d": 1, "e": 1.5, "f": "é"}] * 3,
        [{"a": 1}] * 3,
        [{"a": 2**40, "b": "x"}] * 2,
        [{"é": 1, "ñ" * 70: "x" * 200}] * 2,
        [{}] * 3,
    ],
    ids=lambda items: str(items)[:30],
)
def test_values_of_every_plain_type(items: list[Any]) -> None:
    room = {f"field_{number}": number for number in range(30)}
    plan, block = plan_of({**room, "items": items})
    assert_exact(read_often(plan, block), SagaContext({**room, "items": items}))
    assert is_fast(plan)


@pytest.mark.parametrize(
    "items",
    [
        [{"a": 1}, {"b": 1}],
        [{"a": 1}, {"a": "x"}],
        [{"a": [1]}],
        [{"a": {"b": 1}, "c": 1}],
        [{"\0": 1}],
        [],
        [1, {"a": 1}],
        [({"a": 1},)],
    ],
    ids=str,
)
def test_what_is_not_alike_is_left_alone(items: Any) -> None:
    plan, block = plan_of({"items": items})
    assert_exact(read_often(plan, block), SagaContext(items=items))
    assert plan.uniform is None or not is_fast(plan)


def test_maps_that_others_wrote_in_blocks() -> None:
    # A negative count, and the size of the block behind it: for readers that skip. No record looks so.
    plan, block = plan_of({"items": [{"a": 1}]})
    read_often(plan, block)
    assert is_fast(plan) and block == b"\x02\x02\x02a\x02\x00\x00"
    found = file.decode(plan, b"\x01\x0e\x01\x06\x02a\x02\x00\x00")[0]
    assert_exact(found, SagaContext(items=[{"a": 1}]))
    assert not is_fast(plan)


def test_damaged_data_is_read_or_refused_as_it_would_be_without() -> None:
    plan, block = plan_of({"first": lines(2), "items": lines(4), "more": [{"a": None, "b": True}], "total": 1.5})
    chance = random.Random(4)
    outcomes: set[str] = set()
    for _ in range(5_000):
        data = bytearray(block)
        for _ in range(chance.choice([1, 1, 2, 4])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.2:
            del data[chance.randrange(len(data)) :]
        reader = uniform_reader(plan.physical, with_names=False, room=10_000)
        assert reader is not None
        for _ in range(2):
            reader.read(io.BytesIO(block))
        assert reader._fast is not None
        buffers = io.BytesIO(data), io.BytesIO(data)
        found = outcome(reader.read, buffers[0])
        assert found == outcome(lambda buffer: fastavro.schemaless_reader(buffer, plan.physical, None), buffers[1])
        assert buffers[0].tell() == buffers[1].tell()
        outcomes.add(found[0])
    assert len(outcomes) >= 3


def outcome(read: Any, buffer: io.BytesIO) -> tuple[str, Any]:
    try:
        return "value", picture(read(buffer))
    except Exception as exc:
        return type(exc).__name__, None


_KEYS = st.lists(st.sampled_from(["sku", "qty", "price", "é"]), unique=True, min_size=1)
_VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.binary(max_size=3))
_LINES = st.lists(st.builds(dict.fromkeys, _KEYS, _VALUES), max_size=4)
_ALIKE = st.builds(
    lambda keys, rows: [dict(zip(keys, row)) for row in rows], _KEYS, st.lists(st.tuples(*[_VALUES] * 4))
)


@given(st.lists(st.one_of(_LINES, _ALIKE), min_size=3, max_size=6))
def test_any_lines_after_any_others(all_items: list[Any]) -> None:
    for items in [*all_items, *all_items[:1] * 3, *all_items]:
        context = SagaContext(items=items)
        assert_exact(SagaContext.from_avro_str(context.avro_str), context)


def test_keys_that_would_take_more_than_their_schema_are_not_remembered() -> None:
    items = [{f"sku_{number}": number for number in range(20_000)}]
    plan, block = plan_of({"items": items})
    tracemalloc.start()
    try:
        for _ in range(3):
            file.decode(plan, block)
        gc.collect()
        left = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert not is_fast(plan)
    assert left < 100_000


def test_threads_read_while_one_finds_out() -> None:
    plan, block = plan_of({"items": lines(20)})
    other = block_of(plan, {"items": [{"price": 1.5, "sku": "B", "qty": 1}]})

    def read(thread: int) -> None:
        for number in range(200):
            found = file.decode(plan, other if (thread, number) == (3, 100) else block)[0]
            assert len(found["items"]) == (1 if (thread, number) == (3, 100) else 20)
            assert all(len(line) == 3 for line in found["items"])

    with ThreadPoolExecutor(8) as pool:
        for result in [pool.submit(read, thread) for thread in range(8)]:
            result.result()


def test_only_records_with_lists_of_dicts_have_such_a_reader() -> None:
    assert plan_of({"a": 1, "b": [1], "c": {"d": [{"e": 1}]}})[0].uniform is None
    assert isinstance(plan_of({"a": [{"b": 1}]})[0].uniform, UniformReader)
