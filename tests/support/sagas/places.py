"""A saga that charges, does something in a place of one's choice, and goes on; and what it did."""

from decimal import Decimal
from typing import Any, Callable

from minos.saga import Saga, SagaContext, SagaExecution, SagaRequest, SagaResponse, SagaStatus

from tests.support.sagas.sagas import Shop

BEFORE: dict[str, Any] = {"order": {"lines": [{"sku": "A", "price": Decimal("9.50")}]}, "flags": {"gift": True}}
DONE: list[str] = []


def charge(context: Any) -> Any:
    DONE.append("charge")
    context.charged = True
    return context


def refund(context: Any) -> Any:
    DONE.append("refund")
    context.charged = False
    return context


def go_on(context: Any) -> Any:
    DONE.append("go on")
    return context


def go_on_with(context: Any, response: Any) -> Any:
    return go_on(context)


def broken(context: Any) -> None:
    raise ValueError("no more")


def ask(context: Any) -> SagaRequest:
    return SagaRequest("Ask", {"qty": 1})


def cancel(context: Any) -> SagaRequest:
    DONE.append("cancel")
    return SagaRequest("Cancel", {"qty": 1})


#: What the callbacks below do with what they are given, and give back. minos stores callbacks by their names.
HERE: dict[str, Any] = {}


def leaving(context: Any, response: Any = None) -> Any:
    result = HERE["does"](context)
    return context if result is None else result


def without_return(context: Any) -> None:
    HERE["does"](context)


async def awaited(context: Any, response: Any = None) -> Any:
    return HERE["does"](context)


def requesting(context: Any) -> SagaRequest:
    HERE["does"](context)
    return SagaRequest("Ask", {"qty": 1})


def truly(context: Any) -> bool:
    HERE["does"](context)
    return True


WITHIN = Saga().local_step(without_return).commit()
LAST = Saga().local_step(go_on).commit()
#: Where: a saga between the charge and the end, with a callback that does it.
PLACES: dict[str, Callable[[Saga], Any]] = {
    "local": lambda saga: saga.local_step(leaving),
    "local, without a return": lambda saga: saga.local_step(without_return),
    "local, awaited": lambda saga: saga.local_step(awaited),
    "request": lambda saga: saga.remote_step(requesting),
    "on_success": lambda saga: saga.remote_step(ask).on_success(leaving).on_failure(cancel),
    "on_success, awaited": lambda saga: saga.remote_step(ask).on_success(awaited).on_failure(cancel),
    "on_error": lambda saga: saga.remote_step(ask).on_error(leaving).on_failure(cancel),
    "condition": lambda saga: saga.conditional_step().if_then(truly, LAST),
    "within": lambda saga: saga.conditional_step().if_then(bool, WITHIN),
}


async def run(shop: Shop, place: str, does: Any, on_disk: bool = True, **kwargs: Any) -> SagaExecution:
    """Run a saga that charges, does something in a place, and goes on."""
    HERE["does"] = does
    saga = Saga()
    saga.local_step(charge).on_failure(refund)
    PLACES[place](saga)
    saga.local_step(go_on)
    return await run_through(shop, saga.commit(), on_disk, 400 if place == "on_error" else 200, **kwargs)


async def run_through(shop: Shop, saga: Saga, on_disk: bool, status: int = 200, **kwargs: Any) -> SagaExecution:
    """Run a saga, whose remote step is answered with a status."""
    execution = SagaExecution.from_definition(saga, SagaContext(BEFORE))
    shop.broker.uuid, shop.broker.answers, shop.broker.status = execution.uuid, ["an answer"], status
    await shop.manager._run(execution, pause_on_disk=on_disk, **kwargs)
    if execution.status != SagaStatus.Paused:
        return execution
    response = SagaResponse("an answer", {"shop"}, status, execution.uuid)
    answered = await shop.manager.run(response=response, pause_on_disk=True, **kwargs)
    assert isinstance(answered, SagaExecution)
    return answered
