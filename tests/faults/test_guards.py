"""With the plug in, minos.saga does what stock does when things go wrong."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from minos.saga import SagaFailedExecutionStepException

from minos_saga_context import MissingAttributeException, MissingItemException
from tests.support.faults.guards import ANSWERS, LOCAL

ROOT = Path(__file__).parents[2]


def story(*plug: str) -> dict[str, Any]:
    code = f"{';'.join(plug)}\nfrom tests.support.faults.guards import main\nmain()"
    run = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    told: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return told


def test_the_same_exceptions_statuses_and_rollbacks() -> None:
    stock, ours = story(), story("import minos_saga_context")
    assert stock.keys() == ours.keys() and len(stock) == 4 * len(LOCAL) + 2 * len(ANSWERS) + 4
    ends = {told["status"] for told in stock.values() if isinstance(told, dict)}
    assert ends == {None, "finished", "paused", "errored"}
    for key, expected in stock.items():
        found = ours[key]
        if key.startswith("wrong result"):
            # Stock takes what is no context for one, and fails at the next step without a compensation.
            assert "TypeError" in expected["raised"][0] and (found["raised"], found["status"]) == ([], "finished")
            continue
        if key.startswith("rollback fails"):
            # Stock takes it for no failure of the saga: it raises whatever was asked for, and rejects nothing.
            assert [one[0] for one in expected["raised"]] == ["SagaRollbackExecutionException"] and not expected["sent"]
            assert all("SagaRollbackExecutionException" in one for one in found["raised"][:1])
            assert (bool(found["raised"]), found["status"]) in {(True, None), (False, "errored")}
            assert found["sent"] == ["_RejectShopTransaction"] and found["callbacks"] == expected["callbacks"]
            continue
        if isinstance(expected, dict):
            # Ours may be caught by more than stock's, such as TypeError; but by no less.
            caught, caught_ours = expected.pop("raised"), found.pop("raised")
            assert len(caught) == len(caught_ours), key
            assert all(set(one) <= set(other) for one, other in zip(caught, caught_ours)), (key, caught, caught_ours)
        assert found == expected, key


@pytest.mark.parametrize("error", [MissingItemException, MissingAttributeException])
def test_what_is_missing_can_be_shown_in_every_way(error: type[Exception]) -> None:
    exc = error("totl", "SagaContext", ["total"])
    assert (
        repr(exc)
        == f"{error.__name__}(message=\"'SagaContext' does not contain the 'totl' field. Did you mean 'total'?\")"
    )
    assert str(exc) in f"{exc!r} {exc!s} {exc}"
    assert str(pickle.loads(pickle.dumps(exc))) == str(exc)
    assert str(exc) in str(SagaFailedExecutionStepException(exc))
