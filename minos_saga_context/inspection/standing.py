"""Where an execution stands, by its raw form. Any JSON is taken: a damaged definition must not hide the context."""

from __future__ import annotations

from typing import Any

#: Sagas that stand in each other are told so deep: what is damaged may be as deep as JSON is read.
_DEEPEST = 20
_CALLBACKS = ("on_execute", "on_success", "on_error", "on_failure")


def saga_of(raw: dict[str, Any]) -> str:
    """Give the module of the saga's callbacks: sagas have no name of their own.

    :param raw: The raw execution.
    :return: The name of the module.
    """
    path = next((path for step in steps_of(raw) for path in _paths(step)), "")
    return path.partition(".<")[0].rpartition(".")[0] or path or "-"


def dicts(value: Any) -> list[dict[str, Any]]:
    """Give the dicts of what ought to be a list of them."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def steps_of(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the steps of the definition."""
    definition = raw.get("definition")
    return dicts(definition.get("steps")) if isinstance(definition, dict) else []


def _paths(step: dict[str, Any]) -> list[str]:
    """Give the paths of a step's callbacks; those of the conditions, where it is a conditional one."""
    conditions = [one.get("condition") for one in dicts(step.get("if_then"))]
    operations = dicts([*(step.get(name) for name in _CALLBACKS), *conditions])
    return [str(one["callback"]) for one in operations if "callback" in one]


def label_of(step: dict[str, Any]) -> str:
    """Name a step by its first callback."""
    paths = _paths(step)
    name = paths[0].rpartition(".")[2] if paths else "-"
    return f"if {name}" if step.get("if_then") else name


def has_failed(raw: dict[str, Any]) -> bool:
    """Tell whether a step of a saga failed, or its commit. It is still running where a compensation failed too."""
    return raw.get("status") == "errored" or raw.get("already_rollback") is True


def standing(raw: dict[str, Any]) -> str:
    """Tell where a saga stands.

    :param raw: The raw execution.
    :return: Such as ``2/3 charge``; with that within a conditional step, ``1/2 if is_large > 1/1 ask``.
    """
    parts: list[str] = []
    inner = [raw]
    while inner and len(parts) < _DEEPEST:
        (one,) = inner
        steps, done = steps_of(one), len(dicts(one.get("executed_steps")))
        if done >= len(steps):
            parts.append(f"{len(steps)}/{len(steps)}{' commit' if steps and has_failed(one) else ''}")
            break
        parts.append(f"{done + 1}/{len(steps)} {label_of(steps[done])}")
        inner = dicts([paused.get("inner") for paused in dicts([one.get("paused_step")])])
    return " > ".join(parts)
