"""The saga context of the minos framework, exact and fast."""

from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from .differences import compare
    from .history import ContextHistory
    from .snapshot import ContextSnapshot

__all__ = [
    "ContextHistory",
    "ContextSnapshot",
    "MissingAttributeException",
    "MissingItemException",
    "SagaContext",
    "SnapshotException",
    "TypeRegistrationException",
    "UnsupportedValueException",
    "activate",
    "allow_imports",
    "compare",
    "deactivate",
    "is_active",
    "register_type",
    "set_limits",
]
__version__ = "0.1.0"

#: Names that cost an import when they are first used: services that do not look on never pay for it.
_LAZY = {"ContextHistory": "history", "ContextSnapshot": "snapshot", "compare": "differences"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    globals()[name] = found = getattr(import_module(f".{_LAZY[name]}", __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})


activate()
