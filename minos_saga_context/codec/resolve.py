"""Class paths to classes, without running what is not a class of the wanted kind.

A snapshot may come from anywhere, so the path in it is only a claim. A module that is not imported yet is imported only
if its source defines such a class, as the source itself says; what was imported is checked before anything is called.
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Callable, Optional

#: Prefixes of class paths that may be imported; ``None``: all. See :func:`allow_imports`.
_allowed: Optional[tuple[str, ...]] = None


def allow_imports(*prefixes: str) -> None:
    """Limit the modules that loading a snapshot may import.

    Classes of modules that are imported already are found in any case. Without arguments, nothing is imported any more.

    :param prefixes: Names of modules or packages, such as ``"shop.models"``; ``"*"`` lifts the limit.
    :return: This function does not return anything.
    """
    global _allowed  # noqa: PLW0603 - one limit for the process, as imports are
    _allowed = None if "*" in prefixes else prefixes


def path_of(cls: type) -> str:
    """Give the path under which a class is found again.

    :param cls: The class.
    :return: Its module and qualified name.
    """
    return f"{cls.__module__}.{cls.__qualname__}"


def resolve(path: str, wanted: Callable[[type], bool]) -> Optional[type]:
    """Find the class of a path.

    :param path: The module and qualified name of a class.
    :param wanted: Whether a class is of the wanted kind.
    :return: The class, or ``None`` if there is no class of that kind there.
    """
    parts = path.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    for size in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:size])
        module = sys.modules.get(name) or _import(name, parts[size])
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


def _import(name: str, class_name: str) -> Optional[ModuleType]:
    if _allowed is not None and not any(name == prefix or name.startswith(f"{prefix}.") for prefix in _allowed):
        return None
    if not _defines(name, class_name):
        return None
    return import_module(name)


def _defines(name: str, class_name: str) -> bool:
    """Tell whether the source of a module defines the class at its top level. Nothing is imported to know."""
    try:
        spec = _spec(name)
        source = spec.loader.get_source(name) if spec is not None else None  # type: ignore[union-attr]
        tree = ast.parse(source) if source else ast.Module(body=[], type_ignores=[])
    except Exception:
        # A finder, a loader or a source that fails: then the module defines nothing that can be known.
        return False
    return any(class_name in _names(node) for node in ast.walk(tree))


def _names(node: ast.AST) -> set[str]:
    # A class with neither bases nor a decorator is never of a wanted kind.
    if isinstance(node, ast.ClassDef) and (node.bases or node.keywords or node.decorator_list):
        return {node.name}
    # Color = Enum("Color", ...), Point = namedtuple("Point", ...)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return set()


def _spec(name: str) -> Optional[ModuleSpec]:
    """Find the spec of a module. importlib.util.find_spec would import its parents."""
    path: Any = None
    spec: Optional[ModuleSpec] = None
    parts = name.split(".")
    for size in range(1, len(parts) + 1):
        part = ".".join(parts[:size])
        if size > 1 and path is None:
            return None  # its parent is no package
        found = (finder.find_spec(part, path) for finder in sys.meta_path if hasattr(finder, "find_spec"))
        spec = next((one for one in found if one is not None), None)
        if spec is None:
            return None
        path = spec.submodule_search_locations
    return spec


def is_importable(path: str) -> bool:
    """Tell whether looking for a class of that path, as minos.common does, would import a module that is not there yet.

    :param path: The module and qualified name of a class.
    :return: ``True`` if so.
    """
    parts = path.split(".")
    names = [".".join(parts[:size]) for size in range(len(parts), 0, -1)]
    return any(name not in sys.modules and _spec(name) is not None for name in names)
