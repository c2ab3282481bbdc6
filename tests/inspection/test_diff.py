"""What changed from one context to another: which values, at which paths, of which types."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from minos_saga_context import ContextSnapshot, compare
from tests.inspection.conftest import document
from tests.support.samples import ID


def test_diff() -> None:
    before, after = document(), document()
    after["order"]["items"][1]["price"] = 59.99
    after["order"]["items"].append({"sku": "C"})
    del after["at"]
    after["a key"] = None
    assert list(map(str, ContextSnapshot.take(before).diff(ContextSnapshot.take(after)))) == [
        "order.items[1].price: 49.99 -> 59.99",
        "+ order.items[2]: {'sku': 'C'}",
        "- at: datetime('2026-11-23T09:30:00')",
        "+ ['a key']: None",
    ]
    first, second, third, _ = compare(before, after)
    assert (first.path, first.kind, first.before, first.after) == ("order.items[1].price", "changed", 49.99, 59.99)
    assert (second.kind, second.after, third.kind, third.before) == ("added", {"sku": "C"}, "removed", before["at"])


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (1, 1.0, "1 -> 1.0"),
        (1, True, "1 -> True"),
        ("1", 1, "'1' -> 1"),
        (0.0, -0.0, "0.0 -> -0.0"),
        (Decimal("1.0"), Decimal("1.00"), "Decimal('1.0') -> Decimal('1.00')"),
        ([1], (1,), "[1] -> tuple([1])"),
        (str(ID), ID, f"'{ID}' -> UUID('{ID}')"),
        (deque([1], 2), deque([1], 3), "deque([1], maxlen=2) -> deque([1], maxlen=3)"),
        (
            defaultdict(int, a=1),
            defaultdict(float, a=1),
            "defaultdict({'a': 1}, default_factory=int) -> defaultdict({'a': 1}, default_factory=float)",
        ),
        (
            OrderedDict(a=1, b=2),
            OrderedDict(b=2, a=1),
            "OrderedDict({'a': 1, 'b': 2}) -> OrderedDict({'b': 2, 'a': 1})",
        ),
        (
            datetime(2026, 7, 1, 12, tzinfo=timezone.utc),
            datetime(2026, 7, 1, 14, tzinfo=timezone(timedelta(hours=2))),
            "datetime('2026-07-01T12:00:00+00:00') -> datetime('2026-07-01T14:00:00+02:00')",
        ),
    ],
)
def test_a_change_of_type_or_form_is_a_change(before: Any, after: Any, text: str) -> None:
    assert [str(it) for it in compare({"n": before}, {"n": after})] == [f"n: {text}"]
    assert compare({"n": before}, {"n": before}) == compare({"n": after}, {"n": after}) == []


def test_equal_values_are_no_change() -> None:
    nan = float("nan")
    assert compare({"a": nan, "b": {"x": 1, "y": 2}}, {"b": {"y": 2, "x": 1}, "a": float("nan")}) == []


def test_sets_and_keys_by_what_they_hold() -> None:
    changes = compare({"s": {1, "a"}, "d": {1: "x"}}, {"s": {1.0, "a"}, "d": {True: "x"}})
    assert [str(it) for it in changes] == ["- s{1}: 1", "+ s{1.0}: 1.0", "- d[1]: 'x'", "+ d[True]: 'x'"]


def test_nan_is_found_again_wherever_it_stands() -> None:
    def build() -> dict[str, Any]:
        nan, other = float("nan"), float("nan")
        return {"set": {nan, other}, "dict": {nan: 1, (1, Decimal("nan")): 2}, "order": OrderedDict({nan: 1, other: 1})}

    assert compare(build(), build()) == []
    less = build()
    less["set"].pop()
    assert [str(it) for it in compare(build(), less)] == ["- set{nan}: nan"]


def test_secrets_are_masked_in_changes() -> None:
    (change,) = compare({"user": {"token": "abc"}}, {"user": {"token": "abd"}})
    (added,) = compare({}, {"user": {"token": "abd", "n": 1}})
    assert str(change) == "user.token: *** -> ***" and str(added) == "+ user: {'token': ***, 'n': 1}"
    assert "abd" not in f"{change!r}{added!r}{change.to_json()}{added.to_json()}"
    assert change.text(reveal=True) == "user.token: 'abc' -> 'abd'" and "abd" in added.text(reveal=True)
