"""One question, asked once: a scalar, a container and a record class that come from outside go everywhere."""

import json
from collections import OrderedDict, UserDict, UserList
from collections.abc import Hashable, Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, Callable, Optional

import pytest

from minos_saga_context import ContextSnapshot, SagaContext, SnapshotException, UnsupportedValueException, compare
from minos_saga_context.codec.classes.records import RECORD_TYPES, Builder, RecordType
from minos_saga_context.codec.types import registry
from minos_saga_context.codec.types.registry import add_row, find, find_kept
from minos_saga_context.codec.types.rows import Array, Encoding, Map, ScalarType
from minos_saga_context.inspection import render
from tests.classes import Color, Line, Pair, Product
from tests.support.registry import table_restored
from tests.support.ways import WAYS


class NamespaceKind(RecordType):
    """All that it takes to keep the instances of a class as records."""

    tag = "namespace"

    @classmethod
    def matches(cls, candidate: type) -> bool:
        return candidate is SimpleNamespace

    def names(self, instance: Any) -> Sequence[str]:
        return tuple(vars(instance))

    def values(self, instance: Any) -> Iterable[Any]:
        return vars(instance).values()

    def builder(
        self, names: Sequence[str], label: Hashable = None, hints: Optional[Callable[[], Any]] = None
    ) -> Builder:
        return lambda fields: SimpleNamespace(**fields)


def to_text(value: range) -> str:
    return f"{value.start}:{value.stop}"


def from_text(text: str) -> range:
    return range(*map(int, text.split(":")))


@pytest.fixture(autouse=True)
def added() -> Iterator[None]:
    with table_restored():
        add_row(ScalarType("range", range, (Encoding("string", tagged=True, encode=to_text, decode=from_text),)))
        add_row(Map("user-dict", UserDict))
        add_row(Array("user-list", UserList))
        RECORD_TYPES.append(NamespaceKind)
        yield


#: A value; the path to one that it holds, and what makes another value with that one changed; its text, and its JSON.
Case = tuple[Any, str, Callable[[Any], Any], str, Any]
CASES: dict[str, Case] = {
    "scalar": (range(3), "", lambda held: held, "range('0:3')", {"$type": "range", "value": "0:3"}),
    "map": (
        UserDict({"a": 2, "b": 1}),
        ".a",
        lambda held: UserDict({"a": held, "b": 1}),
        "UserDict({'a': 2, 'b': 1})",
        {"$type": "user-dict", "value": {"a": 2, "b": 1}},
    ),
    "entries": (
        UserDict({1: 2}),
        "[1]",
        lambda held: UserDict({1: held}),
        "UserDict({1: 2})",
        {"$type": "user-dict", "value": [[1, 2]]},
    ),
    "array": (
        UserList([1, "a"]),
        "[1]",
        lambda held: UserList([1, held]),
        "UserList([1, 'a'])",
        {"$type": "user-list", "value": [1, "a"]},
    ),
    "record": (
        SimpleNamespace(sku="A", price=9.5),
        ".price",
        lambda held: SimpleNamespace(sku="A", price=held),
        "SimpleNamespace(sku='A', price=9.5)",
        {"$type": "types.SimpleNamespace", "value": {"sku": "A", "price": 9.5}},
    ),
}


@pytest.fixture(params=CASES)
def case(request: Any) -> Case:
    return CASES[request.param]


def fields_of(value: Any) -> dict[str, Any]:
    """Put a value wherever one may stand."""
    return {
        "alone": value,
        "several": [value, value],
        "mixed": [value, {"a": 1}, OrderedDict(a=1), [1], "0:3", None, Line("a", value), 1],
        "under": {"key": value, "other": 1},
        "model": Product("a", 1.0, ["x"], None),
        "pair": Pair(value, [value]),
    }


def same(found: Any, expected: Any) -> bool:
    """Compare by type too, which ``==`` of a UserDict or a UserList does not."""
    return repr(found) == repr(expected) and type(found) is type(expected) and found == expected


@pytest.mark.parametrize("way", WAYS)
def test_comes_back(case: Case, way: str) -> None:
    fields = fields_of(case[0])
    found = WAYS[way](SagaContext(fields))
    for name, value in fields.items():
        assert same(found[name], value), name


def test_memory_keeps_a_copy_of_its_own(case: Case) -> None:
    value = case[0]
    context = SagaContext(value=value)
    assert same(context["value"], value)
    # What cannot be changed needs no copy.
    assert (context["value"] is value) == isinstance(value, range)


def test_memory_is_independent_of_the_giver() -> None:
    held: list[int] = []
    context = SagaContext(box=SimpleNamespace(held=held), items=UserList([held]))
    held.append(1)
    assert context.box.held == [] and context["items"] == [[]]


def test_refused_with_its_path(case: Case) -> None:
    _, path, make, *_ = case
    with pytest.raises(UnsupportedValueException) as caught:
        SagaContext(order=[make(object())])
    assert caught.value.path == f"order[0]{path}"


def test_shown(case: Case) -> None:
    value, _, _, text, content = case
    context = SagaContext(order=value)
    assert render.brief(value) == text and repr(value) in repr(context)
    assert json.loads(ContextSnapshot(context).to_json())["data"] == {"order": content}
    assert ContextSnapshot.from_json(ContextSnapshot(context).to_json()).context == context


def test_secrets_in_it_are_masked() -> None:
    value = SimpleNamespace(token="abcd", by=UserDict({"card": 7}))
    assert render.brief(value) == "SimpleNamespace(token=***, by=UserDict({'card': ***}))"
    assert render.secret_paths(SagaContext(order=value)) == ["order.token", "order.by.card"]


def test_difference(case: Case) -> None:
    value, path, make, *_ = case
    changed = make(77)
    (change,) = compare(SagaContext(order=value), SagaContext(order=changed))
    assert (change.path, change.kind) == (f"order{path}", "changed")
    assert not compare(SagaContext(order=value), SagaContext(order=value))


def test_without_its_row_it_is_refused_in_words(case: Case) -> None:
    raw = SagaContext(order=case[0]).avro_bytes
    with table_restored():
        RECORD_TYPES.remove(NamespaceKind)
        for row in (find(range), find(UserDict), find(UserList)):
            del registry.ROW_BY_TYPE[row.type]
            for table in (registry.ENCODING_BY_SCHEMA, registry.CONTAINER_BY_SCHEMA):
                for key in [key for key in table if key[2] == row.tag]:
                    del table[key]  # type: ignore[attr-defined]
        with pytest.raises(SnapshotException, match="A newer version wrote it"):
            SagaContext.from_avro_bytes(raw)


@pytest.mark.parametrize(
    ("cls", "kind"),
    [(int, ScalarType), (Color, ScalarType), (list, Array), (dict, Map), (Line, RecordType), (SagaContext, RecordType)],
)
def test_what_a_class_is(cls: type, kind: type) -> None:
    assert isinstance(find(cls), kind) and find_kept(cls) is find(cls)


def test_what_a_class_is_kept_as() -> None:
    class Text(str):
        pass

    class Strange:
        pass

    assert find(Text) is None and find_kept(Text) is find(str)
    assert find(Strange) is None is find_kept(Strange)
