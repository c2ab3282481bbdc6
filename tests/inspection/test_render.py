"""What is secret is masked wherever it stands: also in Models that write themselves, which are wholes to all others."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from minos.aggregate import Entity, EntitySet, Ref, ValueObject, ValueObjectSet

from minos_saga_context import ContextSnapshot, SagaContext, compare
from minos_saga_context.inspection import render

SECRET = "4111 1111"


class Payment(Entity):
    card_number: str
    amount: int


class Key(ValueObject):
    token: str


PAYMENT = Payment(SECRET, 5, uuid=UUID(int=7))


@pytest.mark.parametrize(
    "value", [EntitySet([PAYMENT]), ValueObjectSet([Key(SECRET)]), Ref(PAYMENT), [EntitySet([PAYMENT])]]
)
def test_nothing_secret_is_shown(value: Any) -> None:
    context = SagaContext(payments=value)
    assert SECRET not in render.brief(context) and "***" in render.brief(context)
    assert SECRET not in ContextSnapshot.take(context).to_json(masked=True)
    assert SECRET not in "".join(change.text(False) for change in compare(context, SagaContext(payments=1)))
    assert SECRET in render.brief(context, reveal=True)
    assert render.secret_paths(context)
    assert render.without_secrets(f"not with {SECRET}", [context]) == "not with ***"


def test_the_rest_of_them_is_shown() -> None:
    context = SagaContext(payments=EntitySet([PAYMENT]), ref=Ref(UUID(int=9)))
    shown = json.loads(ContextSnapshot.take(context).to_json(masked=True))["data"]
    payment = shown["payments"]["value"]["data"][str(UUID(int=7))]["value"]
    assert payment == {"uuid": {"$type": "uuid", "value": str(UUID(int=7))}, "card_number": "***", "amount": 5}
    assert shown["ref"]["value"] == str(UUID(int=9))
