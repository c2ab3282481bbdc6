"""The shop that the examples of the document run in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from minos.saga import Saga, SagaContext, SagaExecution

from tests.support.sagas.sagas import Shop, running_shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path) as shop:
        yield shop


async def in_memory(shop: Shop, saga: Saga, context: SagaContext, *answers: Any) -> SagaExecution:
    """Run a saga whose callbacks are lambdas, which minos cannot load from disk."""
    execution = SagaExecution.from_definition(saga, context=context)
    shop.broker.uuid, shop.broker.answers = execution.uuid, list(answers)
    await shop.manager._run(execution)
    return execution


# ----- Advanced Context Patterns -----
