"""Counts, ages and sizes of executions, by saga, step and status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Optional

from ..stores.heads import Head


@dataclass
class Group:
    """Executions of one saga that stand at one step with one status."""

    saga: str
    step: str
    status: str
    count: int = 0
    #: When the first and the last of them began, where that is known.
    oldest: Optional[datetime] = None
    newest: Optional[datetime] = None
    #: Of the stored executions, in bytes.
    size: int = 0
    largest: int = 0

    def add(self, head: Head) -> None:
        """Count an execution.

        :param head: Its head.
        :return: This method does not return anything.
        """
        self.count += 1
        self.size += head.size
        self.largest = max(self.largest, head.size)
        if head.started is not None:
            self.oldest = min(self.oldest or head.started, head.started)
            self.newest = max(self.newest or head.started, head.started)

    def to_json(self) -> dict[str, Any]:
        """Turn the group into what :mod:`json` writes."""
        times = {name: at and at.isoformat() for name, at in (("oldest", self.oldest), ("newest", self.newest))}
        return {**asdict(self), **times}


def groups(heads: Iterable[Head]) -> list[Group]:
    """Group executions.

    :param heads: Their heads.
    :return: The groups, by saga and step.
    """
    found: dict[tuple[str, str, str], Group] = {}
    for head in heads:
        key = (head.saga, head.step, head.status)
        found.setdefault(key, Group(*key)).add(head)
    return [found[key] for key in sorted(found)]
