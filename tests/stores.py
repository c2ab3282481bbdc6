"""A store as a shop leaves it, the same every time: the tool's screens in the documentation are made of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from minos.saga import SagaContext, SagaExecution, SagaFailedExecutionStepException, SagaPausedExecutionStepException

import minos_saga_context  # noqa: F401 - the shop has it
from examples.orders import ORDER, REFUSED_ORDER
from examples.shop.order import PLACE_ORDER
from tests.service import answer, service

RESERVING = UUID("0b7d2f6e-6c0f-4f6e-9d0b-3a5f3f0a1c01")
CHARGING = UUID("5c1f9a34-2f5e-4d0a-8f57-6f1a9be0c902")
REFUSED = UUID("9e0a7c52-8d1b-4c3e-a6f4-1d2b3c4d5e03")
CARD = {"holder": "John Doe", "number": "4111 1111 1111 1111"}


def fill(path: Path) -> Path:
    """Make the store.

    :param path: Where.
    :return: The same path.
    """
    asyncio.run(_fill(path))
    return path


async def _fill(path: Path) -> None:
    async with service(path) as manager:
        for uuid, order, answers in (
            (RESERVING, ORDER, []),
            (CHARGING, {**ORDER, "card": CARD}, [_reserved(12345)]),
            (REFUSED, REFUSED_ORDER, [_reserved(12346), ("The card does not cover the amount.", 400)]),
        ):
            execution = SagaExecution.from_definition(PLACE_ORDER, SagaContext(**order), uuid)
            await _go_on(execution)
            for content in answers:
                await _go_on(execution, answer(uuid, *content))
            await manager.storage.store(execution)


async def _go_on(execution: SagaExecution, response: Any = None) -> None:
    with suppress(SagaPausedExecutionStepException, SagaFailedExecutionStepException):
        await execution.execute(response, autocommit=False)


def _reserved(order_id: int) -> tuple[Any, ...]:
    return ({"boxes": 2, "code": f"00{order_id}"},)


if __name__ == "__main__":
    import sys

    fill(Path(sys.argv[1]))
