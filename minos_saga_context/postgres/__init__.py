"""Paused sagas in PostgreSQL, where every replica of a service finds them: ``minos-saga-context[postgres]``."""

from .client import PostgresDatabaseClient
from .operations import PostgresDatabaseOperation, PostgresSagaExecutionDatabaseOperationFactory

__all__ = [
    "PostgresDatabaseClient",
    "PostgresDatabaseOperation",
    "PostgresSagaExecutionDatabaseOperationFactory",
]
