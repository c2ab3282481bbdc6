"""Copies executions from one store to another, and looks at each copy."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ..errors import ToolError
from ..stores.executions import Execution


def copy(items: Iterable[tuple[str, bytes]], target: Any) -> tuple[int, int, list[str]]:
    """Copy executions. What was copied before is left alone, so that it can be done again after it was stopped.

    :param items: The keys and values of the executions.
    :param target: The store to which they go.
    :return: How many were copied, how many were there already, and which are there in another state.
    :raises ToolError: If one cannot be copied, or a copy is not what was copied.
    """
    copied, there, differing = 0, 0, []
    for key, value in items:
        raw = {**Execution.from_store(key, value).raw, "uuid": key}
        found = _raw_of(target, key)
        if found is None:
            try:
                target.put(key, raw)
            except (ValueError, TypeError) as exc:
                # Whatever stands in a store: a key that is no identifier, half a character, ...
                raise ToolError(f"{key}: it cannot be stored in {target.name}: {exc}") from None
            if _raw_of(target, key) != raw:
                raise ToolError(f"{key}: the copy in {target.name} is not what was copied")
            copied += 1
        elif found == raw:
            there += 1
        else:
            differing.append(key)
    return copied, there, differing


def _raw_of(store: Any, key: str) -> Any:
    return next(({**json.loads(value), "uuid": key} for _, value in store.items(key)), None)
