"""What may import what, and the names that are public."""

import ast
import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import minos_saga_context
from tests.support.process import run

FOLDER = Path(minos_saga_context.__file__).parent
PACKAGE = "minos_saga_context"
MODULES = sorted(FOLDER.rglob("*.py"))

#: The folders from the lowest up: each may import those before it, and what stands in itself.
FOLDERS = (
    "exceptions",
    "codec.avro",
    "codec.types",
    "codec.classes",
    "codec.values",
    "codec.converters",
    "codec.inference",
    "codec.file",
    "context",
    "activation",
    "inspection",
    "",  # the public face
    "cli",
    "__main__",
)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(FOLDER).with_suffix("").parts)


def imports_of(path: Path) -> set[str]:
    """Give the modules of the package that a module imports, by their names within it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            base = list(path.relative_to(FOLDER).parts[:-1])[: len(path.relative_to(FOLDER).parts) - node.level]
            if node.level == 0:
                if (node.module or "").split(".")[0] != PACKAGE:
                    continue
                base = (node.module or "").split(".")[1:]
            elif node.module:
                base = base + node.module.split(".")
            for alias in node.names:
                inner = FOLDER.joinpath(*base, alias.name)
                is_module = inner.with_suffix(".py").exists() or inner.is_dir()
                found.add(".".join([*base, alias.name] if is_module else base) or "__init__")
        elif isinstance(node, ast.Import):
            found.update(
                ".".join(alias.name.split(".")[1:]) or "__init__"
                for alias in node.names
                if alias.name.split(".")[0] == PACKAGE
            )
    return found - {name_of(path)}


def folder_of(name: str) -> str:
    """Give the folder of a module: the longest that its name begins with."""
    return max((folder for folder in FOLDERS if folder and f"{name}.".startswith(f"{folder}.")), key=len, default="")


def storey(name: str) -> int:
    return FOLDERS.index(folder_of(name))


GRAPH = {name_of(path): imports_of(path) for path in MODULES}


def test_the_graph_is_seen() -> None:
    assert {"codec.file", "context.display", "exceptions"} <= GRAPH["context.saga_context"]
    assert "context" in GRAPH["__init__"] and "codec.types.table" in GRAPH["codec.types.registry"]


@pytest.mark.parametrize("name", GRAPH)
def test_imports_run_downwards_only(name: str) -> None:
    assert folder_of(name) or name in ("__init__", "codec.__init__")
    for imported in GRAPH[name]:
        assert storey(imported) <= storey(name), f"{name} imports {imported}"


def test_no_circles_anywhere() -> None:
    order = list(TopologicalSorter(GRAPH).static_order())
    places = [order.index(name) for name in ("exceptions", "codec.values.copying", "context.saga_context", "__init__")]
    assert places == sorted(places)


def test_the_house_can_be_seen_at_once() -> None:
    for folder in {FOLDER, *(path.parent for path in MODULES)}:
        rooms = {path.name for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
        assert len(rooms - {"__init__.py", "__main__.py", "__pycache__"}) <= 8, folder
    for path in MODULES:
        assert len(path.read_text().splitlines()) <= 250, path


ARCHITECTURE = Path(__file__).parents[1] / "docs" / "architecture.md"


def test_the_tree_that_is_drawn_is_the_tree() -> None:
    drawn, above = set(), [""]
    text = ARCHITECTURE.read_text(encoding="utf-8")
    for line in text.partition("```text\n")[2].partition("```")[0].splitlines():
        name, depth = line.split("/")[0].strip(), (len(line) - len(line.lstrip())) // 2
        if depth and "/" in line:
            above[depth:] = [f"{above[depth - 1]}{name}."]
            drawn.add(above[depth].rstrip("."))
    assert drawn == {name_of(path)[: -len(".__init__")] for path in MODULES if path.name == "__init__.py"} - {""}
    assert drawn == {folder for folder in FOLDERS if folder not in ("", "exceptions", "__main__")} | {"codec"}


def test_every_module_that_the_architecture_names_is_there() -> None:
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", ARCHITECTURE.read_text(encoding="utf-8"))
    assert len(named) > 20
    for name in named:
        assert (FOLDER / name).exists() or (ARCHITECTURE.parents[1] / name).exists(), name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_plug_touches_minos_saga(path: Path) -> None:
    touches = {name for name in _outside(path) if name == "minos.saga" or name.startswith("minos.saga.")}
    assert not touches or folder_of(name_of(path)) in ("activation", "inspection", "cli")


def _outside(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module or "")
    return found


def test_public_names() -> None:
    names = minos_saga_context.__all__
    assert names == sorted(names)
    assert set(names) == {
        *("ContextHistory", "ContextSnapshot", "MissingAttributeException", "MissingItemException", "SagaContext"),
        *("SnapshotException", "StepRecord", "TypeRegistrationException", "UnsupportedValueException", "activate"),
        *("allow_imports", "compare", "deactivate", "is_active", "is_secret", "log_steps", "register_type"),
        "set_limits",
    }
    for name in names:
        assert getattr(minos_saga_context, name).__doc__, name


def test_importing_it_needs_no_optional_package() -> None:
    code = """
import json, sys
for name in ("rich", "lmdb", "numpy", "avro", "jsonpickle"):
    sys.modules[name] = None
import minos.plugins.saga_context
from minos_saga_context import *
print(json.dumps(sorted(name for name in globals() if name[0].isupper())))
"""
    public = {name for name in minos_saga_context.__all__ if name[0].isupper()}
    assert set(run(code)) == public
    assert sys.modules["minos_saga_context"] is minos_saga_context


def test_version() -> None:
    pyproject = (FOLDER.parent / "pyproject.toml", Path(__file__).parents[1] / "pyproject.toml")
    text = next(path.read_text() for path in pyproject if path.exists())
    assert f'version = "{minos_saga_context.__version__}"' in text
