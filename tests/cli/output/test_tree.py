"""Contexts as trees: what is folded, and how it is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from minos_saga_context import SagaContext
from minos_saga_context.cli.output.terminal import plain
from minos_saga_context.cli.output.tree import WHOLE, Folding, tree


def lines(context: SagaContext, folding: Folding, reveal: bool = False) -> list[str]:
    return [plain(line) for line in tree(context, reveal, folding)]


CONTEXT = SagaContext(order={"lines": [{"sku": "a"}, {"sku": "b"}, {"sku": "c"}]}, note="x" * 30)


def test_items_depth_and_text_are_folded() -> None:
    assert lines(CONTEXT, Folding(depth=3, items=2, text=10)) == [
        "├── order  dict, 1",
        "│   └── lines  list, 3",
        "│       ├── 0  dict, 1 ...",
        "│       ├── 1  dict, 1 ...",
        "│       └── ... 1 more: --all shows them",
        "└── note: 'xxxxxxxxx... 22 more: --all shows them  str",
    ]


def test_the_whole() -> None:
    context = SagaContext(items=[{"n": n} for n in range(500)], text="x" * 5000)
    whole = lines(context, WHOLE)
    assert len(whole) == 1002 and len(whole[-1]) > 5000 and not any("more" in line for line in whole)


def test_a_terminal_that_knows_ascii_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ascii:
        encoding = "ascii"

    monkeypatch.setattr("sys.stdout", Ascii())
    shown: Any = lines(CONTEXT, WHOLE)
    assert all(line.isascii() for line in shown) and "|   `-- lines  list, 3" in "\n".join(shown)
