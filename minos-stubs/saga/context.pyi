"""What type checkers read for minos/saga/context.py: the class that stands there where this package is installed."""

from minos_saga_context import SagaContext as SagaContext
