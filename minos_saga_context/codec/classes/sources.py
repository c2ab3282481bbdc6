"""What the source of a module says of a class, before the module is imported.

To import is to run. A snapshot that names the module of a script, or a class that is no enum, must not make it run only
to find that out. So the source is read: whether the class, or one that it extends, may be of the wanted kind. Where the
source does not tell (a base that is computed, a module without source), it may be.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from importlib.machinery import ModuleSpec
from typing import Any, Optional

from ...exceptions import SnapshotException
from ..avro.limits import current
from ..types.subclasses import is_class


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
        return is_class(base) and any(isinstance(one, type) and issubclass(base, one) for one in self.bases)


def may_define(module: str, names: Sequence[str], root: Root) -> bool:
    """Tell whether a module, by its source, may define a class of a kind.

    :param module: The name of the module.
    :param names: The qualified name of the class, in parts.
    :param root: The kind.
    :return: ``True`` if it may.
    :raises SnapshotException: If more source would have to be read than a snapshot may cost.
    """
    with one_reading() as sources:
        source = sources[module]
        return source is not None and source.may_define(names, root)


@contextmanager
def one_reading() -> Iterator[Sources]:
    """Have all that is looked for within read each source once, and count against one limit."""
    if (outer := _reading.get()) is not None:
        yield outer
        return
    token = _reading.set(sources := Sources())
    try:
        yield sources
    finally:
        _reading.reset(token)


class Sources(dict[str, Optional["Source"]]):
    """The sources that were read for one snapshot; ``None`` for a module that has none that can be read."""

    def __init__(self) -> None:
        super().__init__()
        self._left = current().source

    def __missing__(self, module: str) -> Optional[Source]:
        spec = text = self[module] = None
        # A finder, a loader or a source that fails: then nothing is known.
        with suppress(Exception):
            spec = find_spec(module)
            text = spec.loader.get_source(module) if spec is not None else None  # type: ignore[union-attr]
        if spec is None or text is None:
            return None
        self._left -= len(text)
        if self._left < 0:
            raise SnapshotException(
                "The snapshot names classes of modules that are not imported, with more source than the limit:"
                f" import {module!r} before, or see set_limits()"
            )
        with suppress(Exception):
            self[module] = Source(module, spec.submodule_search_locations is not None, ast.parse(text), self)
        return self[module]


_reading: ContextVar[Optional[Sources]] = ContextVar("_reading", default=None)


class Source:
    """The source of a module.

    :param module: The name of the module.
    :param package: Whether it is a package.
    :param tree: What it says.
    :param others: The sources of other modules.
    """

    def __init__(self, module: str, package: bool, tree: ast.Module, others: Sources):
        self._name = module
        self._others = others
        self._package = module if package else module.rpartition(".")[0]
        #: What may define a class, by its qualified name; and what gives a name its meaning, by that name alone.
        self._definitions: dict[tuple[str, ...], list[ast.AST]] = defaultdict(list)
        self._meanings: dict[str, list[ast.AST]] = defaultdict(list)
        #: The names of modules, and of what is imported from one, by what they are called here.
        self._modules: dict[str, str] = {}
        self._enter(tree)

    def _enter(self, tree: ast.Module) -> None:
        """Note what the tree says, in one walk."""
        places: deque[tuple[ast.AST, tuple[str, ...]]] = deque([(tree, ())])
        while places:
            node, within = places.popleft()
            if isinstance(node, ast.ClassDef):
                self._definitions[(*within, node.name)].append(node)
                self._meanings[node.name].append(node)
                within = (*within, node.name)
            elif isinstance(node, ast.Assign):
                for name in [target.id for target in node.targets if isinstance(target, ast.Name)]:
                    self._definitions[(*within, name)].append(node)
                    self._meanings[name].append(node)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    called = alias.asname or alias.name
                    self._meanings[called].append(node)
                    self._modules[called] = f"{self._origin(node)}.{alias.name}"
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.partition(".")[0]
                    self._modules[alias.asname or first] = alias.name if alias.asname else first
            places.extend((child, within) for child in ast.iter_child_nodes(node))

    def may_define(self, names: Sequence[str], root: Root) -> bool:
        """Tell whether it may define a class of a kind. See :func:`may_define`."""
        seen: set[tuple[str, str]] = set()
        return any(self._may_be(node, root, seen) for node in self._definitions.get(tuple(names), ()))

    def _may_be(self, node: ast.AST, root: Root, seen: set[tuple[str, str]]) -> bool:
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

    def _makes(self, function: ast.expr, root: Root, seen: set[tuple[str, str]]) -> bool:
        name = _dotted(function)[-1:]
        if name and name[0] in ("namedtuple", "NamedTuple"):
            return any(not isinstance(one, type) for one in root.bases)  # such as the function typing.NamedTuple
        # Modules are full of values that a function gave: here what cannot be told is no class.
        return bool(name) and self._leads(function, root, seen)

    def _leads(self, base: ast.expr, root: Root, seen: set[tuple[str, str]]) -> bool:
        """Tell whether a base may lead to the kind."""
        if isinstance(base, ast.Subscript):
            base = base.value  # Base[T]
        parts = _dotted(base)
        if not parts:
            return True  # computed: no telling
        if len(parts) > 1:
            # module.Class
            if parts[0] not in self._modules:
                return True
            return self._imported_leads(".".join([self._modules[parts[0]], *parts[1:-1]]), parts[-1], root, seen)
        name = parts[0]
        if (self._name, name) in seen:
            return False  # It led nowhere; or it is being looked into.
        seen.add((self._name, name))
        for node in self._meanings.get(name, ()):
            if isinstance(node, ast.ImportFrom):
                names = [alias.name for alias in node.names if (alias.asname or alias.name) == name]
                if any(self._imported_leads(self._origin(node), one, root, seen) for one in names):
                    return True
            elif isinstance(node, ast.Assign):
                if isinstance(node.value, ast.Call) or self._leads(node.value, root, seen):
                    return True
            elif self._may_be(node, root, seen):
                return True
        stars = self._meanings.get("*", ())
        if any(self._imported_leads(self._origin(node), name, root, seen) for node in stars):  # type: ignore[arg-type]
            return True
        return name not in self._meanings and root.has(getattr(builtins, name, None))

    def _origin(self, node: ast.ImportFrom) -> str:
        """Give the full name of the module from which is imported."""
        if not node.level:
            return node.module or ""
        parts = self._package.split(".")
        return ".".join(filter(None, [*parts[: len(parts) - node.level + 1], node.module]))

    def _imported_leads(self, module: str, name: str, root: Root, seen: set[tuple[str, str]]) -> bool:
        """Tell whether what is imported from another module may lead to the kind."""
        imported = sys.modules.get(module)
        if imported is not None:
            return name not in vars(imported) or root.has(vars(imported)[name])
        source = self._others[module]
        return source is None or source._leads(ast.Name(name), root, seen)


def _dotted(node: ast.AST) -> list[str]:
    """Give the parts of ``a.b.c``; none if it is something else."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (parts := _dotted(node.value)):
        return [*parts, node.attr]
    return []


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
