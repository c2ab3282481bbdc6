"""Real sagas of a service with typed contexts, stored in a real LMDB."""

import re
from collections.abc import AsyncIterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Union

import pytest
from minos.saga import Saga, SagaFailedExecutionException, SagaResponse, SagaStatus

from minos_saga_context import ContextTypeException, SagaContext
from tests.support.process import run
from tests.support.sagas.sagas import Shop, running_shop
from tests.support.typed_service import (
    SAGA,
    SEEN,
    Channel,
    Line,
    OrderContext,
    Service,
    begin,
    forget,
    pay,
    pay_in,
    pay_later,
)

LINES = [Line("A", Decimal("9.50")), Line("B", Decimal("4.00"))]
ORDER: dict[str, Any] = {"order_id": 1, "lines": LINES, "other": (1, "01234")}
DEFAULTS = {"prices": {}, "status": "pending", "channel": Channel.WEB, "coupon": None, "reference": 0}
PAID = {"prices": {"all": [Decimal("16.3350")]}, "status": "paid", "extra": True}


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path) as shop:
        SEEN.clear()
        yield shop


def names() -> list[str]:
    return [name for name, _ in SEEN]


async def answer(shop: Shop, uuid: Any) -> Any:
    return await shop.manager.run(response=SagaResponse("007", {"shop"}, 200, uuid), pause_on_disk=True)


async def test_every_step_is_given_it_and_leaves_the_plain_context(shop: Shop) -> None:
    uuid = await shop.manager.run(SAGA, SagaContext(ORDER), pause_on_disk=True, return_execution=False)
    paused = (await shop.storage.load(uuid)).context
    assert type(paused) is SagaContext and repr(dict(paused)) == repr({**ORDER, **DEFAULTS})
    execution = await answer(shop, uuid)
    assert names() == ["begin", "reserve", "reserved", "is_free", "finish"]
    assert {type(context) for _, context in SEEN} == {OrderContext}
    assert execution.status == SagaStatus.Finished and type(execution.context) is SagaContext
    assert repr(dict(execution.context)) == repr({**ORDER, **DEFAULTS, "code": "007", **PAID})
    assert shop.requests()["Reserve"] == {"order_id": 1, "total": "16.3350"}


def pay_optional(context: Union[OrderContext, None]) -> None:
    assert context is not None
    pay(context)


def pay_text(context: "OrderContext") -> None:
    pay(context)


def named(callback: Any, name: str) -> Any:
    """Give a name to what has none: minos notes where the callbacks of a saga are."""
    vars(callback).update(__module__=__name__, __qualname__=name)
    return callback


CALLBACKS: list[Any] = [
    *(pay, pay_later, pay_optional, pay_text, Service().pay, Service.pay_by_class),
    *(named(partial(pay_in, "EUR"), "pay_in_euros"), named(partial(Service().pay), "pay_part")),
    named(Service(), "service"),
]


@pytest.mark.parametrize("callback", CALLBACKS)
async def test_callbacks_of_all_kinds(shop: Shop, callback: Any) -> None:
    execution = await shop.manager.run(Saga().local_step(callback).commit(), SagaContext(ORDER))
    assert type(execution.context) is SagaContext
    assert repr({**execution.context, "reference": 0}) == repr({**ORDER, **DEFAULTS, **PAID})


def forget_all(context: SagaContext) -> SagaContext:
    return SagaContext(order_id=context.order_id)


def overpay(context: OrderContext) -> None:
    context.lines.append("gift")  # type: ignore[arg-type]


def mistype(context: OrderContext) -> None:
    context.order_id = "A-1"  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("steps", "path", "found", "step"),
    [
        ((forget_all, pay), "lines", None, "pay"),
        ((overpay,), "lines[2]", str, "overpay"),
        ((mistype,), "order_id", str, "mistype"),
        ((named(partial(overpay), "overpay_part"),), "lines[2]", str, "overpay"),
    ],
)
async def test_a_step_that_gets_or_leaves_what_is_wrong_fails_and_is_compensated(
    shop: Shop, steps: Any, path: str, found: Any, step: str
) -> None:
    saga = Saga()
    saga.local_step(begin).on_failure(forget)
    for callback in steps:
        saga.local_step(callback)
    SEEN.clear()
    with pytest.raises(SagaFailedExecutionException, match=re.escape(f"{path!r} is ")) as info:
        await shop.manager.run(saga.commit(), SagaContext(ORDER, status="paid"))
    # The compensation is called, even where what it is annotated with is not there.
    assert names() == ["begin", "forget"] and SEEN[1][1].status == "pending"
    assert type(SEEN[1][1]) is OrderContext and ("lines" in SEEN[1][1]) is (found is not None)
    exc = info.value.__context__
    while not isinstance(exc, ContextTypeException):
        assert exc is not None
        exc = exc.__cause__ or exc.__context__
    assert (exc.path, exc.found, exc.step, exc.context) == (path, found, step, "OrderContext")


#: A service as it was before it declared the class, in a process of its own: it finishes what is paused, or pauses.
WITHOUT = """
import asyncio, json, re, sys
from pathlib import Path
from types import ModuleType
from uuid import UUID
from minos.saga import SagaContext, SagaResponse

from tests import support
path = Path(support.__file__).with_name("typed_service.py")
service = sys.modules["tests.support.typed_service"] = ModuleType("tests.support.typed_service")
source, count = re.subn(r"\\bcontext: (Optional\\[)?OrderContext\\]?", "context: SagaContext", path.read_text())
assert count > 10
exec(compile(source.replace("context.tax", 'Decimal("0.21")'), str(path), "exec"), vars(service))
from tests.support.sagas.sagas import running_shop

async def main():
    async with running_shop(Path(sys.argv[1])) as shop:
        if len(sys.argv) > 2:
            response = SagaResponse("007", {"shop"}, 200, UUID(sys.argv[2]))
            execution = await shop.manager.run(response=response, pause_on_disk=True)
            result = repr(dict(execution.context))
        else:
            order = dict(order_id=1, lines=[service.Line("A", service.Decimal(1))], prices={}, status="pending")
            result = str(await shop.manager.run(
                service.SAGA, SagaContext(order), pause_on_disk=True, return_execution=False
            ))
        print(json.dumps([result, sorted({type(context).__name__ for _, context in service.SEEN})]))

asyncio.run(main())
"""


async def test_paused_with_the_class_and_finished_without(tmp_path: Path) -> None:
    async with running_shop(tmp_path) as shop:
        uuid = await shop.manager.run(SAGA, SagaContext(ORDER), pause_on_disk=True, return_execution=False)
    result, types = run(WITHOUT, str(tmp_path), str(uuid))
    assert (result, types) == (repr({**ORDER, **DEFAULTS, "code": "007", **PAID}), ["SagaContext"])


async def test_paused_without_and_finished_with_the_class(tmp_path: Path) -> None:
    uuid, types = run(WITHOUT, str(tmp_path))
    assert types == ["SagaContext"]
    SEEN.clear()
    async with running_shop(tmp_path) as shop:
        execution = await answer(shop, uuid)
    assert {type(context) for _, context in SEEN} == {OrderContext} and len(SEEN) == 3
    assert execution.context["prices"] == {"all": [Decimal("1.21")]} and execution.context["channel"] is Channel.WEB
