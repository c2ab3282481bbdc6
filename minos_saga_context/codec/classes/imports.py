"""Class paths to classes, without running what is not a class of the wanted kind.

A snapshot may come from anywhere, so the path in it is only a claim. A module that is not imported yet is imported only
if its source may define such a class: see sources.py. What was imported is checked before anything is called.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Callable, Optional

from ...exceptions import SnapshotException
from .sources import Root, find_spec, may_define

#: Each part of a path may be that of a module: all of them are looked for.
_MOST_PARTS = 64
#: Prefixes of class paths that may be imported; ``None``: all. See :func:`allow_imports`.
_allowed: Optional[tuple[str, ...]] = None
#: The classes that stored paths stand for now: see :func:`.upgrades.renamed`.
RENAMED: dict[str, type] = {}


class ChangedClassException(SnapshotException):
    """A class does not take what was stored of it, or sent.

    :param error_message: What has changed.
    :param cls: The class.
    """

    def __init__(self, error_message: str, cls: Optional[type] = None):
        super().__init__(error_message)
        self.cls = cls


def allow_imports(*prefixes: str) -> None:
    """Limit the modules that reading a stored context may import, to find the classes that it names.

    At first there is no limit. Classes of modules that are imported already are found in any case.

    :param prefixes: Names of modules or packages, such as ``"shop.models"``; none at all, and nothing is imported any
        more; ``"*"`` lifts the limit.
    :return: This function does not return anything.
    """
    global _allowed  # noqa: PLW0603 - one limit for the process, as imports are
    _allowed = None if "*" in prefixes else prefixes


def path_of(cls: type) -> str:
    """Give the path under which a class is found again.

    :param cls: The class.
    :return: Its module and qualified name.
    """
    module = cls.__module__
    return f"{(_name_of_main() or module) if is_main(module) else module}.{cls.__qualname__}"


def is_main(module: str) -> bool:
    """Tell whether a module is the one that this process was started with."""
    return module in ("__main__", "__mp_main__")  # as multiprocessing calls it


def _name_of_main() -> Optional[str]:
    """Give the name by which other processes import the main module, where it was started by that name."""
    name = getattr(getattr(sys.modules["__main__"], "__spec__", None), "name", None)
    # To import what `python -m package` runs is to start it.
    return name if name and name.rpartition(".")[2] != "__main__" else None


def renamed_class(path: str) -> Optional[type]:
    """Find the class that a path stands for now, as renamed() declares, which may have been renamed in its turn.

    :param path: The path.
    :return: The class, or ``None`` if nothing was declared.
    """
    found = None
    while (cls := RENAMED.get(path)) is not None:
        found, path = cls, path_of(cls)
    return found


def resolve(path: str, wanted: Callable[[type], bool], root: Root) -> Optional[type]:
    """Find the class of a path.

    :param path: The module and qualified name of a class.
    :param wanted: Whether a class is of the wanted kind.
    :param root: What makes a class one of that kind, so that the source of a module can be asked for it.
    :return: The class, or ``None`` if there is no class of that kind there.
    """
    if (cls := renamed_class(path)) is not None:
        return cls if wanted(cls) else None
    parts = path.split(".")
    if len(parts) > _MOST_PARTS or not all(part.isidentifier() for part in parts):
        return None
    for size in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:size])
        known = sys.modules.get(name) or (sys.modules["__main__"] if name == _name_of_main() else None)
        module = known or _import(name, parts[size:], root)
        if module is not None:
            return _find(module, parts[size:], path, wanted)
    return None


def _find(module: ModuleType, names: list[str], path: str, wanted: Callable[[type], bool]) -> Optional[type]:
    found: Any = module
    for name in names:
        # Only what stands in the namespace itself: no descriptors, no module-level __getattr__.
        found = vars(found).get(name)
        if not isinstance(found, type):
            return None
    # A class that is merely imported there has another home: the path does not lead through other modules.
    return found if path_of(found) == path and wanted(found) else None


def _import(name: str, names: list[str], root: Root) -> Optional[ModuleType]:
    if _allowed is not None and not any(name == prefix or name.startswith(f"{prefix}.") for prefix in _allowed):
        return None
    if not may_define(name, names, root):
        return None
    try:
        return import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as exc:
        # A module that exits when it is imported must not end the service.
        raise SnapshotException(f"The module {name!r} cannot be imported: {exc!r}") from exc


def is_importable(path: str) -> bool:
    """Tell whether looking for a class of that path, as minos.common does, would import a module that is not there yet.

    :param path: The module and qualified name of a class.
    :return: ``True`` if so.
    """
    parts = path.split(".", maxsplit=_MOST_PARTS)
    names = [".".join(parts[:size]) for size in range(len(parts), 0, -1)]
    return any(_runs(name) for name in names)


def _runs(name: str) -> bool:
    module = sys.modules.get(name)
    # A module may answer for names that it does not have, by importing others.
    return find_spec(name) is not None if module is None else "__getattr__" in vars(module)
