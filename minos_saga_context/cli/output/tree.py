"""A context as a tree: every value with its type, long ones folded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple, Optional

from ...codec.values.children import Child, shown_children
from ...inspection import render
from .terminal import Span, knows

_GUIDES = ("├── ", "└── ", "│   ", "    "), ("+-- ", "`-- ", "|   ", "    ")


class Folding(NamedTuple):
    """How much of a context is shown; ``None``: all."""

    #: Levels.
    depth: Optional[int] = 8
    #: Items of a container.
    items: Optional[int] = 20
    #: Characters of a value.
    text: Optional[int] = 400


#: All of it.
WHOLE = Folding(None, None, None)


def tree(value: Any, reveal: bool, folding: Folding) -> Iterator[list[Span]]:
    """Draw what a value holds.

    :param value: The value.
    :param reveal: Whether to show what is secret.
    :param folding: How much to show.
    :return: The lines.
    """
    return _grow(value, reveal, folding, "", _GUIDES[0 if knows(_GUIDES[0][0]) else 1])


def _grow(value: Any, reveal: bool, folding: Folding, margin: str, guides: tuple[str, ...]) -> Iterator[list[Span]]:
    found = list(shown_children(value) or ())
    shown = list(islice(found, folding.items))
    hidden = len(found) - len(shown)
    deeper = folding._replace(depth=None if folding.depth is None else folding.depth - 1)
    for place, child in enumerate(shown, 1):
        is_last = place == len(shown) and not hidden
        spans, is_open = _branch(child, reveal, folding)
        yield [margin + guides[is_last], *spans]
        if is_open:
            yield from _grow(child.value, reveal, deeper, margin + guides[2 + is_last], guides)
    if hidden:
        yield [margin + guides[1], (f"... {hidden} more: --all shows them", "dim")]


def _branch(child: Child, reveal: bool, folding: Folding) -> tuple[list[Span], bool]:
    """Give the line of a child, and whether what it holds follows."""
    name = (render.printable(str(child.key)), "bold cyan")
    if not reveal and render.is_secret(child.key):
        return [name, ": ", (render.MASK, "red")], False
    is_folded = (
        folding.depth is not None and folding.depth <= 1 and any(True for _ in shown_children(child.value) or ())
    )
    return [name, *told(child.value, folding), *([(" ...", "dim")] if is_folded else [])], not is_folded


def told(value: Any, folding: Folding) -> list[Span]:
    """Give what is told of a value behind its name: it itself, if it is no container, and its type.

    :param value: The value.
    :param folding: How much to show.
    :return: The end of a line.
    """
    inner, kind = shown_children(value), render.type_name(value)
    if inner is not None:
        return [(f"  {kind}, {sum(1 for _ in inner)}", "dim")]
    text, style = _scalar(value)
    if folding.text is not None and len(text) > folding.text:
        text = f"{text[: folding.text]}... {len(text) - folding.text} more: --all shows them"
    return [": ", (text, style), (f"  {kind}", "dim")]


def _scalar(value: Any) -> tuple[str, str]:
    if isinstance(value, (str, bytes)):
        return render.brief(value), "green"
    is_word = value is None or isinstance(value, bool)
    style = "magenta" if is_word else "yellow" if isinstance(value, (int, float)) else ""
    return render.printable(render.text_of(value)), style
