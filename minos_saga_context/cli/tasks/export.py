"""Many executions as lines of JSON, or as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from ...codec.types.registry import find_kept
from ...codec.types.rows import ScalarType
from ...codec.values.children import find_at
from ...exceptions import SnapshotException
from ...inspection.render import MASK, is_secret, text_of, to_json
from ...inspection.snapshot import dump_json
from ..errors import ToolError
from ..stores.executions import Execution
from ..stores.heads import Head, Told

_HEAD = ("uuid", "status", "saga", "step", "started", "stored", "size")


def lines(found: Iterable[Execution], reveal: bool, broken: Told) -> Iterator[str]:
    """Write executions as JSON, one on each line.

    :param found: The executions.
    :param reveal: Whether to show what is secret.
    :param broken: Told of each whose context cannot be read.
    :return: The lines.
    """
    for one in found:
        try:
            yield dump_json(one.content(reveal), indent=None)
        except SnapshotException as exc:
            broken(one.name, ToolError(f"{one.name}: {exc}"))


def rows(found: Iterable[Execution], fields: list[list[str]], reveal: bool, broken: Told) -> Iterator[list[Any]]:
    """Write executions as the rows of a table, the first of which names its columns.

    :param found: The executions.
    :param fields: The steps of the paths whose values are columns; without any, one column is the context's JSON.
    :param reveal: Whether to show what is secret.
    :param broken: Told of each whose context cannot be read.
    :return: The rows.
    """
    yield [*_HEAD, *("".join(steps).lstrip(".") for steps in fields), *([] if fields else ["data"])]
    for one in found:
        try:
            values = [_cell(one, steps, reveal) for steps in fields] or [dump_json(one.content(reveal)["data"], None)]
        except SnapshotException as exc:
            broken(one.name, ToolError(f"{one.name}: {exc}"))
            continue
        head = Head.of(one)._asdict()
        times = {name: head[name] and head[name].isoformat() for name in ("started", "stored")}
        yield [*({**head, **times}[name] for name in _HEAD), *values]


class Number(str):
    """The text of a number: no formula, even if it begins as one."""

    __slots__ = ()


def _cell(one: Execution, steps: list[str], reveal: bool) -> str:
    texts = [_text(value, reveal) for value in find_at(one.context, steps)]
    if texts and not reveal and any(map(is_secret, steps)):
        return MASK
    return texts[0] if len(texts) == 1 else ", ".join(texts)


def _text(value: Any, reveal: bool) -> str:
    row = find_kept(type(value))
    if not isinstance(row, ScalarType):
        return dump_json(to_json(value, reveal), None)
    text = text_of(value)
    return Number(text) if row.type in (int, float, Decimal) and text.lstrip("-")[:1].isdigit() else text
