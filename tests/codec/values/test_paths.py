"""One place has one path: where a value is refused, in a difference, among the secrets, and in an error in reading."""

import ast
import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from minos.common import ModelType

from minos_saga_context import SagaContext, SnapshotException, UnsupportedValueException, compare
from minos_saga_context.cli.selection.where import Where
from minos_saga_context.codec.values import paths
from minos_saga_context.codec.values.children import find_at
from minos_saga_context.inspection.render import secret_paths
from tests.classes import Color, Level, Line, Pair, Status

#: What a context does not keep.
REFUSED = object()
ODD = ["weird key", "é", "a.b", "a'b", "]", "[0]", "items", "\ud800", ""]
KEYS = st.one_of(st.text(max_size=5), st.sampled_from(ODD))


def in_model(value: Any) -> Any:
    order = ModelType.build("Order", {"total": Any})(None)
    order.fields["total"]._value = value  # minos would cast it, or refuse it
    return order


#: Ways to hold a value: what makes them, what they need for it, and the step to the value in their schema.
HOLDERS: dict[str, tuple[Any, Any, Any]] = {
    "dict": (lambda key, value: {key: value}, KEYS, "[]"),
    "entries": (lambda key, value: {key: value}, st.one_of(st.integers(), st.booleans(), st.tuples(KEYS)), "[]"),
    "list": (lambda place, value: [None] * place + [value], st.integers(0, 3), "[]"),
    "tuple": (lambda place, value: (*[None] * place, value), st.integers(0, 3), "[]"),
    "dataclass": (lambda _, value: Line("a", value), st.none(), ".price"),
    "namedtuple": (lambda _, value: Pair(1, value), st.none(), ".second"),
    "model": (lambda _, value: in_model(value), st.none(), ".total"),
    "set": (lambda _, value: {value}, st.none(), "{}"),
}
Way = tuple[str, Any]
WAYS = st.sampled_from([name for name in HOLDERS if name != "set"]).flatmap(
    lambda name: st.tuples(st.just(name), HOLDERS[name][1])
)
HASHABLE = [("tuple", 1), ("namedtuple", None)]


@st.composite
def ways(draw: Any) -> list[Way]:
    """Draw a way from a field to a value; a set may stand on it, and what can be hashed behind that."""
    found = draw(st.lists(WAYS, max_size=4))
    end = [("set", None), *draw(st.lists(st.sampled_from(HASHABLE), max_size=2))]
    return [*found, *(end if draw(st.booleans()) else [])]


def nested(name: str, ways: list[Way], value: Any) -> dict[str, Any]:
    """Put a value in its place."""
    for holder, key in reversed(ways):
        value = HOLDERS[holder][0](key, value)
    return {name: value}


def followed(value: Any, path: str) -> Any:
    """Go a path, knowing nothing but the grammar."""
    while path:
        if path.startswith("{}"):
            (value,), path = value, path[2:]
        elif path.startswith("["):
            # The shortest text in brackets that Python can read.
            text = next(path[1:end] for end, one in enumerate(path) if one == "]" and is_literal(path[1:end]))
            value, path = value[ast.literal_eval(text)], path[len(text) + 2 :]
        else:
            name = re.split(r"[][.{}]", path.lstrip("."), maxsplit=1)[0]
            path = path[path.index(name) + len(name) :]
            value = value[name] if isinstance(value, dict) else getattr(value, name)
    return value


def is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return False
    return True


def refusal(fields: dict[str, Any]) -> str:
    with pytest.raises(UnsupportedValueException) as caught:
        SagaContext(fields)
    return caught.value.path


@example(name="weird key", ways=[("dict", "also weird")])
@given(name=KEYS, ways=ways())
def test_a_path_leads_there(name: str, ways: list[Way]) -> None:
    fields = nested(name, ways, REFUSED)
    assert followed(fields, refusal(fields)) is REFUSED


@given(name=KEYS, ways=ways(), leaves=st.sampled_from([(1, 2), (1, 1.0), ("a", None)]))
def test_differences_and_secrets_have_the_paths_of_refusals(name: str, ways: list[Way], leaves: Any) -> None:
    before, after = (nested(name, ways, leaf) for leaf in leaves)
    path = refusal(nested(name, ways, REFUSED))
    changes = [change.path for change in compare(before, after)]
    if ("set", None) in ways:
        # The one member went, the other came.
        head = re.escape(path[: path.rindex("{}")])
        assert len(changes) == 2 and all(re.fullmatch(rf"{head}\{{.*\}}", change, re.DOTALL) for change in changes)
    else:
        assert changes == [path]
    assert secret_paths(SagaContext(token=before))[-1] == refusal({"token": nested(name, ways, REFUSED)})


@example(name="weird key", ways=[("dict", "also weird")])
@given(name=KEYS, ways=ways())
def test_an_error_in_reading_has_the_path_of_the_schema(name: str, ways: list[Way]) -> None:
    leaf = 10**30
    raw = SagaContext(nested(name, ways, leaf)).avro_bytes
    with pytest.raises(SnapshotException) as caught:
        SagaContext.from_avro_bytes(raw.replace(b'"python":"int"', b'"python":"new"'))
    path = refusal({name: REFUSED}) + "".join(HOLDERS[holder][2] for holder, _ in ways)
    assert str(caught.value).startswith(f"Unknown type 'new' - at {path!r}. ")


@given(st.lists(st.one_of(KEYS.map(paths.step_to), st.integers(0, 10**9).map(paths.item), st.just("{}")), min_size=1))
def test_a_path_that_is_typed_is_the_path_that_is_shown(steps: list[str]) -> None:
    path = ""
    for step in steps:
        path = paths.join(path, step)
    assert paths.parse(path) == steps
    for step in steps:
        key = paths.key_of(step)
        assert step == ("{}" if key is None else paths.step_to(key))


@pytest.mark.parametrize(
    "key",
    [
        None,
        True,
        -1,
        1.5,
        (1, "a'b]"),
        b"x",
        UUID(int=1),
        date(2026, 1, 2),
        Decimal("1.0"),
        Color.RED,
        Status.OPEN,
        Level.LOW,
    ],
)
def test_keys_that_are_no_texts_are_typed_as_they_are_shown(key: Any) -> None:
    before, after = ({"by": {key: [{"n": n}]}} for n in (1, 2))
    (change,) = compare(before, after)
    assert [*find_at(SagaContext(after), paths.parse(change.path))] == [2]
    execution: Any = SimpleNamespace(context=SagaContext(after))
    assert [Where.parse(f"{change.path}{end}").holds(execution) for end in ("=2", "!=2", ">1", "")] == [1, 0, 1, 1]


@pytest.mark.parametrize(
    "text", ["", ".", ".a", "a.", "a..b", "a[", "a[x]", "a]b", "a['b]", "a b", "1a", "a['b'", "[0", "a[1]b", r"['\x']"]
)
def test_what_is_no_path_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is no path"):
        paths.parse(text)


def test_what_stands_at_a_path() -> None:
    context = SagaContext({"lines": [Line("a", 1), Line("b", 2)], "any key": {"n": {1: "x"}}, "tags": {"t"}})
    found = {
        "lines[1].sku": ["b"],
        "lines[].sku": ["a", "b"],
        "['any key'].n[1]": ["x"],
        '["any key"]': [context["any key"]],
        "tags{}": ["t"],
        "lines[2]": [],
        "lines.sku": [],
    }
    assert {path: [*find_at(context, paths.parse(path))] for path in found} == found
