"""The saga context of the minos framework, exact and fast."""

from .activation import activate, deactivate, is_active
from .codec.limits import set_limits
from .codec.register import register_type
from .codec.resolve import allow_imports
from .context import SagaContext
from .exceptions import (
    MissingAttributeException,
    MissingItemException,
    SnapshotException,
    TypeRegistrationException,
    UnsupportedValueException,
)

__all__ = [
    "MissingAttributeException",
    "MissingItemException",
    "SagaContext",
    "SnapshotException",
    "TypeRegistrationException",
    "UnsupportedValueException",
    "activate",
    "allow_imports",
    "deactivate",
    "is_active",
    "register_type",
    "set_limits",
]
__version__ = "0.1.0"

activate()
