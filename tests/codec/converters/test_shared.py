"""Branches that kinds share, as a hostile file has them."""

from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from fastavro import writer
from minos.aggregate import EntitySet, Ref
from minos.common import MinosProtocolException

from minos_saga_context import SagaContext, SnapshotException
from tests.classes import Car, Rank, Stage
from tests.support.exact import assert_exact

ID = UUID(int=7)
_MEMBERS = [["tests.classes.Stage", ["on hold"]]]
_SET = {"type": "array", "items": ["string", "int"], "python": "shared", "empty": "set"}


def read(*branches: Any, value: Any) -> Any:
    schema = {
        "type": "record",
        "name": "SagaContext",
        "namespace": "minos.saga.context.s1",
        "fields": [{"name": "value", "type": [*branches]}],
    }
    writer(file := BytesIO(), schema, [{"value": value}])
    return SagaContext.from_avro_bytes(file.getvalue())["value"]


def test_shared_branches_are_read() -> None:
    texts = {"type": "string", "python": "shared", "members": _MEMBERS}
    assert_exact(read(texts, value="on hold"), Stage.ON_HOLD)
    assert_exact(read(texts, value="other"), "other")
    assert_exact(read(_SET, value=["a", 1]), {"a", 1})
    assert_exact(read(_SET, value=[]), set())
    hidden = {"type": "int", "logicalType": "builtins.object", "hidden": None}
    assert_exact(read({**_SET, "items": ["string", hidden]}, value=["a", 1]), ["a", 1])
    assert_exact(read({**_SET, "empty": "list"}, value=[]), [])


_CAR = {
    "type": "record",
    "name": "Car",
    "namespace": "tests.classes.s2",
    "fields": [
        {"name": "uuid", "type": {"type": "string", "logicalType": "uuid"}},
        {"name": "plate", "type": "string"},
        {"name": "doors", "type": "int"},
    ],
}
_ENTITIES = {
    "type": "array",
    "items": [_CAR, {"type": "int", "logicalType": "builtins.object", "hidden": None}],
    "logicalType": "minos.aggregate.entities.collections.EntitySet",
    "python": "shared",
    "empty": "set",
}


def test_lists_beside_sets_of_entities_are_read() -> None:
    car = {"uuid": str(ID), "plate": "a", "doors": 3}
    assert_exact(
        read("null", _ENTITIES, value=[("tests.classes.s2.Car", car)]), EntitySet({Car(**{**car, "uuid": ID})})
    )
    assert_exact(read("null", _ENTITIES, value=[1, 2]), [1, 2])
    assert_exact(read("null", _ENTITIES, value=[]), EntitySet())
    for value in ([1, ("tests.classes.s2.Car", car)], [("tests.classes.s2.Car", car), 1]):
        with pytest.raises(MinosProtocolException):
            read("null", _ENTITIES, value=value)


@pytest.mark.parametrize(
    ("branch", "value"),
    [
        ({"type": "record", "name": "hint", "fields": [], "python": "hint", "logicalType": "set"}, {}),
        ({"type": "string", "python": "shared"}, "a"),
        ({"type": "string", "python": "shared", "members": []}, "a"),
        ({"type": "string", "python": "shared", "members": [["tests.classes.Gone", ["a"]]]}, "a"),
        ({"type": "string", "python": "shared", "members": [["os.system", ["a"]]]}, "a"),
        ({"type": "string", "python": "shared", "members": [[["a"], {}]]}, "a"),
        ({"type": "string", "python": "shared", "members": [["tests.classes.Stage", [[]]]]}, "a"),
        ({"type": "string", "python": "shared", "members": [["tests.classes.Stage", ["gone"]]]}, "gone"),
        ({"type": "string", "logicalType": "tests.classes.Stage", "python": "shared", "members": _MEMBERS}, "a"),
        ({"type": "array", "items": "int", "python": "shared"}, [1]),
        ({**_SET, "items": [{"type": "int", "hidden": None}]}, [1]),
        ({**_ENTITIES, "logicalType": "os.system"}, []),
        ({**_ENTITIES, "logicalType": "tests.classes.Gone"}, []),
        ({**_ENTITIES, "logicalType": ["set"]}, []),
        ({**_ENTITIES, "items": "int"}, []),
        ({**_ENTITIES, "items": [_CAR, {**_CAR, "name": "Other"}]}, []),
        ({"type": "map", "values": "int", "python": "shared"}, {}),
        ({"type": "record", "name": "a", "fields": [], "python": "shared"}, {}),
    ],
    ids=str,
)
def test_damaged_branches_are_refused(branch: Any, value: Any) -> None:
    with pytest.raises(SnapshotException):
        read("null", branch, value=value)


def test_hashes_that_collide_are_refused() -> None:
    with pytest.raises(SnapshotException, match="hash"):
        items = [{"type": "string", "python": "int"}]
        read({**_SET, "items": items}, value=[str((2**61 - 1) * number) for number in range(1, 1000)])


def test_what_stands_beside_what_fastavro_reads_by_its_logical_type() -> None:
    value = [2**40, date(2024, 1, 7), {"a": {"b": {2**40, Rank.LAST}}, "c": date(2024, 1, 7)}, {"a": [ID, 1, None]}]
    assert_exact(SagaContext.from_avro_bytes(SagaContext(value=value).avro_bytes)["value"], value)


def test_unlisted_values_are_boxed() -> None:
    # A reference is written as two branches, which stay together.
    for value in (
        [{"a"}, ["x"], {Ref(ID)}, "y"],
        [["x"], {Ref(ID)}],
        [Rank.LAST, Stage.ON_HOLD, "on hold", "x"],
        [{"on hold"}, [], [None, "a"], ["on hold"], set()],
    ):
        assert_exact(SagaContext.from_avro_bytes(SagaContext(value=value).avro_bytes)["value"], value)
