"""The benchmarks run. What they measure is not looked at: the machine that tests run on is busy."""

import asyncio
from pathlib import Path

import psutil
import pytest

from benchmarks import account, jobs, report, rows, saga, sides, stores
from benchmarks.around import import_times
from benchmarks.data import CONTEXTS, special
from minos_saga_context import SagaContext
from minos_saga_context.postgres import PostgresDatabaseClient
from tests.support.postgres import sql


@pytest.mark.parametrize("name", [*CONTEXTS, *special(), "100"])
def test_every_context_is_kept(name: str) -> None:
    context = SagaContext(jobs.values_of(name))
    assert SagaContext.from_avro_str(context.avro_str) == context


def test_a_row_is_measured_on_all_sides() -> None:
    row = next(row for row in rows.ROWS if row.peers == ("deepcopy",))
    found = sides.measure(rows.jobs((row,)), rounds=1, samples=1)
    assert set(found) == {("stock", row.job), ("ours", row.job), ("peers", f"deepcopy {row.job}")}
    assert all(seconds > 0 for seconds in found.values())
    text, verdicts = report.targets(found, (row,))
    assert row.label in text
    assert [verdict.label for verdict in verdicts] == [row.label]


@pytest.mark.parametrize("job", [job for side, job in [*rows.jobs(), *rows.special_jobs()] if side == "ours"])
def test_jobs_run(job: str) -> None:
    assert jobs.timer(job).timeit(1) > 0


@pytest.mark.parametrize("job", [job for side, job in [*rows.jobs(), *rows.special_jobs()] if side == "peers"])
def test_peers_jobs_run(job: str) -> None:
    assert jobs.peer_timer(job).timeit(1) > 0


def test_sizes_are_measured() -> None:
    found = sides.sizes(["order"])
    assert found["ours", "order"] == len(SagaContext(jobs.values_of("order")).avro_str)
    assert found["stock", "order"] > 0


def test_growth_is_measured() -> None:
    for side in sides.SIDES:
        with sides.Side(side) as process:
            seconds, peak = process.ask(growth=10, samples=1)
        assert seconds > 0 and peak > 0


def test_a_saga_is_measured() -> None:
    with sides.Side("stock") as stock, sides.Side("ours") as ours:
        for side in (stock, ours):
            seconds, within = side.ask(saga=1, parent=None)
            assert seconds > within > 0


def test_whole_sagas_are_measured() -> None:
    found = sides.shops([lines for lines, _ in rows.SHOPS], count=1, rounds=1)
    assert all(seconds > 0 for parts in found.values() for seconds in parts.values())
    text, verdicts = report.shops(found)
    assert len(verdicts) == len(rows.SHOPS) and "the rest of minos" in text


def test_what_fails_in_a_side_is_told() -> None:
    with pytest.raises(RuntimeError, match="'ours' ended"), sides.Side("ours") as side:
        side.ask(job="copy nothing", samples=1)


def test_accounts_add_up() -> None:
    for parts in account.account("order", 1):
        assert parts[0][1] == pytest.approx(sum(seconds for _, seconds in parts[1:]))


def test_imports_are_timed() -> None:
    before, added = import_times(1)
    assert before > 0 and added > 0


def test_results_stand_between_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n")
    report.write(page, "new")
    assert page.read_text() == "before\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\nafter\n"
    page.write_text("no markers")
    with pytest.raises(ValueError, match="no place for the results"):
        report.write(page, "new")


def test_stopwatch_counts_what_fails() -> None:
    watch = saga.Stopwatch()
    with pytest.raises(ZeroDivisionError):
        watch.on(lambda: 1 // 0)()
    assert watch.seconds > 0


def test_stores_are_measured(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "LINES", {2: 1, 30: 1})
    monkeypatch.setattr(stores, "SECONDS", 0.05)
    asyncio.run(stores.fill(dsn, 20))
    times = asyncio.run(stores.measure(stores.builder(PostgresDatabaseClient, dsn=dsn)))
    # Whose processor is looked at is no matter here.
    found = stores.throughput(dsn, psutil.Process(), 2)
    assert found.sagas > 0 and found.clients > 0
    assert sql(dsn, "SELECT count(*) FROM saga_execution") == [(20,)]
    text = report.stores({"PostgreSQL": times}, {2: found}, asyncio.run(stores.sizes(dsn)))
    assert "30 lines: a whole pause and resume" in text and "sagas a second" in text and "KB" in text
