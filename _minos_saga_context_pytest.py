"""Plugs minos-saga-context in when tests import ``minos.saga``. A run that never does pays nothing, reads no warning.

It stands outside of the package, as to import that is to import minos. ``-p no:minos_saga_context`` leaves it out.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module, util
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Optional

_SAGA = "minos.saga"


class _Finder(MetaPathFinder):
    """Finds minos.saga once, as all others find it."""

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if fullname != _SAGA:
            return None
        sys.meta_path.remove(self)
        spec = util.find_spec(fullname)
        if spec is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    """Loads minos.saga by the loader that it has, and the package behind it."""

    def __init__(self, loader: Any):
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> Optional[ModuleType]:
        return self._loader.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        spec: Any = module.__spec__
        module.__loader__ = spec.loader = self._loader
        self._loader.exec_module(module)
        import_module("minos_saga_context")


if _SAGA in sys.modules:
    import_module("minos_saga_context")
else:
    sys.meta_path.insert(0, _Finder())
