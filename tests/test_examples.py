"""The template of a service: copied elsewhere and renamed as examples/README.md says, it is tested and started."""

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from poetry.core.constraints.version import Version
from poetry.core.factory import Factory

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "examples" / "service"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("newcomer") / "repository"
    copytree(TEMPLATE, there / "examples" / "service", ignore=ignore_patterns("__pycache__"))
    (block,) = re.findall(r"```console\n(cp .*?)```", (TEMPLATE.parent / "README.md").read_text("utf-8"), re.DOTALL)
    subprocess.run(["sh", "-ec", block], check=True, cwd=there)
    return there.parent / "billing"


def run(folder: Path, *args: str, **environment: str) -> str:
    # As it would be installed: nothing of the repository but the package is found there.
    site = folder.parent / "site"
    site.mkdir(exist_ok=True)
    for name in ("minos", "minos_saga_context"):
        if not (site / name).exists() and (ROOT / name).exists():
            (site / name).symlink_to(ROOT / name)
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    values = {**os.environ, "PYTHONPATH": path, "PYTEST_ADDOPTS": "", **environment}
    command = [sys.executable, "-m", *args]
    done = subprocess.run(command, check=False, cwd=folder, env=values, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_its_tests_pass_on_both_stores(copied: Path, dsn: str) -> None:
    others = [f"-pno:{name}" for name in ("asyncio", "hypothesispytest", "cacheprovider")]
    assert "7 passed" in run(copied, "pytest", "-q", *others, TEST_DSN=dsn)


def test_it_starts(copied: Path) -> None:
    assert run(copied, "billing", "--example") == "Order 1 is paid: 23.00, receipt 001\n"
    assert (copied / "sagas.lmdb").is_dir()


def test_it_stands_alone(copied: Path) -> None:
    for path in copied.rglob("*.py"):
        assert not re.search(r"\b(examples|orders)\b", path.read_text("utf-8")), path
    assert not {"orders", "examples"} & {path.name for path in copied.rglob("*")}
    assert "`billing/saga.py`" in (copied / "README.md").read_text("utf-8")


def test_its_pyproject_asks_for_what_is_here(copied: Path) -> None:
    package = Factory().create_poetry(copied).package
    assert (package.name, package.python_versions) == ("billing", Factory().create_poetry(ROOT).package.python_versions)
    for needed in package.all_requires:
        assert needed.constraint.allows(Version.parse(version(needed.name))), needed
    overrides = [re.search("override-dependencies = .*", read(folder)) for folder in (ROOT, copied)]
    assert len({str(found and found[0]) for found in overrides}) == 1 and overrides[0]


def read(folder: Path) -> str:
    return (folder / "pyproject.toml").read_text("utf-8")


def test_the_shop_runs_without_the_package() -> None:
    # It takes its broker from the template: stock minos is what it is compared with.
    code = (
        "import sys; sys.modules['minos_saga_context'] = None; import examples.shop.infrastructure, examples.shop.order"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, cwd=ROOT)
