"""The saga context: a mapping that is a minos Model, and writes itself as Avro."""

from .saga_context import SagaContext

__all__ = ["SagaContext"]
