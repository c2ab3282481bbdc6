"""How a context shows itself in terminals and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.pretty import pretty_repr

from minos_saga_context import SagaContext

CONTEXT = SagaContext({"order_id": 1, "items": [{"price": 9.5}], "a key": Decimal("1.0")})


class Printer:
    """What IPython's printer is to ``_repr_pretty_``."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @contextmanager
    def group(self, indent: int, opening: str, closing: str) -> Iterator[None]:
        self.told.append(opening)
        yield
        self.told.append(closing)

    def text(self, text: str) -> None:
        self.told.append(text)

    def breakable(self) -> None:
        self.told.append(" ")

    def pretty(self, value: Any) -> None:
        self.told.append(repr(value))


def test_ipython() -> None:
    printer = Printer()
    CONTEXT._repr_pretty_(printer, False)
    assert "".join(printer.told) == "SagaContext(order_id=1, items=[{'price': 9.5}], 'a key'=Decimal('1.0'))"


def test_rich() -> None:
    assert pretty_repr(SagaContext(a=1, items=[2])) == "SagaContext(a=1, items=[2])"
    with (console := Console(width=20)).capture() as captured:
        console.print(CONTEXT)
    assert "order_id=1" in captured.get()


def test_notebook() -> None:
    html = CONTEXT._repr_html_()
    assert re.findall("<td>(.*?)</td>", html)[:3] == ["order_id", "int", "1"]
    assert "<td>a key</td><td>Decimal</td><td>Decimal(&#x27;1.0&#x27;)</td>" in html


def test_nothing_in_a_notebook_is_taken_for_markup() -> None:
    html = SagaContext({"<script>": "<img src=x onerror='alert(1)'>"})._repr_html_()
    assert "<script>" not in html and "<img" not in html and "&lt;script&gt;" in html
