"""The saga context of the minos framework, exact and fast: what a saga step puts in is what a later step reads.

Importing the package puts :class:`SagaContext` in the place of ``minos.saga.SagaContext``. Services that minos starts
need not import it: minos does. What else is here:

- for classes of your own in contexts: :func:`register_type`, and, once their code has changed, :func:`renamed` and
  :func:`upgrade`;
- to look into contexts: :func:`to_json`, :func:`compare`, :class:`ContextSnapshot`, and, step by step,
  :class:`ContextHistory` with its :class:`StepRecord`, :func:`log_steps`; :func:`is_secret` tells what they mask;
- for stored contexts that come from others: :func:`allow_imports`, :func:`set_limits`;
- to give minos its own context back: :func:`deactivate`, :func:`activate`, :func:`is_active`;
- what can go wrong: ``help(minos_saga_context.exceptions)``.
"""

import warnings
from typing import TYPE_CHECKING, Any

with warnings.catch_warnings():
    # aiomisc, on which minos stands, imports pkg_resources; setuptools 80 warns its users of that at every start.
    warnings.filterwarnings("ignore", "pkg_resources is deprecated", UserWarning, r"aiomisc\.plugins")
    import minos.common  # noqa: F401

from .activation.moved import alias_moved_modules
from .activation.plug import activate, deactivate, is_active
from .codec.avro.limits import set_limits
from .codec.classes.imports import allow_imports
from .codec.classes.registration import register_type
from .codec.classes.upgrades import renamed, upgrade
from .context import SagaContext
from .exceptions import (
    ConcurrentExecutionException,
    ContextTypeException,
    MissingAttributeException,
    MissingItemException,
    SnapshotException,
    TypeRegistrationException,
    UnsupportedValueException,
)

if TYPE_CHECKING:
    from .inspection.diff import compare
    from .inspection.history import ContextHistory, StepRecord, log_steps
    from .inspection.render import is_secret
    from .inspection.snapshot import ContextSnapshot, to_json

__all__ = [
    "ConcurrentExecutionException",
    "ContextHistory",
    "ContextSnapshot",
    "ContextTypeException",
    "MissingAttributeException",
    "MissingItemException",
    "SagaContext",
    "SnapshotException",
    "StepRecord",
    "TypeRegistrationException",
    "UnsupportedValueException",
    "activate",
    "allow_imports",
    "compare",
    "deactivate",
    "is_active",
    "is_secret",
    "log_steps",
    "register_type",
    "renamed",
    "set_limits",
    "to_json",
    "upgrade",
]
__version__ = "0.2.0.dev0"

#: Names that cost an import when they are first used: services that do not look on never pay for it.
_LAZY = {
    "ContextHistory": "history",
    "ContextSnapshot": "snapshot",
    "StepRecord": "history",
    "compare": "diff",
    "is_secret": "render",
    "log_steps": "history",
    "to_json": "snapshot",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    globals()[name] = found = getattr(import_module(f".inspection.{_LAZY[name]}", __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})


alias_moved_modules()
activate()
