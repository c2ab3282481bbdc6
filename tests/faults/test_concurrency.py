"""Threads and tasks that write, read, change fields and pull the plug at once."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic
from typing import Any

import minos.saga
import pytest
from minos.common import DataTransferObject, ModelType

import minos_saga_context
from minos_saga_context import SagaContext, activate, deactivate, is_active, register_type
from minos_saga_context.codec.types import registry
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.exact import picture
from tests.support.faults.corpus import KINDS, THOROUGH

THREADS = 8
SECONDS = 20.0 if THOROUGH else 1.0
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = sys.getswitchinterval()
    tables: list[Any] = [registry.ROW_BY_TYPE, registry.ENCODING_BY_SCHEMA]
    copies = [dict(table) for table in tables]
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)
    activate()
    # What was registered here is of no use to other tests.
    for table, copy in zip(tables, copies):
        table.clear()
        table.update(copy)


def at_once(*actions: Callable[[int], None]) -> None:
    """Do all actions in threads, again and again, until the time is up."""
    barrier, end = Barrier(len(actions)), monotonic() + SECONDS

    def repeat(action: Callable[[int], None], place: int) -> int:
        barrier.wait(10)
        for count in itertools.count():
            action(place)
            if monotonic() > end:
                return count + 1
        return 0

    with ThreadPoolExecutor(len(actions)) as pool:
        futures = [pool.submit(repeat, action, place) for place, action in enumerate(actions)]
        # A deadlock would be a timeout here.
        assert all(future.result(SECONDS + 60) for future in futures)


def round_trip(place: int) -> None:
    for values in KINDS.values():
        context = SagaContext(values, place=place)
        assert SagaContext.from_avro_bytes(context.avro_bytes) == context


def new_shape(place: int) -> None:
    number = next(_numbers)
    values = {f"field {number}": {"a": [number, (str(place), None)]}, f"f{number % 7}": 2**40}
    assert dict(SagaContext.from_avro_str(SagaContext(values).avro_str)) == values


def forget(place: int) -> None:
    clear_caches()


def register(place: int) -> None:
    if (number := next(_numbers)) % 10:
        return
    cls = type(f"T{number}", (), {})
    register_type(cls, f"{__name__}.{cls.__name__}", lambda value: "", lambda text, cls=cls: cls())


def nested(place: int) -> None:
    wrap = ModelType.build("Wrap", {"context": Any})
    context = SagaContext(KINDS["order"], place=place)
    model = DataTransferObject.from_model_type(wrap, context=context)
    assert DataTransferObject.from_avro_bytes(model.avro_bytes).context == context


def deep(place: int) -> None:
    value: Any = place
    for _ in range(180):
        value = (value, "x", [1])
    context = SagaContext(a=value)
    assert SagaContext.from_avro_bytes(context.avro_bytes).avro_bytes == context.avro_bytes


def test_round_trips_and_new_shapes() -> None:
    at_once(*[round_trip] * 4, *[new_shape] * 3, forget)


def test_registrations_and_nested_contexts() -> None:
    at_once(*[round_trip] * 3, new_shape, nested, nested, register)


def test_deep_values_raise_the_limit_of_recursion_once() -> None:
    deep(0)
    before = sys.getrecursionlimit()
    at_once(*[deep] * 3, round_trip, forget)
    assert sys.getrecursionlimit() == before


def test_the_plug() -> None:
    stock = vars(minos.saga.context.SagaContext)

    def use(place: int) -> None:
        context = minos.saga.SagaContext(**KINDS["order"])
        # Ours or stock's, but never half of each: whichever it is, it has the field.
        assert context["order_id"] == 123

    def ours(place: int) -> None:
        round_trip(place)

    at_once(lambda _: activate(), lambda _: deactivate(), use, use, ours, ours, lambda _: (activate(), deactivate()))
    deactivate()
    assert not is_active() and "from_avro_bytes" not in stock
    assert type(minos.saga.SagaContext(a=1)) is minos.saga.context.SagaContext
    activate()
    assert type(minos.saga.SagaContext(a=1)) is minos_saga_context.SagaContext


def test_fields_of_contexts_of_their_own() -> None:
    contexts = [SagaContext(n=0, items=[]) for _ in range(THREADS)]
    turns = [0] * THREADS

    def change(place: int) -> None:
        context = contexts[place]
        turns[place] += 1
        context.n += 1
        context["items"].append(place)
        context[f"k{turns[place] % 5}"] = [place]
        contexts[place] = SagaContext.from_avro_bytes(context.avro_bytes)

    at_once(*[change] * THREADS)
    for place, context in enumerate(contexts):
        assert context.n == turns[place] and context["items"] == [place] * turns[place]
        assert all(context[name] == [place] for name in iter(context) if name[0] == "k")


def test_one_context_that_all_read() -> None:
    shared = SagaContext(KINDS["unions"], items=[1, 2], order=KINDS["order"])
    expected, raw = picture(dict(shared)), shared.avro_bytes

    def read(place: int) -> None:
        assert shared.avro_bytes == raw
        assert list(shared.items()) and shared.items == [1, 2] and picture(dict(shared)) == expected

    at_once(*[read] * THREADS)


async def test_tasks() -> None:
    async def saga(place: int) -> None:
        context = minos.saga.SagaContext(place=place, items=[place])
        for turn in range(30):
            context = minos.saga.SagaContext(**context)
            context["items"].append(turn)
            context[f"turn {turn % 3}"] = {"place": place}
            await asyncio.sleep(0)
            context = SagaContext.from_avro_str(context.avro_str)
            await asyncio.sleep(0)
        assert context["items"] == [place, *range(30)] and context.place == place
        assert all(context[f"turn {turn}"] == {"place": place} for turn in range(3))

    await asyncio.wait_for(asyncio.gather(*map(saga, range(100))), 60)


async def test_tasks_in_threads() -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(4) as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, round_trip, place) for place in range(40)))
