"""How a context shows itself in terminals and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pprint import pformat
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
    assert "".join(printer.told) == repr(CONTEXT)
    assert repr(CONTEXT) == "SagaContext({'a key': Decimal('1.0')}, order_id=1, items=[{'price': 9.5}])"
    assert eval(repr(CONTEXT)) == CONTEXT


def test_rich() -> None:
    assert pretty_repr(SagaContext(a=1, items=[2])) == "SagaContext(a=1, items=[2])"
    with (console := Console(width=20)).capture() as captured:
        console.print(CONTEXT)
    assert "    order_id=1,\n" in captured.get()


class Order(SagaContext):
    """A subclass: it is shown by its own name."""


def test_pprint_breaks_lines_however_deep_contexts_stand() -> None:
    order = Order({"a key": None}, lines=["A" * 30, "B" * 30], empty=SagaContext(), last={"n": 1})
    expected = """
SagaContext(order_id=1,
            orders=[Order({'a key': None},
                          lines=['AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
                                 'BBBBBBBBBBBBBBBBBBBBBBBBBBBBBB'],
                          empty=SagaContext(),
                          last={'n': 1})])"""
    context = SagaContext(order_id=1, orders=[order])
    assert pformat(context) == expected[1:]
    assert pformat(context, width=500) == repr(context)
    assert pformat(order).startswith("Order({'a key'")


def test_notebook() -> None:
    html = CONTEXT._repr_html_()
    assert re.findall("<td[^>]*>(.*?)</td>", html)[:3] == ["order_id", "int", "1"]
    assert html.startswith("<table><caption style=") and ">SagaContext</caption>" in html
    assert re.findall("<td[^>]*>(.*?)</td>", html)[-3:] == ["a key", "Decimal", "Decimal(&#x27;1.0&#x27;)"]


def test_what_is_long_does_not_push_a_notebook_away() -> None:
    html = SagaContext({"blob": b"x" * 10**6, "k" * 10**6: 1, **{f"f{n}": n for n in range(1_000)}})._repr_html_()
    assert html.index("</caption>") < 200 and len(html) < 100_000
    assert "xxx... (1,000,003 characters)" in html and "802 more fields" in html


def test_nothing_in_a_notebook_is_taken_for_markup() -> None:
    html = SagaContext({"<script>": "<img src=x onerror='alert(1)'>"})._repr_html_()
    assert "<script>" not in html and "<img" not in html and "&lt;script&gt;" in html
