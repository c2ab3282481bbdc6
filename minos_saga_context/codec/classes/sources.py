"""What the source of a module says of a class, before the module is imported.

To import is to run. A snapshot that names the module of a script, or a class that is no enum, must not make it run only
to find that out. So the source is read: whether the class, or one that it extends, may be of the wanted kind. Where the
source does not tell (a base that is computed, a module without source), it may be.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from typing import Any, Optional


class Root:
    """What makes a class one of a kind.

    :param bases: What it, or a class that it extends, has among its bases.
    :param decorated: Whether a decorator makes it one.
    """

    def __init__(self, *bases: Any, decorated: bool = False):
        self.bases = bases
        self.decorated = decorated

    def has(self, base: Any) -> bool:
        """Tell whether something leads to the kind when a class extends it."""
        if any(base is one for one in self.bases):
            return True
        return isinstance(base, type) and any(isinstance(one, type) and issubclass(base, one) for one in self.bases)


def may_define(module: str, names: Sequence[str], root: Root) -> bool:
    """Tell whether a module, by its source, may define a class of a kind.

    :param module: The name of the module.
    :param names: The qualified name of the class, in parts.
    :param root: The kind.
    :return: ``True`` if it may.
    """
    source = Source.of(module)
    return source is not None and source.may_define(names, root)


class Source:
    """The source of a module.

    :param module: The name of the module.
    :param package: Whether it is a package.
    :param tree: What it says.
    """

    def __init__(self, module: str, package: bool, tree: ast.Module):
        self._name = module
        self._package = module if package else module.rpartition(".")[0]
        self._tree = tree

    @classmethod
    def of(cls, module: str) -> Optional[Source]:
        """Read the source of a module; ``None`` if it has none that can be read."""
        try:
            spec = find_spec(module)
            text = spec.loader.get_source(module) if spec is not None else None  # type: ignore[union-attr]
            if text is None or spec is None:
                return None
            return cls(module, spec.submodule_search_locations is not None, ast.parse(text))
        except Exception:
            # A finder, a loader or a source that fails: then nothing is known.
            return None

    def may_define(self, names: Sequence[str], root: Root) -> bool:
        """Tell whether it may define a class of a kind. See :func:`may_define`."""
        places: list[ast.AST] = [self._tree]
        for name in names[:-1]:
            places = [node for place in places for node in _classes(place, name)]
        return any(self._may_be(node, root, frozenset()) for place in places for node in _definitions(place, names[-1]))

    def _may_be(self, node: ast.AST, root: Root, seen: frozenset[tuple[str, str]]) -> bool:
        """Tell whether a definition may be one of a class of the kind."""
        if isinstance(node, ast.ClassDef):
            if root.decorated and node.decorator_list:
                return True
            return any(self._leads(base, root, seen) for base in node.bases)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            # Color = Enum("Color", ...), Point = namedtuple("Point", ...)
            maker = _dotted(node.value.func)
            return maker[-1:] == ["make_dataclass"] if root.decorated else self._makes(node.value.func, root, seen)
        return False

    def _makes(self, function: ast.expr, root: Root, seen: frozenset[tuple[str, str]]) -> bool:
        name = _dotted(function)[-1:]
        if name and name[0] in ("namedtuple", "NamedTuple"):
            return any(not isinstance(one, type) for one in root.bases)  # such as the function typing.NamedTuple
        # Modules are full of values that a function gave: here what cannot be told is no class.
        return bool(name) and self._leads(function, root, seen)

    def _leads(self, base: ast.expr, root: Root, seen: frozenset[tuple[str, str]]) -> bool:
        """Tell whether a base may lead to the kind."""
        if isinstance(base, ast.Subscript):
            base = base.value  # Base[T]
        parts = _dotted(base)
        if not parts:
            return True  # computed: no telling
        if len(parts) > 1:
            return self._member_leads(parts, root, seen)
        name = parts[0]
        if (self._name, name) in seen:
            return False
        seen |= {(self._name, name)}
        known = False
        for node in ast.walk(self._tree):
            if isinstance(node, ast.ClassDef) and node.name == name:
                known = True
                if self._may_be(node, root, seen):
                    return True
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if alias.name == "*" or (alias.asname or alias.name) == name:
                        known = known or alias.name != "*"
                        if self._imported_leads(
                            self._origin(node), name if alias.name == "*" else alias.name, root, seen
                        ):
                            return True
            elif isinstance(node, ast.Assign) and name in _targets(node):
                known = True
                if isinstance(node.value, ast.Call) or self._leads(node.value, root, seen):
                    return True
        return not known and root.has(getattr(builtins, name, None))

    def _member_leads(self, parts: list[str], root: Root, seen: frozenset[tuple[str, str]]) -> bool:
        """Tell whether ``module.Class`` may lead to the kind."""
        modules = {}
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    modules[alias.asname or alias.name.partition(".")[0]] = alias.name if alias.asname else None
            elif isinstance(node, ast.ImportFrom):
                modules.update(
                    {alias.asname or alias.name: f"{self._origin(node)}.{alias.name}" for alias in node.names}
                )
        if parts[0] not in modules:
            return True
        prefix = modules[parts[0]] or parts[0]
        return self._imported_leads(".".join([prefix, *parts[1:-1]]), parts[-1], root, seen)

    def _origin(self, node: ast.ImportFrom) -> str:
        """Give the full name of the module from which is imported."""
        if not node.level:
            return node.module or ""
        parts = self._package.split(".")
        return ".".join(filter(None, [*parts[: len(parts) - node.level + 1], node.module]))

    @staticmethod
    def _imported_leads(module: str, name: str, root: Root, seen: frozenset[tuple[str, str]]) -> bool:
        """Tell whether what is imported from another module may lead to the kind."""
        imported = sys.modules.get(module)
        if imported is not None:
            return name not in vars(imported) or root.has(vars(imported)[name])
        source = Source.of(module)
        return source is None or source._leads(ast.Name(name), root, seen)


def _dotted(node: ast.AST) -> list[str]:
    """Give the parts of ``a.b.c``; none if it is something else."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (parts := _dotted(node.value)):
        return [*parts, node.attr]
    return []


def _classes(place: ast.AST, name: str) -> Iterator[ast.AST]:
    return (node for node in ast.walk(place) if isinstance(node, ast.ClassDef) and node.name == name)


def _definitions(place: ast.AST, name: str) -> Iterator[ast.AST]:
    for node in ast.walk(place):
        if (isinstance(node, ast.ClassDef) and node.name == name) or (
            isinstance(node, ast.Assign) and name in _targets(node)
        ):
            yield node


def _targets(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def find_spec(name: str) -> Optional[ModuleSpec]:
    """Find the spec of a module. ``importlib.util.find_spec`` would import its parents.

    :param name: The name of the module.
    :return: Its spec, or ``None``.
    """
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
