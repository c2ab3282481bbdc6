"""How a context shows itself: in a shell, a notebook, a terminal that rich draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from keyword import iskeyword
from typing import Any

from .mapping import ContextMapping
from .values import own_values


class DisplayedMapping(ContextMapping):
    """A context mapping that shows itself well."""

    def __repr__(self) -> str:
        values = own_values(self)
        rest = {name: value for name, value in values.items() if not name.isidentifier() or iskeyword(name)}
        arguments = [repr(rest)] if rest else []
        arguments += [f"{name}={value!r}" for name, value in values.items() if name not in rest]
        return f"{type(self).__name__}({', '.join(arguments)})"

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        yield from own_values(self).items()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        name = type(self).__name__
        with printer.group(len(name) + 1, f"{name}(", ")"):
            for place, (key, value) in enumerate(own_values(self).items()):
                if place:
                    printer.text(",")
                    printer.breakable()
                printer.text(f"{key if key.isidentifier() else repr(key)}=")
                printer.pretty(value)

    def _repr_html_(self) -> str:
        # Only notebooks ask for it.
        from html import escape

        cells = ((key, type(value).__name__, repr(value)) for key, value in own_values(self).items())
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in cells)
        head = f"<caption>{escape(type(self).__name__)}</caption><tr><th>field</th><th>type</th><th>value</th></tr>"
        return f"<table>{head}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"

    def __dir__(self) -> Iterable[str]:
        return {*super().__dir__(), *own_values(self)}

    def _ipython_key_completions_(self) -> list[str]:
        return list(own_values(self))
