"""Instances of subclasses: kept as exactly what they hold of the type that they extend, or refused with the path.

Nobody's overridable method decides.
"""

from __future__ import annotations

import time as clock
from collections import OrderedDict, defaultdict, deque
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context import SagaContext, UnsupportedValueException
from minos_saga_context.codec.types.registry import ROW_BY_TYPE
from minos_saga_context.codec.types.subclasses import is_class
from minos_saga_context.context.method_fields import _arguments
from tests.classes import OldPair, Pair
from tests.support.exact import assert_exact
from tests.support.samples import SAMPLES
from tests.support.ways import WAYS

#: By tag, the values of types that have subclasses.
BASES = {
    row.tag: [value for value in SAMPLES[row.tag] if _arguments(value) is not None]
    for row in ROW_BY_TYPE.values()
    if getattr(row, "upcast", None) is not None and SAMPLES[row.tag]
}
#: Written in Python, these have methods that others of theirs ask.
IN_PYTHON = ("pathlib", "ipaddress")
#: What a class needs to be one, and an instance to come and go.
NEEDED = {f"__{name}__" for name in ["new", "class", "init", "init_subclass", "del", "dict", "doc", "slots", "weakref"]}
# Those that extend an abstract class, as fractions do, are asked about every other class.
NEEDED |= {"__subclasshook__", "__abstractmethods__"}


def subclass(base: Any, **members: Any) -> Any:
    return type(f"Own{base.__name__}", (base,), members)


def is_special(name: str) -> bool:
    return name[:2] == "__" and name not in NEEDED


def lie(*args: Any, **kwargs: Any) -> Any:
    """What a method of a hostile class answers."""
    raise KeyError("a lie")


LIES = [lie, lambda *args, **kwargs: None, lambda *args, **kwargs: "lie", property(lie), property(lambda self: 7), 7]


@pytest.mark.parametrize("tag", BASES)
@given(data=st.data())
def test_no_method_of_a_subclass_decides(tag: str, data: Any) -> None:
    value = data.draw(st.sampled_from(BASES[tag]))
    cls = subclass(type(value))
    hostile = cls(*_arguments(value))
    # What is private to a type of the standard library is its own affair.
    names = st.sampled_from([name for name in (*dir(cls), "__getattr__") if name[:1] != "_" or is_special(name)])
    for name, told in data.draw(st.dictionaries(names, st.sampled_from(LIES), max_size=8)).items():
        setattr(cls, name, told)
    context = SagaContext()
    try:
        context["value"] = [hostile]
    except UnsupportedValueException as exc:
        assert type(value).__module__.startswith(IN_PYTHON)
        # Of methods that call each other for ever, it depends on the room that is left where they are found out.
        assert exc.path in ("value[0]", "value") and exc.reason and exc.remedy and "value" not in context
    else:
        assert_exact(context["value"], [value])
        assert_exact(SagaContext.from_avro_str(context.avro_str)["value"], [value])


@pytest.mark.parametrize("tag", BASES)
def test_an_attribute_or_a_slot_of_its_own_is_refused(tag: str) -> None:
    for value in BASES[tag]:
        holder = subclass(type(value))(*_arguments(value))
        assert_exact(SagaContext(value=holder)["value"], value)
        object.__setattr__(holder, "owner", "ana")
        with pytest.raises(UnsupportedValueException, match=r"'value\[1\]': .* would lose its attribute 'owner'"):
            SagaContext(value=[value, holder])
        hiding = subclass(subclass(type(value)), __dict__=property(lambda self: {}))(*_arguments(value))
        object.__setattr__(hiding, "owner", "ana")
        with pytest.raises(UnsupportedValueException, match=r"'value': .* would lose its attribute 'owner'"):
            SagaContext(value=hiding)
        if not type(value).__dictoffset__:
            with pytest.raises(UnsupportedValueException, match="'value': it may hold more than"):
                SagaContext(value=subclass(type(value), __dict__=property(lambda self: {}))(*_arguments(value)))
    if type(value).__itemsize__ == 0:  # the others have no room for slots
        holder = subclass(type(value), __slots__=("owner",))(*_arguments(value))
        assert_exact(SagaContext(value=holder)["value"], value)
        object.__setattr__(holder, "owner", "ana")
        with pytest.raises(UnsupportedValueException, match=r"'value': .* would lose its attribute 'owner'"):
            SagaContext(value=holder)


def test_what_is_a_class() -> None:
    assert all(map(is_class, (int, list, type, Page)))
    assert not any(map(is_class, (list[int], Page[int], 5, None, Union[int, str])))


T = TypeVar("T")


class Page(list[T], Generic[T]):
    @cached_property
    def size(self) -> int:
        return len(self)


def test_what_is_only_remembered_is_left_out() -> None:
    page = Page[int]([1, 2])
    assert page.size == 2 and len(vars(page)) == 2
    assert_exact(SagaContext(value=page)["value"], [1, 2])


def test_what_the_standard_library_adds() -> None:
    assert_exact(SagaContext(value=defaultdict(print, a=[1]))["value"], {"a": [1]})
    with pytest.raises(UnsupportedValueException, match="'value': as a 'tuple' it would lose its attribute 'tm_"):
        SagaContext(value=clock.gmtime(0))


def test_a_class_with_hidden_room_is_refused() -> None:
    numpy = pytest.importorskip("numpy")
    assert_exact(SagaContext(value=numpy.float64(1.5))["value"], 1.5)
    assert_exact(SagaContext(value=numpy.str_("a"))["value"], "a")


@dataclass
class Tagged(dict):  # type: ignore[type-arg]
    tag: str


class Token(str):
    """A text that is equal to itself only."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


TOKENS = [Token("a"), Token("a")]


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        (Tagged("x"), "value", "'tag'"),
        (dict.fromkeys(TOKENS, 1), "value", "two of its keys would be one"),
        (OrderedDict.fromkeys([TOKENS[0], 1, "a"]), "value", "two of its keys would be one"),
        ([set(TOKENS)], "value[0]", "two of its keys would be one"),
        ({"a": frozenset(["a", TOKENS[0]])}, "value.a", "two of its keys would be one"),
    ],
)
def test_nothing_is_lost(value: Any, path: str, reason: str) -> None:
    with pytest.raises(UnsupportedValueException, match=reason) as caught:
        SagaContext(value=value)
    assert caught.value.path == path and caught.value.remedy


class Price(OldPair):
    """Children of NamedTuples stay what they are."""

    @property
    def key(self) -> Any:
        return "another"

    def __new__(cls, *args: Any) -> Price:
        raise AssertionError("not again")

    def __iter__(self) -> Any:
        return iter("lie")


class Slim(Pair):
    __slots__ = ()


class Many(deque):  # type: ignore[type-arg]
    @property
    def maxlen(self) -> int:
        return 1


def test_attributes_of_containers_are_their_own() -> None:
    assert_exact(SagaContext(value=Many([1, 2], 5))["value"], deque([1, 2], 5))


@pytest.mark.parametrize("way", [way for way in WAYS if way != "pickle"])
def test_children_of_named_tuples(way: str) -> None:
    price = tuple.__new__(Price, ("x", [1]))
    found = WAYS[way](SagaContext(value=[price, Slim(1, (2,))]))["value"]
    assert list(map(type, found)) == [Price, Slim]
    assert [tuple.__getitem__(one, slice(None)) for one in found] == [("x", [1]), (1, (2,))]


def test_children_of_named_tuples_hold_fields_only() -> None:
    price = tuple.__new__(Price, ("x", 1))
    context = SagaContext(value=price)
    price.note = "late"
    for attempt in (lambda: SagaContext(value=price), lambda: context.avro_str):
        with pytest.raises(UnsupportedValueException, match="'value': its attribute 'note' is no field"):
            attempt()
    with pytest.raises(UnsupportedValueException, match="'value': it has 3 items, and fields for 2"):
        SagaContext(value=tuple.__new__(Slim, (1, 2, 3)))
