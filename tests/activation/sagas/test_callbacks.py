"""What callbacks are given: the typed context that they are annotated with; and what is taken back from it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextvars import ContextVar
from copy import copy
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from minos_saga_context import ContextTypeException, SagaContext, SnapshotException, renamed, upgrade
from minos_saga_context.activation.sagas import callbacks
from minos_saga_context.activation.sagas.callbacks import hand_over, take_back, typed_class
from tests.support.declared import nothing_declared
from tests.support.process import run
from tests.support.typed_service import GiftContext, Line, OrderContext, Service, is_paid, pay, pay_in, pay_later

if TYPE_CHECKING:
    from tests.support.typed_service import OrderContext as Hidden

LINES = [Line("A", Decimal("9.50")), Line("B", Decimal("4.00"))]
CALLBACKS: list[Any] = [
    pay,
    pay_later,
    partial(pay_in, "EUR"),
    Service().pay,
    Service.pay_by_class,
    Service(),
    partial(Service().pay),
]


async def step(callback: Any, context: SagaContext) -> Any:
    """What the end of a step does around a callback."""
    given = hand_over(callback, context)
    result = callback(given)
    return take_back(context, given, await result if inspect.isawaitable(result) else result)


@pytest.mark.parametrize("callback", CALLBACKS)
async def test_callbacks_are_given_what_they_are_annotated_with(callback: Any) -> None:
    context = SagaContext(order_id=1, lines=LINES, other=[1])
    assert type(hand_over(callback, context)) is OrderContext
    result = await step(callback, context)
    for left in (context, result or context):
        assert type(left) is SagaContext and left["status"] == "paid" and left["extra"] is True
        assert left["prices"] == {"all": [Decimal("16.3350")]} and left["other"] == [1]
        assert left.avro_bytes == SagaContext(**left).avro_bytes


@pytest.mark.parametrize("callback", [lambda context: None, print, SagaContext, len, lambda: None, partial(print, 1)])
def test_other_callbacks_are_given_the_context_itself(callback: Any) -> None:
    context = SagaContext(order_id="no number")
    assert typed_class(callback) is None and hand_over(callback, context) is context


def test_what_a_callback_returns_besides_a_context_stays_what_it_is() -> None:
    context = SagaContext(order_id=1, lines=[])
    given = hand_over(is_paid, context)
    assert take_back(context, given, is_paid(given)) is False


def test_a_step_that_fails_leaves_no_trace() -> None:
    context = SagaContext(order_id=1, lines=[])
    given = hand_over(pay, context)
    given.status = "paid"
    assert dict(context) == {"order_id": 1, "lines": []}


def test_what_is_missing_fails_the_step_with_its_name() -> None:
    with pytest.raises(ContextTypeException) as info:
        hand_over(Service().pay, SagaContext(order_id=1))
    exc = info.value
    assert (exc.step, exc.context, exc.field, exc.path, exc.found) == (
        *("Service.pay", "OrderContext", "lines", "lines"),
        None,
    )
    assert str(exc) == (
        "'lines' is missing, but OrderContext declares 'lines: list[Line]' - in step 'Service.pay'. "
        "Set it in an earlier step, or declare a default."
    )


def test_what_was_put_into_a_container_is_seen_at_the_end_of_the_step() -> None:
    context = SagaContext(order_id=1, lines=LINES)
    given = hand_over(pay, context)
    given.lines.append("C")
    with pytest.raises(ContextTypeException, match=r"'lines\[2\]' is of type 'str'.*in step 'pay'"):
        take_back(context, given, None)


def by_name(context: Hidden) -> None: ...


def by_missing_name(context: Nothing) -> None: ...  # type: ignore[name-defined]  # noqa: F821


def test_annotations_that_mean_nothing() -> None:
    def hidden(context: Any) -> None: ...

    hidden.__annotations__["context"] = "tests.nowhere.OrderContext"
    with pytest.raises(NameError, match="of step 'hidden' names a typed context"):
        typed_class(hidden)
    # Nobody declared a typed context of these names: services import stock's like this, for type checkers only.
    assert typed_class(by_name) is typed_class(by_missing_name) is None


def test_a_service_without_typed_contexts_imports_no_checker() -> None:
    code = """
import sys, json
from minos_saga_context import SagaContext
from minos_saga_context.activation.sagas.callbacks import hand_over
context = SagaContext(order_id=1)
assert hand_over(lambda context: None, context) is context
print(json.dumps("typeguard" in sys.modules))
"""
    assert run(code) is False


@pytest.fixture
def _nothing_declared() -> Iterator[None]:
    with nothing_declared():
        yield


@pytest.mark.usefixtures("_nothing_declared")
def test_a_context_of_before_is_upgraded_when_a_step_is_given_it() -> None:
    older = {"number": "5", "lines": []}
    with pytest.raises(ContextTypeException, match="order_id"):
        hand_over(pay, SagaContext(older))
    renamed("number", "order_id", of=OrderContext)
    with pytest.raises(ContextTypeException, match="order_id"):
        hand_over(pay, SagaContext(older))  # it is a text still

    @upgrade(OrderContext)
    def _(fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "order_id": int(fields["order_id"])}

    context = SagaContext(older)
    given = hand_over(pay, context)
    assert type(given) is OrderContext and given.order_id == 5 and "number" not in given
    pay(given)
    take_back(context, given, None)
    assert context["order_id"] == 5 and "number" not in context and context["status"] == "paid"
    # So is one of which a step asks more.
    assert hand_over(wrap, SagaContext(older)).order_id == 5
    # Contexts of services that have no such step stay what they are.
    assert SagaContext.from_avro_str(SagaContext(older).avro_str) == older


def wrap(context: GiftContext) -> None:
    pass


@pytest.mark.usefixtures("_nothing_declared")
def test_a_field_with_a_default_is_looked_for_under_its_old_name() -> None:
    renamed("state", "status", of=OrderContext)
    older = SagaContext(order_id=1, lines=[], state="paid")
    contexts = [hand_over(callback, copy(older)) for callback in (is_paid, wrap)]
    for context in (*contexts, OrderContext.from_avro_str(older.avro_str)):
        assert context.status == "paid" and "state" not in context
    # Stored since, by code that gives the old name another meaning.
    later = hand_over(is_paid, SagaContext(older, status="pending"))
    assert (later.status, later["state"]) == ("pending", "paid")


@pytest.mark.usefixtures("_nothing_declared")
def test_an_upgrade_is_given_what_was_stored_and_no_defaults() -> None:
    results: list[Any] = [{"order_id": 1, "lines": []}, None, "lines"]
    older = SagaContext(number=1)

    @upgrade(OrderContext)
    def _(fields: dict[str, Any]) -> Any:
        assert fields.pop("number") == 1 and not fields
        return results.pop(0)

    assert hand_over(is_paid, older).order_id == 1
    for _ in range(2):
        with pytest.raises(SnapshotException, match="The upgrade of 'OrderContext' from the fields 'number' failed: "):
            hand_over(is_paid, older)
    assert dict(older) == {"number": 1}


@pytest.mark.usefixtures("_nothing_declared")
def test_a_compensation_is_given_the_context_of_today_or_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "_compensating", ContextVar("_compensating", default=True))
    older = SagaContext(number="1", lines=LINES)
    given = hand_over(pay, older)
    assert type(given) is OrderContext and given["number"] == "1" and given.status == "pending"

    @upgrade(OrderContext)
    def _(fields: dict[str, Any]) -> dict[str, Any]:
        return {"order_id": int(fields["number"]), "lines": fields["lines"]}

    assert hand_over(pay, older).order_id == 1
    for broken in (SagaContext(number="x", lines=[]), SagaContext(order_id="x"), SagaContext(number="1", lines=[1])):
        given = hand_over(pay, broken)
        assert type(given) is OrderContext and {**given, **broken} == dict(given)


@pytest.mark.usefixtures("_nothing_declared")
def test_what_is_declared_of_all_contexts_is_asked_when_they_are_read_alone() -> None:
    renamed("state", "status", of=SagaContext)
    upgrade(SagaContext)(lambda fields: {**fields, "order_id": 1})
    with pytest.raises(ContextTypeException, match="order_id"):
        hand_over(is_paid, SagaContext(lines=[]))
    context = SagaContext(order_id=1, lines=[], state="paid")
    assert hand_over(is_paid, context).status == "pending"
