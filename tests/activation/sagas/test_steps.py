"""What a step leaves in its context is looked at when it ends: a saga that goes wrong there is compensated."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Callable, Generic, TypeVar

import pytest
from minos.saga import (
    Saga,
    SagaContext,
    SagaExecution,
    SagaFailedExecutionException,
    SagaRequest,
    SagaRollbackExecutionException,
    SagaStatus,
)

import minos_saga_context
from minos_saga_context import UnsupportedValueException
from tests.support.sagas import places
from tests.support.sagas.places import BEFORE, DONE, HERE, PLACES, run, run_through
from tests.support.sagas.sagas import Shop


def unkept(context: Any) -> None:
    context["order"]["lines"].append(object())


def unkept_key(context: Any) -> None:
    context.flags[object()] = 1


def unkept_class(context: Any) -> None:
    class Local:
        pass

    context.order["lines"][0]["local"] = Local()


def circle(context: Any) -> None:
    context.flags["all"] = context.flags


#: How a step goes wrong, and where the error says so.
SPOILS: list[tuple[Callable[[Any], None], str]] = [
    (unkept, r"'object' - at 'order\.lines\[1\]'"),
    (unkept_key, r"'object' - at 'flags\[<object"),
    (unkept_class, r"'Local' - at 'order\.lines\[0\]\.local'"),
    (circle, r"'dict' - at 'flags\.all': it refers to itself"),
]
everywhere = pytest.mark.parametrize("place", PLACES)
paused = pytest.mark.parametrize("on_disk", [True, False], ids=["on disk", "in memory"])


async def stored(shop: Shop) -> SagaExecution:
    return await shop.storage.load(shop.broker.uuid)


@paused
@everywhere
@pytest.mark.parametrize(("spoil", "error"), SPOILS, ids=lambda one: getattr(one, "__name__", ""))
async def test_the_step_fails_and_what_was_done_before_is_compensated(
    shop: Shop, spoil: Any, error: str, place: str, on_disk: bool
) -> None:
    with pytest.raises(SagaFailedExecutionException, match=error) as caught:
        await run(shop, place, spoil, on_disk)
    assert type(caught.value.exception) is UnsupportedValueException
    assert ["charge", *(["cancel"] if place.startswith("on_") else []), "refund"] == DONE
    execution = await stored(shop)
    assert execution.status == SagaStatus.Errored and repr(execution.context) == repr(
        SagaContext(BEFORE, charged=False)
    )
    assert shop.publisher.messages[-1].topic.startswith("_Reject")


@paused
@everywhere
async def test_without_raising(shop: Shop, place: str, on_disk: bool, caplog: pytest.LogCaptureFixture) -> None:
    execution = await run(shop, place, unkept, on_disk, raise_on_error=False)
    assert execution.status == SagaStatus.Errored and DONE[-1] == "refund"
    assert (await stored(shop)).context == execution.context == {**BEFORE, "charged": False}
    assert "order.lines[1]" in caplog.text


@paused
@everywhere
async def test_what_can_be_kept_goes_on(shop: Shop, place: str, on_disk: bool) -> None:
    def change(context: Any) -> None:
        context["order"]["lines"].append({"sku": "B", "qty": (1, 2)})

    execution = await run(shop, place, change, on_disk)
    # The context of a request and of a condition is theirs alone.
    lines = BEFORE["order"]["lines"] + [{"sku": "B", "qty": (1, 2)}] * (place not in ("request", "condition"))
    assert execution.status == SagaStatus.Finished and DONE[-1] == "go on"
    assert repr(execution.context.order) == repr({"lines": lines})


@paused
@everywhere
async def test_any_callback_that_raises(shop: Shop, place: str, on_disk: bool) -> None:
    def fail(context: Any) -> None:
        raise LookupError("no such order")

    with pytest.raises(SagaFailedExecutionException, match="no such order"):
        await run(shop, place, fail, on_disk)
    assert DONE[-1] == "refund" and (await stored(shop)).status == SagaStatus.Errored


@pytest.mark.parametrize("compensates", [unkept, places.requesting], ids=["local", "remote"])
async def test_a_compensation_that_spoils_the_context_hinders_no_other(shop: Shop, compensates: Any) -> None:
    saga = Saga()
    saga.local_step(places.charge).on_failure(places.refund)
    if compensates is places.requesting:
        saga.remote_step(places.ask).on_success(places.go_on_with).on_failure(places.requesting)
    else:
        saga.local_step(places.go_on).on_failure(compensates)
    saga.local_step(places.broken)
    HERE["does"] = unkept
    with pytest.raises(SagaRollbackExecutionException):
        await run_through(shop, saga.commit(), on_disk=True)
    assert DONE == ["charge", "go on", "refund"]


@pytest.mark.parametrize("place", ["local", "on_success"])
@pytest.mark.parametrize("result", [True, "done", 7, [("a", 1)], SagaRequest("Ask", 1)], ids=repr)
async def test_a_result_that_is_no_context_does_not_take_its_place(
    shop: Shop, place: str, result: Any, caplog: pytest.LogCaptureFixture
) -> None:
    execution = await run(shop, place, lambda context: result)
    assert execution.status == SagaStatus.Finished and execution.context == {**BEFORE, "charged": True}
    assert f"leaving returned no context, but a {type(result).__name__!r}" in caplog.text


@pytest.mark.parametrize("place", ["local", "on_success", "on_error"])
async def test_an_exception_that_is_returned_fails_the_step(shop: Shop, place: str) -> None:
    with pytest.raises(SagaFailedExecutionException, match="no money"):
        await run(shop, place, lambda context: PermissionError("no money"))
    assert DONE[-1] == "refund"


@pytest.mark.parametrize("place", ["local, awaited", "on_success, awaited"])
@pytest.mark.parametrize("result", [{"a": (1,)}, SagaContext(a=(1,)), None], ids=["dict", "context", "none"])
async def test_what_goes_on_is_a_context_of_ours(shop: Shop, place: str, result: Any) -> None:
    def leave(context: Any) -> Any:
        context.a = (1,)
        return result

    execution = await run(shop, place, leave)
    assert type(execution.context) is minos_saga_context.SagaContext and execution.context.a == (1,)
    assert list(execution.context) == (["a"] if result else [*BEFORE, "charged", "a"])


async def test_what_a_callback_holds_on_to_is_not_what_goes_on(shop: Shop) -> None:
    held: list[Any] = []
    saga = Saga().local_step(places.leaving).local_step(places.without_return).commit()

    def hold(context: Any) -> None:
        for one in held:
            unkept(one)
        held.append(context)

    HERE["does"] = hold
    execution = await run_through(shop, saga, on_disk=True)
    assert execution.status == SagaStatus.Finished and execution.context == BEFORE


N = TypeVar("N")


@dataclass
class Page(Generic[N]):
    numbers: list[N]

    @cached_property
    def total(self) -> float:
        return sum(self.numbers)  # type: ignore[arg-type]


def look(context: SagaContext) -> None:
    """Read what the class remembers: merely that."""
    assert context["page"].total == 3 and context.pages[0].total == 1
    DONE.append("looked")


@pytest.mark.parametrize("on_disk", [True, False])
async def test_what_a_class_merely_remembers_breaks_no_step(shop: Shop, on_disk: bool) -> None:
    saga = Saga().local_step(look).local_step(look).commit()
    # Page[int]() remembers its type in the instance, too.
    context = SagaContext(page=Page[int]([1, 2]), pages=[Page([1])])
    execution = await shop.manager.run(saga, context, pause_on_disk=on_disk)
    assert execution.status == SagaStatus.Finished and DONE == ["looked", "looked"]
    assert vars(execution.context["page"]) == {"numbers": [1, 2]}
