"""Lists: a line for each execution, whatever its names hold, as wide as the terminal; written as they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context.cli import main
from minos_saga_context.cli.output import listing
from minos_saga_context.cli.stores.heads import Head
from tests.support.sagas import stores
from tests.support.sagas.stores import raw_of

NOW = datetime.now(timezone.utc)
UUID_ = str(UUID(int=7))


def head(
    status: str = "paused", step: str = "2/4 reserve_items", saga: str = "examples.shop.order", started: Any = None
) -> Head:
    return Head(UUID_, saga, status, step, started, None, 5)


@given(*[st.one_of(st.text(), st.sampled_from(["\x1b[2J", "\x9b1m", "\n", "漢字" * 20, "a.b" * 30]))] * 3)
def test_one_line_in_eighty_columns_whatever_the_names(status: str, step: str, saga: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        lines = list(listing.listed([head(status, step, saga), head()], wide=False))
    assert len(lines) == 4 and all(line.isprintable() for line in lines)
    assert all(line.startswith(UUID_) for line in lines[1:3])
    assert all(listing.cells(line) <= 80 for line in lines)


def test_names_are_shortened_by_what_they_are_in(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {}
    for columns in ("200", "80", "60"):
        monkeypatch.setenv("COLUMNS", columns)
        (_, line, _) = listing.listed([head(started=NOW - timedelta(hours=3))], wide=False)
        shown[columns] = line.removeprefix(f"{UUID_}  paused   3h  ")
    assert shown["200"] == "2/4 reserve_items  examples.shop.order"
    assert shown["80"] == "2/4 reserve_items  shop.order"
    assert re.fullmatch(r"2/4[…~]  order", shown["60"])
    monkeypatch.delenv("COLUMNS")
    assert next(iter([*listing.listed([head()], wide=False)][1:])).endswith("  examples.shop.order")


def test_what_is_read_is_written_at_once() -> None:
    read = 0

    def many() -> Iterator[Head]:
        nonlocal read
        while True:
            read += 1
            yield head()

    lines = listing.listed(many(), wide=False)
    assert next(lines).startswith("uuid") and read <= 300
    for _ in range(1000):
        next(lines)
    assert read <= 1001


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (None, "-"),
        (timedelta(seconds=5), "5s"),
        (timedelta(seconds=-5), "-5s"),
        (timedelta(minutes=20), "20min"),
        (timedelta(hours=3), "3h"),
        (timedelta(days=2), "2d"),
    ],
)
def test_ages(age: Any, text: str) -> None:
    assert listing.age_of(age) == text


def test_counts_by_status() -> None:
    assert [*listing.listed([], wide=False)] == ["no executions"]
    statuses = ["paused", "errored", "paused", *map(str, range(9))]
    (*_, last) = listing.listed([head(status) for status in statuses], wide=False)
    assert last == "12 executions: 2 paused, 1 errored, 1 0, 1 1, 1 2, 1 3, 1 4, 1 5, 3 others"


def test_list_all_there_is(store: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["list", str(store), "--wide"]) == 0
    row = capsys.readouterr().out.splitlines()[2]
    assert row.split()[5] == stores.SAGA and row.split()[6] == str(len(raw_of(store, stores.RESERVING)))
    assert row.endswith("  order_id, customer, items, address, ordered_at, total")
