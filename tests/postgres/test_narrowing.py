"""What PostgreSQL leaves out of what the tool asks for: never one that the tool would take; and most of the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest

from minos_saga_context import SagaContext
from minos_saga_context.cli import main
from minos_saga_context.cli.selection.where import Where
from minos_saga_context.cli.stores.executions import Execution
from minos_saga_context.codec.types.registry import find_kept
from minos_saga_context.codec.types.rows import ScalarType
from minos_saga_context.inspection.render import text_of
from minos_saga_context.postgres.store import PostgresStore
from tests.support.postgres import database
from tests.support.sagas.stores import made
from tests.support.samples import SAMPLES

VALUES = [value for values in SAMPLES.values() for value in values]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    contexts = (SagaContext(v=value, lines=[{"v": value}]) for value in VALUES)
    with database() as dsn:
        assert main(["copy", str(made(tmp_path_factory.mktemp("values") / "store", *contexts)), dsn]) == 0
        with PostgresStore.open(dsn) as opened:
            yield opened


def texts() -> list[str]:
    found = {"true", "null", "5", "-0", "0.1", "1e3", 'quo"te', "back\\slash", "x' OR 1"}
    for value in VALUES:
        if isinstance(find_kept(type(value)), ScalarType):
            with suppress(ValueError):  # an int of more digits than Python writes
                found.add(text_of(value))
    return sorted(found)


def test_nothing_is_left_out_that_is_asked_for(store: Any) -> None:
    executions = {key: Execution.from_store(key, value) for key, value in store.items()}
    narrowed = 0
    for place, text in enumerate(texts()):
        path, operator = ("v", "lines[].v")[place % 2], ("=", "<", ">=", "!=")[place % 4]
        for where in (Where(Where.parse(path).steps, compare, text) for compare in ("=", operator)):
            asked = {"wheres": [(where.steps, where.compare, where.text, where.literal)]}
            given = {key for key, _ in store.items(narrow=asked)}
            wanted = {key for key, execution in executions.items() if where.holds(execution)}
            assert wanted <= given, where
            narrowed += len(given) < len(executions)
    assert narrowed > 50


def test_a_context_that_is_not_asked_for_is_not_read(store: Any) -> None:
    asked = {"wheres": [(Where.parse("v").steps, "=", "01234", None)]}
    assert len(list(store.heads({**asked, "status": "paused"}))) < len(VALUES)
    for narrow in ({"status": "errored"}, {"saga": "shop"}):
        assert list(store.heads(narrow)) == []


def test_times_that_were_not_noted_are_none(store: Any) -> None:
    # These were copied from a store that says nothing of them.
    assert {(row["started"], row["stored"]) for row in store.heads({})} == {(None, None)}


def test_heads_come_in_small_parts(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minos_saga_context.postgres.store._HEADS", 10)
    uuids = [row["uuid"] for row in store.heads({})]
    assert len(uuids) == len(VALUES) and uuids == sorted(uuids)
    assert len(list(islice(store.heads({}), 3))) == 3
