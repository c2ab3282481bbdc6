"""Snapshots of contexts: taken, frozen, shown, written as JSON and read again."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import FrozenInstanceError
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from minos_saga_context import (
    ContextSnapshot,
    SagaContext,
    SnapshotException,
    UnsupportedValueException,
    compare,
    to_json,
)
from tests.inspection.conftest import document
from tests.support.exact import assert_exact
from tests.support.samples import ID, SAMPLES
from tests.support.strategies import VALUE


def test_taken() -> None:
    context = document()
    snapshot = ContextSnapshot.take(context, step="reserve")
    context["order"]["items"].clear()
    assert snapshot.step_name == "reserve" and snapshot.context == document() == snapshot.data
    assert abs(datetime.now(timezone.utc) - snapshot.time) < timedelta(minutes=1)
    assert datetime.fromisoformat(snapshot.timestamp) == snapshot.time


def test_frozen() -> None:
    snapshot = ContextSnapshot.take(document())
    snapshot.data["order"]["items"].clear()
    snapshot.context.clear()
    with pytest.raises(FrozenInstanceError):
        snapshot.step_name = "other"  # type: ignore[misc]
    assert snapshot.data == document()
    assert {snapshot, copy.deepcopy(snapshot), pickle.loads(pickle.dumps(snapshot))} == {snapshot}


def test_fields_that_bear_the_names_of_methods() -> None:
    data = ContextSnapshot.take(SagaContext(items=[1], keys="a")).data
    assert data == {"items": [1], "keys": "a"} and [type(it) for it in data.values()] == [list, str]


def test_other_mappings() -> None:
    assert ContextSnapshot.take({"n": 1}).context == SagaContext(n=1)


def test_what_cannot_be_kept() -> None:
    context = document()
    context["order"]["items"].append(object())
    with pytest.raises(UnsupportedValueException, match=r"order\.items\[2\]"):
        ContextSnapshot.take(context)


@pytest.mark.parametrize("tag", SAMPLES)
def test_json_brings_back_every_kind_of_value(tag: str) -> None:
    context = SagaContext(samples=SAMPLES[tag], **{f"value_{place}": it for place, it in enumerate(SAMPLES[tag])})
    snapshot = ContextSnapshot.take(context, "here")
    back = ContextSnapshot.from_json(snapshot.to_json())
    assert back == snapshot
    assert_exact(back.data, dict(context))
    assert compare(snapshot, back) == []
    assert json.loads(snapshot.to_json(masked=True))["data"].keys() == context.keys()


@given(VALUE)
def test_json_brings_back_any_value(value: Any) -> None:
    snapshot = ContextSnapshot.take(SagaContext(value=value))
    assert ContextSnapshot.from_json(snapshot.to_json().encode("utf-8")) == snapshot
    assert snapshot.diff(snapshot.context) == []


@given(VALUE)
def test_any_value_is_written_on_one_printable_line(value: Any) -> None:
    (change,) = compare({}, {"value": value})
    assert str(change).startswith("+ value: ") and str(change).isprintable()
    assert json.loads(json.dumps(change.to_json()))["kind"] == "added"


def test_json_is_readable() -> None:
    context = SagaContext(
        document(),
        madrid=datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Madrid")),
        lasts=timedelta(hours=26),
        pair=(1, 2.0),
        tags={"b", "a"},
        counts={1: "one"},
        name="José",
        lone="\ud800",
    )
    data = json.loads(ContextSnapshot.take(context).to_json())["data"]
    assert data["order"]["items"] == [{"sku": "A", "price": 9.5}, {"sku": "B", "price": 49.99}]
    assert data["order"]["id"] == {"$type": "uuid", "value": str(ID)}
    assert data["order"]["total"] == {"$type": "decimal", "value": "59.49"}
    assert data["at"] == {"$type": "datetime", "value": "2026-11-23T09:30:00"}
    assert data["madrid"] == {"$type": "datetime", "value": "2026-07-01T12:00:00+02:00[Europe/Madrid]"}
    assert data["lasts"] == {"$type": "timedelta", "value": "1 day, 2:00:00"}
    assert data["pair"] == {"$type": "tuple", "value": [1, 2.0]}
    assert data["tags"] == {"$type": "set", "value": ["a", "b"]}
    assert data["counts"] == {"$type": "dict", "value": [[1, "one"]]}
    assert (data["name"], data["lone"]) == ("José", "\ud800")
    assert '"José"' in ContextSnapshot.take(SagaContext(name="José")).to_json()


def test_json_is_masked_where_asked() -> None:
    context = SagaContext(
        customer={"name": "Ann", "passwordHash": "x1", "api_key": "x2", "cards": [{"no": "x3"}], "shipping": "kept"}
    )
    text = ContextSnapshot.take(context).to_json(masked=True)
    assert json.loads(text)["data"]["customer"] == {
        "name": "Ann",
        "passwordHash": "***",
        "api_key": "***",
        "cards": "***",
        "shipping": "kept",
    }
    with pytest.raises(SnapshotException, match="masked"):
        ContextSnapshot.from_json(text)


def test_a_context_of_what_json_has_is_written_as_json_writes_it() -> None:
    values = {
        "n": 1,
        "price": 9.5,
        "name": "José",
        "gift": True,
        "coupon": None,
        "lines": [{"sku": "A"}],
        "pin": "1234",
    }
    for context in (SagaContext(values), values):
        assert to_json(context) == json.dumps(values, ensure_ascii=False)
        assert to_json(context, indent=2) == json.dumps(values, ensure_ascii=False, indent=2)
    assert json.loads(to_json(SagaContext(values), masked=True)) == {**values, "pin": "***"}


def test_a_context_s_json_is_that_of_its_snapshot() -> None:
    context = document()
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(dict(context))
    assert json.loads(to_json(context)) == json.loads(ContextSnapshot.take(context).to_json())["data"]
    with pytest.raises(UnsupportedValueException, match="at 'broken'"):
        to_json({"broken": object()})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"step": "a", "timestamp": "b", "avro": ""}',
        '{"step": "a", "timestamp": 1, "avro": ""}',
    ],
)
def test_what_is_no_json_of_a_snapshot(text: str) -> None:
    with pytest.raises(SnapshotException, match="not the JSON of a snapshot"):
        ContextSnapshot.from_json(text)


def test_json_with_damaged_avro() -> None:
    content = json.loads(ContextSnapshot.take(document()).to_json())
    content["avro"] = content["avro"][:-8]
    with pytest.raises(SnapshotException):
        ContextSnapshot.from_json(json.dumps(content))


def test_printing_a_snapshot_shows_no_values() -> None:
    text = repr(ContextSnapshot.take(SagaContext(pin="1234", other=1), "reserve"))
    assert text.startswith("ContextSnapshot('reserve', ") and text.endswith(": pin, other)")


def test_the_documents_snapshot(capsys: Any) -> None:
    def debug_step_with_snapshot(context: SagaContext) -> SagaContext:
        snapshot = ContextSnapshot(context, "debug_checkpoint")
        print(snapshot.to_json())
        context.debug_checkpoint = snapshot.timestamp
        return context

    context = debug_step_with_snapshot(document())
    printed = json.loads(capsys.readouterr().out)
    assert printed["step"] == "debug_checkpoint" and printed["timestamp"] == context.debug_checkpoint
    assert printed["data"]["order"]["total"]["value"] == "59.49"


def test_the_documents_log(capsys: Any) -> None:
    def log_context_state(context: SagaContext, step_name: str) -> None:
        print(f"Context at {step_name}:")
        for key, value in context.items():
            print(f" {key}: {value}")

    log_context_state(SagaContext(document(), items=[1]), "start")
    assert capsys.readouterr().out.startswith("Context at start:\n order: {'items': [")
