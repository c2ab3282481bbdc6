"""How a context shows itself: in a shell, a notebook, a terminal that rich draws, by pprint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from keyword import iskeyword
from pprint import PrettyPrinter
from typing import Any

from .mapping import ContextMapping
from .values import own_values

#: What a notebook shows of a value, in characters, and of a context, in fields. More pushes the rest of the page away.
_CELL, _ROWS = 300, 200


class DisplayedMapping(ContextMapping):
    """A context mapping that shows itself well."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{label}{value!r}' for label, value in _arguments(self))})"

    def __rich_repr__(self) -> Iterator[Any]:
        for label, value in _arguments(self):
            yield (label[:-1], value) if label else value

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        name = type(self).__name__
        with printer.group(len(name) + 1, f"{name}(", ")"):
            for place, (label, value) in enumerate(_arguments(self)):
                if place:
                    printer.text(",")
                    printer.breakable()
                printer.text(label)
                printer.pretty(value)

    def _repr_html_(self) -> str:
        # Only notebooks ask for it.
        from html import escape

        name, values = escape(type(self).__name__), own_values(self)
        rows = [(_short(key), type(value).__name__, _short(repr(value))) for key, value in [*values.items()][:_ROWS]]
        if len(values) > _ROWS:
            rows.append(("...", "", f"{len(values) - _ROWS} more fields"))
        lines = ["".join(f"<td {_LEFT}>{escape(cell)}</td>" for cell in row) for row in rows]
        head = f"<caption {_LEFT}>{name}</caption><tr><th>field</th><th>type</th><th>value</th></tr>"
        return f"<table>{head}{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"

    def __dir__(self) -> Iterable[str]:
        return {*super().__dir__(), *own_values(self)}

    def _ipython_key_completions_(self) -> list[str]:
        return list(own_values(self))


_LEFT = 'style="text-align: left; overflow-wrap: anywhere"'


def _short(text: str) -> str:
    return text if len(text) <= _CELL else f"{text[:_CELL]}... ({len(text):,} characters)"


def _arguments(context: ContextMapping) -> list[tuple[str, Any]]:
    """Give the arguments that make such a context: fields whose names are no keywords stand in a dict of their own."""
    values = own_values(context)
    rest = {name: value for name, value in values.items() if not name.isidentifier() or iskeyword(name)}
    named = [(f"{name}=", value) for name, value in values.items() if name not in rest]
    return [("", rest), *named] if rest else named


def _pprint(printer: Any, context: Any, stream: Any, indent: int, allowance: int, held: Any, level: int) -> None:
    """Write a context one field a line, as pprint writes a ``SimpleNamespace``."""
    stream.write(head := f"{type(context).__name__}(")
    arguments = _arguments(context)
    for place, (label, value) in enumerate(arguments, 1):
        stream.write(label)
        after = allowance + 1 if place == len(arguments) else 1
        printer._format(value, stream, indent + len(head) + len(label), after, held, level)
        stream.write(",\n" + " " * (indent + len(head)) if place < len(arguments) else ")")


# pprint asks for nothing else: it looks up who writes an object by its ``__repr__``.
PrettyPrinter._dispatch[DisplayedMapping.__repr__] = _pprint  # type: ignore[attr-defined]
