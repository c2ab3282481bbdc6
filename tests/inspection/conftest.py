"""A service with a real LMDB, and a context of the document's order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from minos.saga import SagaManager

from minos_saga_context import SagaContext
from tests.support.sagas import service as sagas
from tests.support.samples import ID


@pytest.fixture
async def manager(tmp_path: Path) -> AsyncIterator[SagaManager]:
    async with sagas.service(tmp_path / "sagas.lmdb") as found:
        yield found


def document() -> SagaContext:
    """Build the document's order, with values that json does not know."""
    lines = [{"sku": "A", "price": 9.5}, {"sku": "B", "price": 49.99}]
    return SagaContext(order={"items": lines, "id": ID, "total": Decimal("59.49")}, at=datetime(2026, 11, 23, 9, 30))
