"""The names that are public, what they need, and the version."""

import inspect
import sys
from pathlib import Path

import pytest

import minos_saga_context
from tests.support.process import run


def test_public_names() -> None:
    names = minos_saga_context.__all__
    assert names == sorted(names)
    assert set(names) == {
        *("ContextHistory", "ContextSnapshot", "ContextTypeException", "MissingAttributeException"),
        *("MissingItemException", "SagaContext", "SnapshotException", "StepRecord", "TypeRegistrationException"),
        *("UnsupportedValueException", "activate", "allow_imports", "compare", "deactivate", "is_active", "is_secret"),
        *("ConcurrentExecutionException", "log_steps", "register_type", "renamed", "set_limits", "to_json"),
        "upgrade",
    }


@pytest.mark.parametrize("name", minos_saga_context.__all__)
def test_help_tells_of_each_parameter(name: str) -> None:
    public = getattr(minos_saga_context, name)
    text = inspect.getdoc(public) or ""
    for parameter in inspect.signature(public).parameters:
        assert f":param {parameter}: " in text, parameter
    assert isinstance(public, type) or ":return: " in text
    assert "ours" not in text.split() and "stock" not in text.split(), "words of this project alone"


def test_importing_it_needs_no_optional_package() -> None:
    code = """
import json, sys
for name in ("typeguard", "rich", "lmdb", "psycopg", "numpy", "avro", "jsonpickle"):
    sys.modules[name] = None
import minos.plugins.saga_context
from minos_saga_context import *
print(json.dumps(sorted(name for name in globals() if name[0].isupper())))
"""
    public = {name for name in minos_saga_context.__all__ if name[0].isupper()}
    assert set(run(code)) == public
    assert sys.modules["minos_saga_context"] is minos_saga_context


def test_version() -> None:
    beside = (Path(minos_saga_context.__file__).parents[1], Path(__file__).parents[1])
    text = next(path.read_text() for folder in beside if (path := folder / "pyproject.toml").exists())
    assert f'version = "{minos_saga_context.__version__}"' in text
