"""What a service has around its contexts and the tool has not: repositories, and modules that are imported."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from typing import Any, Optional

from minos.common import DependencyInjector

from ...codec.classes.sources import find_spec
from ..errors import ToolError

#: What the constructors of RootEntity want to be injected; they keep it, and do not use it.
_INJECTED = ("event_repository", "snapshot_repository")


class _Absent:
    """Stands where a service has a repository, so that its entities can be built here.

    :param name: The name by which it is injected.
    """

    def __init__(self, name: str):
        self._name = name

    def get_injectable_name(self) -> str:
        return self._name


#: Whether the service's modules are there to be imported.
_has_modules: ContextVar[bool] = ContextVar("_has_modules", default=False)


@contextmanager
def as_in_a_service(app_dir: Optional[str]) -> Iterator[None]:
    """Let what loads in a service load here.

    :param app_dir: The folder of the service's modules.
    :return: This context manager does not return anything.
    :raises ToolError: If there is no such folder.
    """
    if app_dir is not None:
        if not Path(app_dir).is_dir():
            raise ToolError(f"{app_dir}: there is no such folder", code=2)
        sys.path.insert(0, app_dir)
    token = _has_modules.set(app_dir is not None)
    config: Any = None
    injections: list[Any] = [_Absent(name) for name in _INJECTED]
    injector = DependencyInjector(config, injections)
    injector.wire_injections()
    try:
        yield
    finally:
        injector.unwire_injections()
        _has_modules.reset(token)


def prepare(raw: dict[str, Any]) -> None:
    """Import the modules of a saga's callbacks before its context is read, if the service's modules are there.

    :param raw: The raw execution, of a store.
    :return: This function does not return anything.
    """
    if _has_modules.get():
        import_callbacks(raw)


def import_callbacks(raw: dict[str, Any]) -> None:
    """Import the modules of a saga's callbacks, as its service does: they may say what was renamed.

    :param raw: The raw execution, of a store that is trusted: to import is to run.
    :return: This function does not return anything.
    """
    todo: list[Any] = [raw.get("definition")]
    for part in todo:
        if isinstance(part, dict):
            if isinstance(path := part.get("callback"), str):
                _import(path)
            todo += part.values()
        elif isinstance(part, list):
            todo += part


def _import(path: str) -> None:
    parts = path.partition(".<")[0].split(".")
    for size in range(len(parts) - 1, 0, -1):
        if (name := ".".join(parts[:size])) in sys.modules:
            return
        # What cannot be imported is told of when the definition is loaded.
        with suppress(Exception, SystemExit):
            if find_spec(name) is not None:
                import_module(name)
                return
