"""The grammar of paths, one for refusals, differences and errors in reading: ``order.items[1].price``.

A path is a row of steps, from the fields of a context on:

- ``.name`` to a key or a field whose name is an identifier; without the dot, where the path begins with it;
- ``['any key']`` to any other: a text, or what Python shows of it, such as ``[(1, 'a')]`` or ``[UUID('...')]``;
- ``[1]`` to an item of a list, by its place;
- ``{'a'}`` to an item of a set, by itself;
- ``[]`` and ``{}`` to an item where nothing says which: a schema is that of all items.
"""

from __future__ import annotations

import re
from ast import literal_eval
from enum import Enum
from typing import Any

ANY_ITEM = "[]"
ANY_MEMBER = "{}"


def step_to(key: Any) -> str:
    """Give the step to a key, or to the field of that name."""
    if isinstance(key, str) and not isinstance(key, Enum):
        key = str.__str__(key)
        return f".{key}" if key.isidentifier() else f"[{key!r}]"
    return f"[{_written(key)}]"


def item(place: int) -> str:
    """Give the step to an item of a list."""
    return f"[{place}]"


def member(text: str) -> str:
    """Give the step to an item of a set.

    :param text: The item, as people are shown it.
    """
    return f"{{{text}}}"


def key_of(step: str) -> Any:
    """Give the key to which a step leads, or the place in a list.

    :param step: The step.
    :return: The key; ``None`` where it leads to every item.
    :raises ValueError: If the step is what Python shows of a key, and does not read as that.
    """
    if step in (ANY_ITEM, ANY_MEMBER):
        return None
    return step[1:] if step.startswith(".") else _read(step[1:-1])


def join(path: str, step: str) -> str:
    """Go one step further.

    :param path: A path; empty for the context itself.
    :param step: A step.
    :return: The longer path.
    """
    return path + step if path else step[step.startswith(".") :]


def parse(path: str) -> list[str]:
    """Take apart a path that somebody typed.

    :param path: Such as ``order.items[1].price``; keys in brackets may have quotes of either kind.
    :return: Its steps, as the functions above give them.
    :raises ValueError: If it is no path.
    """
    text = path if path[:1] in ("[", "{") else f".{path}"
    steps, end = [], 0
    try:
        for found in _STEP.finditer(text):
            name, key, place = found.groups()
            if found.start() != end or (name and not name.isidentifier()):
                break
            end = found.end()
            steps.append(f".{name}" if name else step_to(literal_eval(key)) if key else _shown(place))
    except SyntaxError:
        end = 0  # a key with an escape that is none
    if end != len(text):
        raise ValueError(f"{path!r} is no path such as order.items[1].price or ['any key'].total")
    return steps


_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
#: What stands in brackets: without quotes no name, but for those of Python's own.
BRACKETS = rf"""\[(?!(?!None\]|True\]|False\])[^\W\d]\w*\])(?:[^'"\[\]]|{_QUOTED})*\]"""
_STEP = re.compile(rf"\.([^.\[\]{{}}]+)|\[({_QUOTED})\]|({BRACKETS}|\{{[^}}]*\}})", re.DOTALL)


def _shown(step: str) -> str:
    """Write a step as it is shown, where it can be read: spaces mean nothing in it."""
    try:
        return step_to(_read(step[1:-1]))
    except ValueError:
        return step


def _read(text: str) -> Any:
    try:
        return literal_eval(text)
    except SyntaxError as exc:
        raise ValueError(str(exc)) from None


def _written(key: Any) -> str:
    try:
        return repr(key)
    except ValueError:
        return f"<{type(key).__name__}>"  # an int of more digits than Python writes
