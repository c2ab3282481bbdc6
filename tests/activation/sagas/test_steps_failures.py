"""Steps that fail by what is no exception, and what ends a saga from outside."""

import asyncio
import sys
from typing import Any

import pytest
from minos.saga import Saga, SagaContext, SagaFailedExecutionException

from tests.support.sagas import places
from tests.support.sagas.places import BEFORE, DONE
from tests.support.sagas.sagas import Shop


class _Panic(BaseException):
    """As extensions written in Rust raise it."""


def _panics(context: Any) -> None:
    raise _Panic("no such order")


def _yields(context: Any) -> Any:
    DONE.append("never")
    yield context


async def _yields_later(context: Any) -> Any:
    DONE.append("never")
    yield context


async def _waits_for_what_is_cancelled(context: Any) -> None:
    task = asyncio.ensure_future(asyncio.sleep(10))
    task.cancel()
    await task


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (_panics, "no such order"),
        (_yields, "_yields is a generator"),
        (_yields_later, "_yields_later is a generator"),
        pytest.param(
            _waits_for_what_is_cancelled,
            "CancelledError",
            marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="there is no telling who was cancelled"),
        ),
    ],
)
async def test_failures_that_are_no_exceptions(shop: Shop, step: Any, error: str) -> None:
    saga = Saga().local_step(places.charge).on_failure(places.refund).local_step(step).commit()
    with pytest.raises(SagaFailedExecutionException, match=error):
        await shop.manager.run(saga, SagaContext(BEFORE), autocommit=False)
    assert DONE == ["charge", "refund"]


async def test_what_ends_the_task_of_a_saga_goes_through(shop: Shop) -> None:
    async def waits(context: Any) -> None:
        await asyncio.sleep(10)

    saga = Saga().local_step(places.charge).on_failure(places.refund).local_step(waits).commit()
    task = asyncio.ensure_future(shop.manager.run(saga, SagaContext(BEFORE), autocommit=False))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert DONE == ["charge"]
