"""Two hundred levels of everything, also from a stack that is deep already, as that of asyncio under pytest is."""

import asyncio
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any, Callable

import pytest
from minos.common import ModelType

from minos_saga_context import SagaContext, UnsupportedValueException
from tests.classes import Line, Pair, Point
from tests.support.exact import assert_exact
from tests.support.faults.files import context, file, number
from tests.support.ways import WAYS

LEVELS = 200
KINDS: dict[str, Callable[[Any], Any]] = {
    "list": lambda value: [value],
    "tuple": lambda value: (value,),
    "dict": lambda value: {"a": value},
    "deque": lambda value: deque([value]),
    "counter": lambda value: Counter(a=value),
    "defaultdict": lambda value: defaultdict(list, a=value),
    "ordered-dict": lambda value: OrderedDict(a=value),
    "entries": lambda value: {1: value},
    "frozenset": lambda value: frozenset([value]),
    "keys": lambda value: {(value,) if isinstance(value, tuple) else ((value,),): 1},
    "dataclass": Point,
    "mutable-dataclass": lambda value: Line("a", value),
    "namedtuple": Pair,
    "context": lambda value: SagaContext(a=value),
    "list-of-optional": lambda value: [value, None],
    "boxes": lambda value: [value, "a", [], ()],
    "boxed-tuples": lambda value: ((value,), [value], 1),
}
#: Those that double, or are no keys.
WIDE = {"boxed-tuples"}
UNHASHABLE_KEYS = {"keys"}


def nested(kind: str, levels: int) -> Any:
    """Nest a value.

    :param kind: How.
    :param levels: How deep.
    :return: The value.
    """
    value: Any = 1
    for _ in range(levels):
        value = KINDS[kind](value)
    return value


def from_a_deep_stack(depth: int, function: Callable[[], Any]) -> Any:
    """Call a function with so many frames below it."""
    return function() if depth == 0 else from_a_deep_stack(depth - 1, function)


DEEP = [kind for kind in KINDS if kind not in WIDE | UNHASHABLE_KEYS]


@pytest.mark.parametrize("kind", DEEP)
def test_two_hundred_levels(kind: str) -> None:
    value = nested(kind, LEVELS)
    for way in ("avro_str", "to_avro_bytes", "copy", "deepcopy"):
        found = WAYS[way](SagaContext(value=value))
        assert_exact_deep(found["value"], value)


def assert_exact_deep(found: Any, expected: Any) -> None:
    """Compare level by level: a picture of it all would need a stack of its own."""
    for _ in range(LEVELS):
        assert type(found) is type(expected)
        found, expected = inner(found), inner(expected)
    assert_exact(found, expected)


def inner(value: Any) -> Any:
    """Give what stands in a value."""
    for name in ("x", "price", "first"):
        if hasattr(type(value), name) or name in getattr(value, "__dict__", {}):
            return getattr(value, name)
    if hasattr(value, "values"):
        return next(iter(value.values()))
    return next(iter(value))


@pytest.mark.parametrize("kind", ["list", "dict", "tuple", "dataclass", "boxes", "context"])
async def test_within_asyncio(kind: str) -> None:
    value = nested(kind, LEVELS)

    async def step() -> Any:
        await asyncio.sleep(0)
        return SagaContext.from_avro_str(SagaContext(value=value).avro_str)

    assert_exact_deep((await asyncio.create_task(step()))["value"], value)


@pytest.mark.parametrize("kind", ["list", "dict", "dataclass", "boxes"])
def test_from_a_deep_stack(kind: str) -> None:
    value = nested(kind, LEVELS)
    found = from_a_deep_stack(100, lambda: SagaContext.from_avro_str(SagaContext(value=value).avro_str))
    assert_exact_deep(found["value"], value)


def test_gone_models_in_unions(monkeypatch: pytest.MonkeyPatch) -> None:
    schema: Any = "int"
    for level in range(LEVELS):
        fields = [{"name": "x", "type": [schema, "string"]}]
        schema = {"type": "record", "name": "Gone", "namespace": f"shop.gone.s{level}", "fields": fields}
    raw = file(context(schema), (1, bytes(LEVELS) + number(7)))
    read = SagaContext.from_avro_bytes(raw)
    # To hash the type of a Model takes all that is in it. So it is asked for rarely: a few times a level.
    hashed, stock = [], ModelType.__hash__
    monkeypatch.setattr(ModelType, "__hash__", lambda cls: hashed.append(cls.name) or stock(cls))  # type: ignore[func-returns-value]
    written = read.avro_bytes
    assert LEVELS < len(hashed) < 5 * LEVELS * LEVELS
    found = SagaContext.from_avro_bytes(written)["f0"]
    for _ in range(LEVELS):
        found = found.x
    assert found == 7


@pytest.mark.parametrize("kind", sorted(WIDE))
def test_wide_and_deep(kind: str) -> None:
    value = nested(kind, 10)
    assert_exact(SagaContext.from_avro_str(SagaContext(value=value).avro_str)["value"], value)


@pytest.mark.parametrize("kind", [kind for kind in DEEP if kind != "frozenset"])
def test_too_deep_is_refused_when_it_is_put(kind: str) -> None:
    context = SagaContext(value=1)
    with pytest.raises(UnsupportedValueException, match="nested too deeply"):
        context["value"] = from_levels(kind)
    assert context["value"] == 1


def from_levels(kind: str) -> Any:
    if kind == "context":
        return [nested("context", LEVELS), nested("list", 300)]
    return nested(kind, 300)


@pytest.mark.parametrize("depth", [300, 5000])
def test_what_is_too_deep_is_so_as_a_whole(depth: int) -> None:
    # To walk down to where it fits would take the square of the depth.
    with pytest.raises(UnsupportedValueException) as caught:
        SagaContext(order={"lines": nested("list", depth)})
    assert caught.value.path == "order"
    ring: Any = [1]
    ring.append({"next": [ring]})
    with pytest.raises(UnsupportedValueException, match="it refers to itself") as caught:
        SagaContext(order={"lines": ring})
    assert caught.value.path == "order.lines[1].next[0]"
