"""Ever new shapes and classes leave nothing behind: no memory, no file, no thread, no cycle."""

from __future__ import annotations

import gc
import os
import sys
import threading
import tracemalloc
import weakref
from dataclasses import make_dataclass
from enum import Enum
from functools import reduce
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import minos.saga
import pytest
from minos.common import DataTransferObject, ModelType

from minos_saga_context import SagaContext, SnapshotException, UnsupportedValueException, register_type
from minos_saga_context.codec.file import HEADERS_BY_SYNC, PLANS_BY_SHAPE, PLANS_BY_TEXT
from tests.support.faults.corpus import KINDS, THOROUGH
from tests.support.registry import table_restored

ROUNDS = 10_000 if THOROUGH else 150
MODULE = "made_for_test_resources"


def classes(number: int) -> list[Any]:
    """Make an enum, a dataclass and a NamedTuple that were never there, and give an instance of each."""
    module = sys.modules.setdefault(MODULE, ModuleType(MODULE))
    vars(module).clear()
    color: Any = Enum(f"Color{number}", "RED BLUE", module=MODULE)
    line = make_dataclass(f"Line{number}", ["sku", "qty"], namespace={"__module__": MODULE})
    line.__module__ = MODULE
    point: Any = NamedTuple(f"Point{number}", [("x", int)])
    point.__module__ = MODULE
    for cls in (color, line, point):
        setattr(module, cls.__name__, cls)
    return [color.RED, line("A", 1), point(1)]


def new_shape(number: int) -> None:
    values = {f"field {number}": [number, (str(number), None)], "items": [{f"k{number}": 2**40}], "get": number}
    assert dict(SagaContext.from_avro_bytes(SagaContext(values).avro_bytes)) == values


def new_classes(number: int) -> None:
    values = classes(number)
    assert SagaContext.from_avro_str(SagaContext(all=values).avro_str)["all"] == values


def new_nested(number: int) -> None:
    model = DataTransferObject.from_model_type(
        ModelType.build("Wrap", {"context": Any}), context=SagaContext({f"n{number}": [1, "x"]})
    )
    assert DataTransferObject.from_avro_bytes(model.avro_bytes).context[f"n{number}"] == [1, "x"]


def new_damage(number: int) -> None:
    raw = SagaContext({f"damaged {number}": [1]}).avro_bytes
    for wrong in (raw[:-1], raw.replace(b"int", b"Int"), raw[:40]):
        with pytest.raises(SnapshotException):
            SagaContext.from_avro_bytes(wrong)


def same(number: int) -> None:
    for values in KINDS.values():
        SagaContext.from_avro_bytes(minos.saga.SagaContext(**SagaContext(values)).avro_bytes)


@pytest.mark.parametrize("action", [new_shape, new_classes, new_nested, new_damage, same])
def test_memory_stays_flat(action: Any) -> None:
    # Caches are filled first; of what they hold, none grows without an end.
    rounds = ROUNDS // {new_nested: 4, same: 30}.get(action, 1)
    for number in range(rounds):
        action(number)
    gc.collect()
    files = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    threads = threading.active_count()
    tracemalloc.start()
    for number in range(rounds, 2 * rounds):
        action(number)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    weights = [cache._weight for cache in (PLANS_BY_SHAPE, PLANS_BY_TEXT, HEADERS_BY_SYNC)]
    assert all(weight <= 1 << 20 for weight in weights)
    # What is there is what the caches took in exchange for what was there before tracing began.
    assert grown < (90 if THOROUGH else 40) << 20, f"{grown / (1 << 20):.1f} MB"
    assert threading.active_count() == threads
    assert not files or len(os.listdir("/proc/self/fd")) == files


@pytest.mark.skipif(not THOROUGH, reason="takes minutes")
@pytest.mark.parametrize("action", [new_shape, new_classes])
def test_memory_levels_off(action: Any) -> None:
    peaks = []
    tracemalloc.start()
    for turn in range(4):
        for number in range(turn * ROUNDS // 2, (turn + 1) * ROUNDS // 2):
            action(number)
        gc.collect()
        peaks.append(tracemalloc.get_traced_memory()[0] >> 10)
    tracemalloc.stop()
    assert peaks[3] < peaks[1] * 1.1, peaks


def test_no_cycles() -> None:
    def use(number: int) -> None:
        context = SagaContext(KINDS["names"], items=[1], get={"a": 1}, keys="k", values=(1,))
        context.items.append(2)
        assert list(context.items()) and context.get("x") is None
        copy = minos.saga.SagaContext(**context)
        copy |= {"pop": {1}}
        (copy | context).items()
        SagaContext.from_avro_bytes(copy.avro_bytes).pop("items")

    for number in range(10):
        use(number)
    gc.collect()
    gc.disable()
    try:
        for number in range(100):
            use(number)
        assert gc.collect() == 0
    finally:
        gc.enable()


class Failing:
    """A class whose functions fail."""


class Caller:
    """What stands in a frame that the exception comes through: a request, a session, a lock."""


def put_in_place(value: Any) -> None:
    context = SagaContext(items=[])
    context.items.append(value)
    _ = context.avro_str


REFUSED = [object(), [{"a": (1, print)}], reduce(lambda inner, _: [inner], range(5_000), 0), Failing()]


@pytest.mark.parametrize("value", REFUSED, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("put", [lambda value: SagaContext(items=value), put_in_place], ids=["at once", "in place"])
def test_what_was_refused_holds_nobody(put: Any, value: Any) -> None:
    def refused() -> Any:
        caller = Caller()
        with pytest.raises(UnsupportedValueException):
            put(value)
        return weakref.ref(caller)

    with table_restored():
        register_type(Failing, "failing", lambda _: 1 / 0, Failing)
        refused()
        gc.collect()
        gc.disable()
        try:
            assert refused()() is None
        finally:
            gc.enable()
