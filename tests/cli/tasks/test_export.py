"""Many executions, as lines of JSON and as CSV: masked, whole, and past those that cannot be read."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from minos_saga_context import SagaContext
from minos_saga_context.cli import main
from tests.support.sagas import stores
from tests.support.sagas.stores import made


def test_lines_of_json(store: Path, tmp_path: Path, capsys: Any) -> None:
    assert main(["export", str(store)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["uuid"] for line in lines] == [str(stores.RESERVING), str(stores.CHARGING), str(stores.REFUSED)]
    for line in lines:
        assert main(["export", str(store), line["uuid"]]) == 0
        one = json.loads(capsys.readouterr().out)
        assert {**line, "age": 0} == {**one, "age": 0}
    assert lines[1]["data"]["card"] == "***"
    target = tmp_path / "all.jsonl"
    assert main(["export", str(store), "--reveal", "--format", "jsonl", "-o", str(target)]) == 0
    contexts = [SagaContext.from_avro_str(json.loads(line)["avro"]) for line in target.read_text().splitlines()]
    assert [context["order_id"] for context in contexts] == [12345, 12345, 12346] and contexts[1]["card"] == stores.CARD


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv(store: Path, capsys: Any) -> None:
    columns = ["customer.id", "items[].price", "card", "card.number", "reservation", "nowhere"]
    fields = [part for column in columns for part in ("--field", column)]
    assert main(["export", str(store), "--format", "csv", "--status", "paused", *fields]) == 0
    first, second = rows(capsys.readouterr().out)
    assert first["uuid"] == str(stores.RESERVING) and first["step"] == "2/4 reserve_items"
    told = [second[column] for column in columns]
    assert told == ["cust_456", "9.5, 4.0", "***", "***", '{"boxes": 2, "code": "0012345"}', ""]
    assert (
        main(["export", str(store), "--format", "csv", "--reveal", "--step", "charge*", "--field", "card.number"]) == 0
    )
    assert [row["card.number"] for row in rows(capsys.readouterr().out)] == ["4111 1111 1111 1111", ""]


def test_csv_of_all(store: Path, capsys: Any) -> None:
    assert main(["export", str(store), "--format", "csv"]) == 0
    data = [json.loads(row["data"]) for row in rows(capsys.readouterr().out)]
    assert data[1]["card"] == "***" and data[2]["total"] == 99.99


def test_contexts_that_cannot_be_read_are_told(tmp_path: Path, capsys: Any) -> None:
    text = SagaContext(a=1).avro_str
    path = str(made(tmp_path / "store", text, text[:-8], "no base64!"))
    for more in ([], ["--format", "csv"]):
        assert main(["export", path, *more]) == 3
        out, err = capsys.readouterr()
        assert out.count(str(UUID(int=0))) == 1 and out.count(str(UUID(int=1))) == 0
        assert [str(UUID(int=n)) in line for n, line in enumerate(err.splitlines(), start=1)] == [True, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("{store} --json --format csv", "contradict each other"),
        ("{store} 5c --json --format avro", "contradict each other"),
        ("{store} 5c --format csv", "is for a store: name its PATH alone"),
        ("{store} 5c --status paused", "are for a whole store"),
        ("{store} 5c --field total", "it is for --format csv"),
        ("{store} --field total", "it is for --format csv"),
        ("{store} --format avro", "is a store: name UUID too"),
        ("{store} -o /nowhere/x", "it cannot be written"),
    ],
)
def test_what_contradicts_itself_is_told(arguments: str, message: str, store: Path, capsys: Any) -> None:
    assert main(["export", *arguments.format(store=store).split()]) in (2, 3)
    out, err = capsys.readouterr()
    assert out == "" and message in err


def test_numbers_are_numbers_in_csv(tmp_path: Path, capsys: Any) -> None:
    values = {"a": -5, "b": -0.5, "c": Decimal("-1.50"), "d": -(2**70), "e": "-5", "f": float("-inf"), "g": [-1, -2]}
    path = str(made(tmp_path / "store", SagaContext(values)))
    columns = ("a", "b", "c", "d", "e", "f", "g[]")
    fields = [part for column in columns for part in ("--field", column)]
    assert main(["export", path, "--format", "csv", *fields]) == 0
    (row,) = rows(capsys.readouterr().out)
    told = [row[column] for column in columns]
    assert told == ["-5", "-0.5", "-1.50", str(-(2**70)), "'-5", "'-inf", "'-1, -2"]
