"""The shop whose sagas go wrong."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.sagas.places import DONE
from tests.support.sagas.sagas import Shop, running_shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path) as shop:
        DONE.clear()
        yield shop
