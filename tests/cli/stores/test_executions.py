"""What an execution is told to be."""

from datetime import datetime, timezone
from typing import Optional

import pytest

from minos_saga_context.cli.stores.executions import told_by


@pytest.mark.parametrize(
    ("name", "begun"),
    [
        ("c232ab00-9414-11ec-b3c8-9f6bdeced846", datetime(2022, 2, 22, 19, 22, 22, tzinfo=timezone.utc)),
        ("017f22e2-79b0-7cc3-98c4-dc0c0c07398f", datetime(2022, 2, 22, 19, 22, 22, tzinfo=timezone.utc)),
        ("919108f7-52d1-4320-9bac-f847db4148a8", None),
        ("ffffffff-ffff-7fff-bfff-ffffffffffff", None),
        ("no identifier", None),
    ],
)
def test_when_it_began_as_its_identifier_tells(name: str, begun: Optional[datetime]) -> None:
    assert told_by(name) == begun
