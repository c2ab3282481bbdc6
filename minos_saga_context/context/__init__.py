"""The saga context: a mapping that is a minos Model, and writes itself as Avro."""

from . import typed as typed  # its import makes subclasses with annotations typed contexts
from .saga_context import SagaContext

__all__ = ["SagaContext"]
