"""Compensations that minos.saga leaves out: around one that fails, and where the answer does not come, or says what is
unknown."""

from typing import Any, Callable

import pytest
from minos.networks import BrokerMessage, BrokerMessageV1, BrokerMessageV1Payload
from minos.saga import (
    Saga,
    SagaContext,
    SagaExecution,
    SagaFailedExecutionException,
    SagaResponse,
    SagaRollbackExecutionException,
    SagaStatus,
)

from tests.support.sagas import places
from tests.support.sagas.places import BEFORE, DONE, PLACES, run, run_through
from tests.support.sagas.sagas import Shop

paused = pytest.mark.parametrize("on_disk", [True, False], ids=["on disk", "in memory"])


def charge_again(context: Any) -> None:
    DONE.append("charge again")


def unpaid(context: Any) -> None:
    DONE.append("unpaid")
    raise LookupError("no such payment")


def unsent(context: Any) -> Any:
    DONE.append("unsent")
    return places.SagaRequest("Cancel", object())


#: A saga whose compensation fails, and fails itself.
FAILS = Saga().local_step(charge_again).on_failure(unpaid).local_step(places.broken).commit()
#: One that only cannot be compensated.
KEPT = Saga().local_step(charge_again).on_failure(unpaid).commit()
#: What stands between the charge and what fails, and what is done of it.
WITHIN: dict[str, tuple[Callable[[Saga], Any], list[str]]] = {
    "local": (lambda saga: saga.local_step(charge_again).on_failure(unpaid), ["charge again", "unpaid"]),
    "remote": (lambda saga: saga.remote_step(places.ask).on_failure(unsent), ["unsent"]),
    "condition": (lambda saga: saga.conditional_step().if_then(bool, KEPT), ["charge again", "unpaid"]),
    "fails in a condition": (lambda saga: saga.conditional_step().if_then(bool, FAILS), ["charge again", "unpaid"]),
}


def saga_with(within: Callable[[Saga], Any]) -> Saga:
    saga = Saga()
    saga.local_step(places.charge).on_failure(places.refund)
    within(saga)
    saga.local_step(places.broken)
    return saga.commit()


@paused
@pytest.mark.parametrize("raises", [True, False])
@pytest.mark.parametrize("within", WITHIN)
async def test_a_compensation_that_fails_hinders_no_other_and_is_stored(
    shop: Shop, within: str, raises: bool, on_disk: bool, caplog: pytest.LogCaptureFixture
) -> None:
    step, done = WITHIN[within]
    try:
        await run_through(shop, saga_with(step), on_disk, raise_on_error=raises)
        assert not raises and "It was to compensate: ValueError('no more')" in caplog.text
    except SagaFailedExecutionException as exc:
        assert raises and isinstance(exc, SagaRollbackExecutionException) and str(exc.exception) == "no more"
    assert ["charge", *done, "refund"] == DONE
    stored = await shop.storage.load(shop.broker.uuid)
    assert stored.status == SagaStatus.Errored and stored.context == {**BEFORE, "charged": False}
    assert shop.publisher.messages[-1].topic.startswith("_Reject")


async def test_an_execution_is_compensated_once(shop: Shop) -> None:
    execution = SagaExecution.from_definition(saga_with(WITHIN["local"][0]))
    with pytest.raises(SagaFailedExecutionException):
        await execution.execute()
    with pytest.raises(SagaRollbackExecutionException, match="already"):
        await execution.rollback()
    assert DONE == ["charge", "charge again", "unpaid", "refund"]


@pytest.mark.parametrize("raises", [True, False])
async def test_an_answer_that_does_not_come(shop: Shop, raises: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def receive(**kwargs: Any) -> Any:
        raise TimeoutError("no answer")

    monkeypatch.setattr(shop.broker, "receive", receive)
    saga = saga_with(lambda saga: saga.remote_step(places.ask).on_success(places.go_on_with))
    try:
        await run_through(shop, saga, on_disk=False, raise_on_error=raises)
        assert not raises
    except SagaFailedExecutionException as exc:
        assert raises and str(exc.exception) == "no answer"
    assert DONE == ["charge", "refund"]
    assert (await shop.storage.load(shop.broker.uuid)).status == SagaStatus.Errored


@paused
@pytest.mark.parametrize("status", [404, 0])
async def test_an_answer_whose_status_is_unknown_fails_the_step(shop: Shop, status: int, on_disk: bool) -> None:
    saga = saga_with(lambda saga: saga.remote_step(places.ask).on_success(places.go_on_with))
    execution = SagaExecution.from_definition(saga)
    shop.broker.uuid, shop.broker.answers, shop.broker.status = execution.uuid, ["gone"], status
    with pytest.raises(SagaFailedExecutionException, match="gone"):
        await shop.manager._run(execution, pause_on_disk=on_disk)
        payload = BrokerMessageV1Payload("gone", {"saga": str(execution.uuid)}, status)
        message = BrokerMessage.from_avro_bytes(BrokerMessageV1("Reply", payload).avro_bytes)
        await shop.manager.run(response=SagaResponse.from_message(message), pause_on_disk=True)
    assert DONE == ["charge", "refund"]
    assert (await shop.storage.load(execution.uuid)).status == SagaStatus.Errored


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")

    __repr__ = __str__


@paused
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("error", [Unspeakable(), KeyError(10**5000)], ids=["unspeakable", "digits"])
async def test_what_cannot_be_shown_fails_a_step_too(shop: Shop, error: Exception, place: str, on_disk: bool) -> None:
    def fail(context: Any) -> None:
        raise error

    with pytest.raises(SagaFailedExecutionException) as caught:
        await run(shop, place, fail, on_disk)
    assert caught.value.exception is error and DONE[-1] == "refund"
    assert (await shop.storage.load(shop.broker.uuid)).status == SagaStatus.Errored


async def test_the_context_that_a_saga_begins_with_is_its_own(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    context = SagaContext(BEFORE)
    execution = SagaExecution.from_definition(Saga().remote_step(places.ask).commit(), context)

    async def answer(**kwargs: Any) -> Any:
        context.order["lines"].append(object())
        return await receive(**kwargs)

    receive = shop.broker.receive
    monkeypatch.setattr(shop.broker, "receive", answer)
    shop.broker.uuid, shop.broker.answers = execution.uuid, ["an answer"]
    await shop.manager._run(execution)
    assert execution.status == SagaStatus.Finished and execution.context == BEFORE


def keeping(context: Any, lines: list[Any]) -> None:
    DONE.append(f"{len(lines)}")
    lines.append(object())


@paused
async def test_parameters_are_those_of_the_definition(shop: Shop, on_disk: bool) -> None:
    saga = Saga().local_step(keeping, lines=[1]).local_step(keeping, lines=[1, 2]).remote_step(places.ask).commit()
    for _ in range(2):
        assert (await run_through(shop, saga, on_disk)).status == SagaStatus.Finished
    assert DONE == ["1", "2"] * 2
