"""How many examples Hypothesis tries: hundreds by default, tens of thousands in ``make test-thorough``; databases."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# xdist tells its workers the width of a terminal that they do not have, and the tool would cut its lines to it.
os.environ.pop("COLUMNS", None)

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
settings.register_profile("default", max_examples=60, derandomize=True, **_COMMON)  # type: ignore[arg-type]
settings.register_profile("thorough", max_examples=2_500, **_COMMON)  # type: ignore[arg-type]
settings.load_profile("default")


@pytest.fixture
def dsn() -> Iterator[str]:
    """A database of its own in PostgreSQL; its server starts when the first test asks for one."""
    from tests.support.postgres import database

    with database() as found:
        yield found
