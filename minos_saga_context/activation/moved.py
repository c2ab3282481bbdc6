"""Modules under the names that they had in 0.1.0: pickles and imports name them. To go with the release after next."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Optional

_PACKAGE = __name__.partition(".")[0]
_MOVED = {
    f"{_PACKAGE}.{old}": f"{_PACKAGE}.{new}"
    for old, new in {
        "differences": "inspection.diff",
        "history": "inspection.history",
        "mapping": "context.mapping",
        "recording": "inspection.recording",
        "render": "inspection.render",
        "snapshot": "inspection.snapshot",
    }.items()
}


class MovedModules(MetaPathFinder, Loader):
    """Finds a module by the name that it had."""

    def find_spec(self, fullname: str, path: Optional[Sequence[str]], target: Any = None) -> Optional[ModuleSpec]:
        """Answer for the old names."""
        return ModuleSpec(fullname, self) if fullname in _MOVED else None

    def exec_module(self, module: ModuleType) -> None:
        """Put the module that bears another name now in the place of the one that was to be filled."""
        sys.modules[module.__name__] = import_module(_MOVED[module.__name__])


def alias_moved_modules() -> None:
    """Have the old names found.

    :return: This function does not return anything.
    """
    if not any(type(finder).__qualname__ == MovedModules.__qualname__ for finder in sys.meta_path):
        sys.meta_path.append(MovedModules())
