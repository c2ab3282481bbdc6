"""What 0.1.0 named, under the names that it had."""

import pickle
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from minos_saga_context import ContextSnapshot, SagaContext
from minos_saga_context.inspection.diff import Change
from tests.support.exact import assert_exact
from tests.support.process import run

PICKLE = Path(__file__).parents[1] / "golden" / "0.1.0" / "contexts.pickle"


def test_a_pickle_of_the_first_release_loads() -> None:
    found: Any = pickle.loads(PICKLE.read_bytes())
    expected = SagaContext(
        order_id=12345,
        total=Decimal("49.90"),
        items=[{"sku": "B", "qty": 1, "price": 49.99}],
        when=datetime(2026, 11, 23, tzinfo=timezone(timedelta(hours=2))),
        nested=SagaContext(zip="01234"),
        pair=(1, "a"),
    )
    assert_exact(found["context"], expected)
    assert type(found["snapshot"]) is ContextSnapshot and found["snapshot"].step_name == "charge"
    assert_exact(found["snapshot"].context, expected)
    assert [(type(one), one.path, one.after) for one in found["changes"]] == [(Change, "total", Decimal("50"))]


@pytest.mark.parametrize(
    "old, new", [("history", "ContextHistory"), ("render", "is_secret"), ("snapshot", "ContextSnapshot")]
)
def test_modules_under_their_old_names(old: str, new: str) -> None:
    module = import_module(f"minos_saga_context.{old}")
    assert module is import_module(f"minos_saga_context.inspection.{old}")
    assert hasattr(module, new) and module.__spec__ is not None and module.__spec__.name == module.__name__


def test_old_names_import_nothing_before_they_are_used() -> None:
    code = """
import json, sys
import minos_saga_context
before = "minos_saga_context.inspection.history" in sys.modules
from minos_saga_context.mapping import build
from minos_saga_context.history import log_steps
print(json.dumps([before, log_steps is minos_saga_context.log_steps, build.__module__]))
"""
    assert run(code) == [False, True, "minos_saga_context.context.values"]
