"""The house: what may import what, how large a file and a folder may be, where tests stand, what is drawn of it."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import minos_saga_context

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
    "postgres",
    "cli.errors",
    "cli.stores",
    "cli.selection",
    "cli.tasks",
    "cli.output",
    "cli",
    "__main__",
    "example",
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


#: Folders that are drawn, and are no storey of their own.
_INNER = {"codec", "activation.sagas"}
#: Storeys that are no folders.
_MODULES = {"", "exceptions", "cli.errors", "__main__", "example"}
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
    assert drawn == {folder for folder in FOLDERS if folder not in _MODULES} | _INNER


def test_every_module_that_the_architecture_names_is_there() -> None:
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", ARCHITECTURE.read_text(encoding="utf-8"))
    assert len(named) > 20
    for name in named:
        assert (FOLDER / name).exists() or (ARCHITECTURE.parents[1] / name).exists(), name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_plug_touches_minos_saga(path: Path) -> None:
    touches = {name for name in _outside(path) if name == "minos.saga" or name.startswith("minos.saga.")}
    assert not touches or name_of(path).split(".")[0] in ("activation", "inspection", "postgres", "cli", "example")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_optional_packages_are_imported_in_their_place_only(path: Path) -> None:
    places = {"psycopg": "postgres", "lmdb": "cli.stores", "rich": "cli.output"}
    for name in {imported.split(".")[0] for imported in _outside(path)} & places.keys():
        assert folder_of(name_of(path)) == places[name], name


def _outside(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module or "")
    return found


#: What covers a module that has no test file of its own, from tests/: a test that uses all of it on the way.
COVERED = {
    "cli.errors": "cli/test_commands.py",
    "cli.many": "cli/test_commands.py",
    "cli.output.draw": "cli/test_commands.py",
    "cli.selection.arguments": "cli/selection/test_selection.py",
    "cli.stores.heads": "cli/selection/test_selection.py",
    "cli.stores.sources": "cli/test_commands.py",
    "codec.converters.containers": "values/test_any.py",
    "codec.converters.converter": "values/test_any.py",
    "codec.converters.factory": "codec/file/test_plan.py",
    "codec.converters.hooks": "values/test_any.py",
    "codec.converters.scalars": "values/test_any.py",
    "codec.file.header": "codec/file/test_writer.py",
    "codec.inference.kinds": "codec/inference/test_schema.py",
    "codec.inference.shape": "codec/inference/test_schema.py",
    "codec.inference.sharing": "values/test_mixtures.py",
    "codec.types.rows": "codec/types/test_table.py",
    "codec.values.children": "inspection/test_diff.py",
    "codec.values.explaining": "codec/values/test_copying.py",
    "context.values": "context/test_saga_context_access.py",
    "inspection.standing": "cli/test_commands.py",
    "postgres.operations": "postgres/test_client.py",
    "postgres.schema": "postgres/test_client.py",
}
#: Tests that stand among those of modules and are of none of them.
OF_NO_MODULE = {"cli/test_docs.py", "cli/test_process.py", "codec/classes/test_gone.py", "postgres/test_processes.py"}
TESTS = Path(__file__).parent


def test_tests_mirror_the_tree() -> None:
    modules = {name for name in GRAPH if not name.endswith("__init__") and name not in ("__main__", "")}
    mirrored = {TESTS.joinpath(*name.split(".")[:-1]) for name in modules}
    files = {path.relative_to(TESTS) for folder in mirrored for path in folder.glob("test_*.py")}

    def tested_by(name: str) -> set[Path]:
        *folders, module = name.split(".")
        places = (path for path in files if list(path.parts[:-1]) == folders)
        return {path for path in places if f"{path.stem}_".startswith(f"test_{module}_")}

    assert {name for name in modules if not tested_by(name)} == set(COVERED)
    assert all((TESTS / covering).exists() for covering in COVERED.values())
    of_modules = {path for name in modules for path in tested_by(name)}
    alone = {path.as_posix() for path in files - of_modules if len(path.parts) > 1}
    assert alone == OF_NO_MODULE


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: path.relative_to(TESTS).as_posix())
def test_files_of_tests_can_be_seen_at_once(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 250
