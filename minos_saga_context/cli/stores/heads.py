"""What is known of an execution without its context: little, so that those of a large store can be held and sorted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, NamedTuple, Optional

from ..errors import ToolError
from .executions import Execution, told_by


class Head(NamedTuple):
    """An execution, without its context and its definition."""

    uuid: str
    saga: str
    status: str
    step: str
    #: When it began, and when it was stored last, where that is known.
    started: Optional[datetime]
    stored: Optional[datetime]
    #: In bytes, as another store would hold it.
    size: int

    @classmethod
    def of(cls, execution: Execution) -> Head:
        """Give the head of an execution.

        :param execution: The execution.
        :return: Its head.
        """
        one = execution
        return cls(one.name, one.saga, one.status, one.step, one.started, one.stored, one.size)

    @property
    def age(self) -> Optional[timedelta]:
        """How long ago the execution began, where that is known."""
        return None if self.started is None else datetime.now(timezone.utc) - self.started


#: Told of what is no execution, or cannot be read: its key, and why.
Told = Callable[[str, ToolError], None]


def parsed(items: Iterable[tuple[str, bytes]], broken: Told) -> Iterator[Execution]:
    """Make executions of what a store holds.

    :param items: Keys and values.
    :param broken: Told of each that is no execution.
    :return: The executions.
    """
    for key, value in items:
        try:
            yield Execution.from_store(key, value)
        except ToolError as exc:
            broken(key, exc)


def heads(store: Any, narrow: dict[str, Any], broken: Told) -> Iterator[Head]:
    """Read the heads of a store's executions, in its own order: from its columns, where it has some.

    :param store: The store.
    :param narrow: What the store may leave out, where it can tell.
    :param broken: Told of each that is none.
    :return: The heads.
    """
    if hasattr(store, "heads"):
        rows = (Head(**row) for row in store.heads(narrow))
        return (row if row.started else row._replace(started=told_by(row.uuid)) for row in rows)
    return map(Head.of, parsed(store.items(narrow=narrow), broken))
