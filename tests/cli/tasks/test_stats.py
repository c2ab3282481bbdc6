"""``stats``: how many, how old, how large, by saga, step and status; of both kinds of stores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from minos_saga_context import SagaContext
from minos_saga_context.cli import main
from tests.support.sagas import stores
from tests.support.sagas.stores import made, raw_of


def test_stats(store: Path, capsys: Any) -> None:
    assert main(["stats", str(store), "--older-than", "1h"]) == 0
    head, first, second, total = (line.split() for line in capsys.readouterr().out.splitlines())
    assert head == ["step", "status", "count", "oldest", "newest", "mean", "largest", "saga"]
    sizes = [str(len(raw_of(store, uuid))) for uuid in (stores.RESERVING, stores.CHARGING)]
    assert first == ["2/4", "reserve_items", "paused", "1", "3h", "3h", sizes[0], sizes[0], stores.SAGA]
    assert second == ["3/4", "charge_order", "paused", "1", "2d", "2d", sizes[1], sizes[1], stores.SAGA]
    assert total == ["2", "executions:", "2", "paused"]


def test_stats_of_both_kinds_of_stores(tmp_path: Path, dsn: str, capsys: Any) -> None:
    contexts = [SagaContext(n=list(range(size))) for size in (5, 5000, 50)]
    path = str(made(tmp_path / "store", *contexts, started="2026-11-25T12:00:00+00:00", definition={}, user=None))
    assert main(["copy", path, dsn]) == 0
    capsys.readouterr()
    found = []
    for one in (path, dsn):
        assert main(["stats", one, "--json"]) == 0
        (group,) = json.loads(capsys.readouterr().out)
        assert group["count"] == 3 and group["oldest"] == group["newest"] == "2026-11-25T12:00:00+00:00"
        assert group["largest"] * 1.5 > group["size"] > group["largest"]
        found.append((group["size"], group["largest"]))
    # Each store writes its JSON with blanks of its own, and one has the identifier in it.
    assert all(abs(one - another) < 100 * 3 for one, another in zip(*found))


def test_stats_of_nothing(tmp_path: Path, capsys: Any) -> None:
    path = str(made(tmp_path / "store"))
    assert main(["stats", path]) == 0
    assert capsys.readouterr().out == "no executions\n"
