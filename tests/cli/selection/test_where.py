"""Conditions on contexts: what they take, in memory; and that PostgreSQL never leaves out what they take."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from minos_saga_context import SagaContext
from minos_saga_context.cli import main
from tests.classes import Color, Line
from tests.support.postgres import database
from tests.support.sagas.stores import made

ODD = "a.b = 'c'"
VALUES: list[Any] = [
    {"customer": {"id": "cust_456", "orders": 3, "premium": True}, "total": 23.0, "coupon": None},
    {"customer": {"id": "cust_457"}, "total": Decimal("23.00"), "lines": [Line("A", 1.5), Line("B", 2)]},
    {"customer": ("cust_456",), "total": "23", "lines": [{"sku": "A"}, {"sku": "C"}], ODD: {1: "x"}},
    {
        "total": 2**70,
        "color": Color.RED,
        "by": {UUID(int=1): {None: 1}, Color.RED: 2},
        "lines": ({"sku": "A"},),
        "text": "a\0b",
        "long": "x" * 70_000,
    },
    {"total": float("nan"), "text": "\ud800", "long": "x" * 1_500, "$type": "mine"},
    {},
]
#: Conditions, and the places of the contexts that they take.
CONDITIONS = {
    "customer.id=cust_456": [0],
    "customer.id!=cust_456": [1],
    "customer[0]=cust_456": [2],
    "customer.id": [0, 1],
    "customer": [0, 1, 2],
    "customer.premium=true": [0],
    "customer.premium=True": [0],
    "customer.premium=1": [],
    "customer.orders = 3": [0],
    "customer.orders=3.0": [0],
    "coupon": [0],
    "coupon=null": [0],
    "coupon>null": [],
    "total=23": [0, 1, 2],
    "total=23.00": [0, 1],
    "total=023": [],
    "total>=2.3e1": [0, 1, 2, 3],
    "total>22": [0, 1, 2, 3],
    "total<1e3": [0, 1],
    "total=1180591620717411303424": [3],
    "total=nan": [],
    "color=RED": [3],
    "lines[].sku=A": [1, 2, 3],
    "lines[1].sku=C": [2],
    "lines[].price>1.5": [1],
    f"[{ODD!r}][1]=x": [2],
    "by[UUID('00000000-0000-0000-0000-000000000001')][None]=1": [3],
    "by[<Color.RED: 1>]>1": [3],
    "by[(1,2)]": [],
    "text": [3, 4],
    "text=a\0b": [3],
    "text>a": [3, 4],
    f"long={'x' * 70_000}": [3],
    "long>x": [3, 4],
    "long<xy": [3, 4],
    "['$type']=mine": [4],
    "nowhere": [],
    "nowhere!=x": [],
}


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = str(made(tmp_path_factory.mktemp("where") / "store", *map(SagaContext, VALUES)))
    with database() as dsn:
        assert main(["copy", path, dsn]) == 0
        yield path, dsn


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda it: it[:20].replace("\0", "0"))
def test_what_a_condition_takes_from_both_kinds_of_stores(condition: str, stores: Any, capsys: Any) -> None:
    for store in stores:
        assert main(["list", store, "--where", condition, "--sort", "uuid", "--json"]) == 0
        found = [UUID(one["uuid"]).int for one in json.loads(capsys.readouterr().out)]
        assert found == CONDITIONS[condition], store


def test_all_conditions_have_to_hold(stores: Any, capsys: Any) -> None:
    for store in stores:
        assert (
            main(["list", store, "--where", "total>22", "--where", "customer.id", "--where", "coupon", "--json"]) == 0
        )
        assert [one["uuid"] for one in json.loads(capsys.readouterr().out)] == [str(UUID(int=0))]


@pytest.mark.parametrize("text", ["", "=", "=x", "a b=1", "a.=1", "[x]>1", "a['b=1"])
def test_what_is_no_condition_is_told(text: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["list", "/nowhere", "--where", text])
    assert caught.value.code == 2 and " is no " in capsys.readouterr().err


def test_secrets_are_not_found_out_by_questions(tmp_path: Path, capsys: Any) -> None:
    store = str(made(tmp_path / "store", SagaContext(card={"number": "4111"}, pay={"apiToken": "t"})))
    for condition in ("card.number>4", "pay.apiToken=t", "card"):
        assert main(["list", store, "--where", condition]) == 2
        assert "is masked: ask for it with --reveal" in capsys.readouterr().err
        assert main(["list", store, "--where", condition, "--reveal", "--json"]) == 0
        assert len(json.loads(capsys.readouterr().out)) == 1


def test_contexts_that_cannot_be_read_are_told(tmp_path: Path, capsys: Any) -> None:
    text = SagaContext(a=1).avro_str
    store = str(made(tmp_path / "store", text, text[:-8]))
    assert main(["list", store, "--where", "a=1"]) == 3
    out, err = capsys.readouterr()
    assert "1 execution: " in out and str(UUID(int=1)) in err
