"""The store that a shop left, for the tests of the tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.sagas import stores


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stores.fill(tmp_path_factory.mktemp("shop") / "sagas.lmdb")
