"""The order of branches, by what stock minos would cast to what."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from minos.aggregate import EntitySet, Ref

from minos_saga_context import SagaContext
from minos_saga_context.codec.avro.schema import avro_type, logical_of
from tests.classes import Address, Bits, Car, Level, Point, Rank, Stage, Status

ID = UUID(int=7)
_CAR = Car("a", 3, uuid=ID)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, ID], ["uuid", "int"]),
        ([1, "01234"], ["string", "int"]),
        ([1, b"1"], ["bytes", "int"]),
        ([1, 2.5, True, None, ID, "1"], ["null", "boolean", "string", "uuid", "typing.Any", "int", "double"]),
        ([1, Ref(ID)], ["minos.aggregate.entities.refs.models.Ref"] * 2 + ["int"]),
        ([1, Level.LOW], ["tests.classes.Level", "int"]),
        (["a", Status.OPEN], ["tests.classes.Status", "string"]),
        ([1, timedelta(1)], ["int", "record"]),
        ([{}, Address("a", 1)], ["record", "map"]),
        ([[], Point(1)], ["record", "array"]),
        ([set(), Ref(ID)], ["minos.aggregate.entities.refs.models.Ref"] * 2 + ["set"]),
        ([{}, EntitySet([Car("a", 3, uuid=ID)])], ["minos.aggregate.entities.collections.EntitySet", "map"]),
        ([[1], {}], ["map", "array"]),
        ([1, 2.5], ["int", "double"]),
        ([1, 2.5, timedelta(1)], ["double", "int", "record"]),
        ([1, 2.5, ID, "a"], ["string", "uuid", "typing.Any", "int", "double"]),
        ([1, 2.5, Status.OPEN], ["tests.classes.Status", "typing.Any", "int", "double"]),
        (["a", Ref(ID)], ["string"] + ["minos.aggregate.entities.refs.models.Ref"] * 2),
        ([ID, Ref(_CAR)], ["uuid"] + ["minos.aggregate.entities.refs.models.Ref"] * 2),
        ([_CAR, Ref(ID)], ["record"] + ["minos.aggregate.entities.refs.models.Ref"] * 2),
        ([1, date(2024, 3, 1), "a"], ["string", "builtins.int", "date"]),
        ([ID, Stage.ON_HOLD], ["tests.classes.Stage", "uuid"]),
        ([Bits.ONE, Rank.LAST], ["tests.classes.Rank", "tests.classes.Bits"]),
        ([Bits.TWO, Level.LOW], ["tests.classes.Level", "tests.classes.Bits"]),
        ([Bits.ONE, Level.HIGH], ["tests.classes.Bits", "tests.classes.Level"]),
    ],
    ids=str,
)
def test_what_takes_values_of_another_stands_behind_it(values: list[Any], expected: list[str]) -> None:
    for value in (values, values[::-1]):
        branches = SagaContext(value=value).avro_schema[0]["fields"][0]["type"]["items"]
        assert [logical_of(branch) or avro_type(branch) for branch in branches] == expected
