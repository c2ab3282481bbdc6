"""What may import what, and the names that are public."""

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import minos_saga_context
from tests.process import run

FOLDER = Path(minos_saga_context.__file__).parent
PACKAGE = "minos_saga_context"
MODULES = sorted(FOLDER.rglob("*.py"))

#: The rooms from the lowest up: each may import those before it, and what stands on its own line.
ROOMS = (
    ("exceptions",),
    ("codec",),
    ("fields",),
    ("mapping", "display", "records", "nested", "context"),
    ("messages", "spans", "activation", "render", "differences", "snapshot"),
    ("recording", "history"),
    ("__init__",),
    ("cli",),
    ("__main__",),
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


def storey(name: str) -> int:
    top = name.partition(".")[0]
    return next(place for place, names in enumerate(ROOMS) if top in names)


GRAPH = {name_of(path): imports_of(path) for path in MODULES}


def test_the_graph_is_seen() -> None:
    assert {"codec.container", "exceptions", "fields", "records", "nested"} <= GRAPH["context"]
    assert "context" in GRAPH["__init__"] and "codec.table" in GRAPH["codec.registry"]


@pytest.mark.parametrize("name", GRAPH)
def test_imports_run_downwards_only(name: str) -> None:
    for imported in GRAPH[name]:
        assert storey(imported) <= storey(name), f"{name} imports {imported}"


def test_no_circles_anywhere() -> None:
    order = list(TopologicalSorter(GRAPH).static_order())
    assert order.index("exceptions") < order.index("codec.keep") < order.index("context") < order.index("__init__")


#: The modules of the codec from the lowest up.
CODEC = (
    *(
        "varint",
        "avro",
        "naming",
        "special",
        "times",
        "sources",
        "resolve",
        "limits",
        "node",
        "table",
        "width",
        "registry",
        "alike",
        "enums",
        "classes",
        "register",
    ),
    *(
        "walk",
        "schema",
        "models",
        "foreign",
        "keep",
        "lines",
        "shape",
        "containers",
        "leaves",
        "plan",
        "plans",
        "container",
        "data",
    ),
)


def test_layers_of_the_codec() -> None:
    graph = {name: imports for name, imports in GRAPH.items() if name.startswith("codec.") and "__init__" not in name}
    assert set(graph) == {f"codec.{name}" for name in CODEC}
    for name, imports in graph.items():
        lower = {"exceptions", *(f"codec.{part}" for part in CODEC[: CODEC.index(name.partition(".")[2])])}
        assert imports <= lower, f"{name} imports {imports - lower}"


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path).startswith("codec")], ids=name_of)
def test_the_codec_knows_nothing_of_contexts_or_sagas(path: Path) -> None:
    assert all(name.startswith("codec") or name == "exceptions" for name in imports_of(path))
    assert "minos.saga" not in {name for name in _outside(path) if name.startswith("minos.saga")}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_plug_touches_minos_saga(path: Path) -> None:
    touches = {name for name in _outside(path) if name == "minos.saga" or name.startswith("minos.saga.")}
    assert not touches or name_of(path).split(".")[0] in ("activation", "recording", "cli")


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
    assert set(names) >= {
        *("SagaContext", "activate", "deactivate", "is_active", "register_type", "allow_imports", "set_limits"),
        *("MissingAttributeException", "MissingItemException", "SnapshotException", "TypeRegistrationException"),
        "UnsupportedValueException",
    }
    assert set(names) <= {
        *("ContextHistory", "ContextSnapshot", "MissingAttributeException", "MissingItemException", "SagaContext"),
        *("SnapshotException", "TypeRegistrationException", "UnsupportedValueException", "activate", "allow_imports"),
        *("compare", "deactivate", "is_active", "register_type", "set_limits"),
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
