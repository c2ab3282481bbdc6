"""The caches: bounded whatever comes, safe with threads, and no place for what is used once and large."""

import gc
import os
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

import pytest
from minos.common import ModelType

from minos_saga_context import SagaContext
from minos_saga_context.codec.file import HEADERS_BY_SYNC, PLANS_BY_SHAPE
from minos_saga_context.codec.inference.single import KINDS
from minos_saga_context.codec.types.cache import Cache, clear_caches

THOROUGH = bool(os.environ.get("MSC_THOROUGH"))


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    clear_caches()
    yield
    clear_caches()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Caches that some hundred shapes fill; those of a service take some thousands."""
    for cache in (PLANS_BY_SHAPE, HEADERS_BY_SYNC):
        monkeypatch.setattr(cache, "_limit", 1 << 14)
    monkeypatch.setattr(KINDS, "_limit", 1 << 8)


def there_and_back(context: SagaContext) -> None:
    assert SagaContext.from_avro_str(context.avro_str) == context


def new_names(number: int) -> SagaContext:
    return SagaContext(**{f"order_{number}": 1, "items": [{"sku": "A", "price": 1.5}]})


def new_context_within(number: int) -> SagaContext:
    return SagaContext(orders=[SagaContext(**{f"order_{number}": 1}), {"a": None}])


def new_model(number: int) -> SagaContext:
    return SagaContext(order=ModelType.build("Order", {f"order_{number}": int})(number))


def new_zone(number: int) -> SagaContext:
    return SagaContext(at=[datetime(2026, 2, 28, tzinfo=timezone(timedelta(seconds=number % 80_000)))])


NEW_SHAPES: list[Callable[[int], SagaContext]] = [new_names, new_context_within, new_model, new_zone]


def most_memory(make: Callable[[int], SagaContext], *counts: int) -> list[int]:
    """Send ever new shapes there and back.

    :param make: Makes a context of a shape that was never seen.
    :param counts: Numbers of shapes.
    :return: The bytes that were in use at the most while each number of them passed.
    """
    found, number = [], 0
    gc.freeze()  # what other tests left behind makes each collection slow
    tracemalloc.start()
    try:
        for count in counts:
            samples = []
            for _ in range(count):
                there_and_back(make(number))
                number += 1
                if number % (count // 20) == 0:
                    gc.collect()
                    samples.append(tracemalloc.get_traced_memory()[0])
            found.append(max(samples))
    finally:
        tracemalloc.stop()
        gc.unfreeze()
    return found


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("make", NEW_SHAPES)
def test_memory_is_flat_over_new_shapes(make: Callable[[int], SagaContext]) -> None:
    # What is cached by type or by scalar of a schema holds some thousand at the most.
    found = most_memory(make, 600, 300, 300, 300)
    # What leaks grows each time, by a quarter at least. Once, it may be where between two generations the looks fall,
    # or Python's table of interned strings, which grows by 2 MB at once, whenever it is full.
    assert min(after / before for before, after in zip(found, found[1:])) < 1.15


@pytest.mark.skipif(not THOROUGH, reason="takes minutes: MSC_THOROUGH=1")
def test_memory_is_flat_over_a_hundred_thousand_shapes() -> None:
    before, after = most_memory(new_names, 20_000, 80_000)
    assert after < 1.4 * before


def test_cache_forgets_what_is_not_asked_for() -> None:
    cache: Cache[int, int] = Cache(None, 100, lambda number: 10)
    for number in range(1_000):
        cache[number] = number
    assert cache[999] == 999
    assert cache[0] is None
    assert len(cache) <= 20


def test_cache_holds_what_is_asked_for() -> None:
    found: list[Any] = []
    cache: Cache[Any, int] = Cache(lambda key: found.append(key) or 1, 100, lambda number: 10)  # type: ignore[func-returns-value]
    for number in range(1_000):
        assert cache["hot"] == cache[number] == 1
    assert found == ["hot", *range(1_000)]


def test_cache_is_bounded_when_all_is_asked_for() -> None:
    cache: Cache[int, int] = Cache(lambda number: number, 100, lambda number: 10)
    for number in range(300):
        assert [cache[before] for before in range(number)] == list(range(number))
    assert len(cache) <= 20


def test_what_was_being_found_out_when_a_type_was_registered_is_not_remembered() -> None:
    known = ["before"]

    def find(key: str) -> str:
        found = known[0]
        if found == "before":
            # As another thread would, in the middle.
            known[0] = "after"
            clear_caches()
        return found

    cache = Cache(find)
    assert [cache["a"], cache["a"], cache["a"]] == ["before", "after", "after"]


def test_context_with_thousands_of_fields_is_not_kept() -> None:
    there_and_back(new_names(1))
    kept = len(PLANS_BY_SHAPE), len(HEADERS_BY_SYNC)
    wide = SagaContext({f"field_{number}": number for number in range(6_000)})
    there_and_back(wide)
    assert (len(PLANS_BY_SHAPE), len(HEADERS_BY_SYNC)) == kept


def test_keys_and_lengths_are_no_part_of_a_shape() -> None:
    for size in (1, 10, 10_000):
        there_and_back(SagaContext(stock={f"sku_{number}": number for number in range(size)}, lines=[1.5] * size))
    assert len(PLANS_BY_SHAPE) == 1


@pytest.mark.parametrize("value", [{f"sku_{number}": number for number in range(20_000)}, list(range(20_000))])
def test_no_cache_holds_the_values(value: Any) -> None:
    there_and_back(SagaContext(stock=type(value)()))
    there_and_back(SagaContext(stock=value))
    clear_caches()
    tracemalloc.start()
    try:
        there_and_back(SagaContext(stock=value))
        gc.collect()
        left, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most > 500_000
    assert left < 100_000


@pytest.mark.usefixtures("small")
def test_threads_share_the_caches() -> None:
    def hammer(thread: int) -> None:
        # Some shapes of its own, and some that all threads write and read at once.
        for number in range(5_000 if THOROUGH else 150):
            there_and_back(new_names(number % 40))
            there_and_back(new_names(1_000 * (thread + 1) + number))
            there_and_back(new_zone(number % 20))

    with ThreadPoolExecutor(8) as pool:
        for result in [pool.submit(hammer, thread) for thread in range(8)]:
            result.result()
