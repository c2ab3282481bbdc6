"""What the tool asks for, as far as the table can tell: it may give too many, never too few.

The tool looks at each once more, as at those of other stores. For values whose JSON is not what they are, such as a
Decimal's ``{"$type": "decimal", "value": "9.50"}``, that is left to it; so is what JSONB cannot say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Optional

from ..codec.types.scalars import is_utf8
from ..codec.values.paths import key_of
from .columns import LONG


def parameters(narrow: Optional[dict[str, Any]]) -> dict[str, Any]:
    """Give the parameters of the statements that read.

    :param narrow: A ``status``, a ``saga``, a time ``before`` which they began, and ``wheres``: of each condition
        on the context the steps of its path, an operator or ``None``, a text, and what else that is in JSON: a number,
        or a word such as ``true``. ``None`` asks for nothing.
    :return: The parameters.
    """
    asked = narrow or {}
    paths = [_predicate(*where) for where in asked.get("wheres", ())]
    where = " && ".join(f"({path})" for path in paths if path) or None
    return {**{name: asked.get(name) for name in ("status", "saga", "before")}, "where": where}


def _predicate(steps: Sequence[str], compare: Optional[str], text: str, literal: Optional[str]) -> str:
    """Write a condition in the language of JSON paths: that it holds, or that a type stands in the way."""
    try:
        keys = [key_of(step) for step in steps]
    except ValueError:
        return ""
    if not all(it is None or type(it) is int or (type(it) is str and _is_sayable(it)) for it in (*keys, text)):
        return ""
    paths = ["$"]
    for key in keys:
        step = f".{json.dumps(key)}" if isinstance(key, str) else "[*]" if key is None else f"[{key}]"
        paths.append(paths[-1] + step)
    wrapped = [f'exists({path}."$type")' for path in paths]
    return " || ".join([*wrapped, f"exists({paths[-1]}{_filter(compare, text, literal)})"])


def _is_sayable(text: str) -> bool:
    return is_utf8(text) and "\0" not in text


def _filter(compare: Optional[str], text: str, literal: Optional[str]) -> str:
    if compare == "=" and len(text) < LONG:
        return f" ? ({' || '.join(f'@ == {it}' for it in (json.dumps(text), literal) if it)})"
    if compare in ("<", "<=", ">", ">=") and literal:
        # Texts have an order of their own, and what JSONB cannot say in them was replaced.
        return f' ? (@ {compare} {literal} || @.type() == "string")'
    return ""
