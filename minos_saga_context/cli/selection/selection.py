"""Which executions a command is about, and in which order: asked once, for all commands and both kinds of stores."""

from __future__ import annotations

import heapq
from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any, Optional, Union

from ..errors import ToolError
from ..stores.executions import Execution
from ..stores.heads import Head, Told, heads, parsed
from .where import Where, refuse_secrets

#: Executions that are read at once.
_BATCH = 256
_NEVER = datetime.max.replace(tzinfo=timezone.utc)
#: The order of each; what is not known stands last.
ORDERS: dict[str, Any] = {
    "age": lambda head: head.started or _NEVER,
    "stored": lambda head: head.stored or _NEVER,
    "size": lambda head: -head.size,
    "saga": lambda head: head.saga,
    "step": lambda head: head.step,
    "status": lambda head: head.status,
    "uuid": lambda head: head.uuid,
}


@dataclass(frozen=True)
class Selection:
    """What is asked for.

    :param status: Only those of this status.
    :param saga: Only those of this saga; ``*`` stands for any characters.
    :param step: Only those that stand at a step of this name; ``*`` as well.
    :param before: Only those that are known to have begun before.
    :param wheres: Only those whose contexts meet all of these.
    :param sort: The name of an order; ``uuid`` is that of the store.
    :param reverse: Whether to turn the order round.
    :param limit: How many, at most.
    """

    status: Optional[str] = None
    saga: Optional[str] = None
    step: Optional[str] = None
    before: Optional[datetime] = None
    wheres: tuple[Where, ...] = ()
    sort: str = "uuid"
    reverse: bool = False
    limit: Optional[int] = None

    @classmethod
    def of(cls, args: Namespace) -> Selection:
        """Read what the command line asks for.

        :param args: The arguments.
        :return: The selection.
        :raises ToolError: If it asks for secrets without saying so.
        """
        wheres = tuple(args.where)
        if not args.reveal:
            refuse_secrets(wheres)
        before = None if args.older_than is None else datetime.now(timezone.utc) - args.older_than
        return cls(args.status, args.saga, args.step, before, wheres, args.sort, args.reverse, args.limit)

    def heads(self, store: Any, broken: Told) -> Iterator[Head]:
        """Find executions, without their contexts.

        Only heads are held to sort them; in the store's order, each is given as it is read.

        :param store: The store.
        :param broken: Told of each that is no execution, or cannot be read.
        :return: Their heads.
        """
        return self._ordered(self._heads(store, broken))

    def executions(self, store: Any, broken: Told) -> Iterator[Execution]:
        """Find executions, whole.

        They are read one after the other; to sort them, their heads are read before.

        :param store: The store.
        :param broken: Told of each that is no execution, or cannot be read.
        :return: The executions.
        """
        if self._as_stored:
            yield from islice(self._matching(store, broken), self.limit)
            return
        found = self.heads(store, broken)
        while batch := [head.uuid for head in islice(found, _BATCH)]:
            # One that has finished meanwhile is gone.
            values = store.get(batch)
            yield from parsed(((key, values[key]) for key in batch if key in values), broken)

    @property
    def _as_stored(self) -> bool:
        return self.sort == "uuid" and not self.reverse

    def _ordered(self, found: Iterable[Head]) -> Iterator[Head]:
        if self._as_stored:
            return islice(found, self.limit)
        key = ORDERS[self.sort]
        if self.limit is not None:
            return iter((heapq.nlargest if self.reverse else heapq.nsmallest)(self.limit, found, key))
        return iter(sorted(found, key=key, reverse=self.reverse))

    def _heads(self, store: Any, broken: Told) -> Iterator[Head]:
        if self.wheres:
            return (Head.of(execution) for execution in self._matching(store, broken))
        return filter(self._takes, heads(store, self._narrow, broken))

    def _matching(self, store: Any, broken: Told) -> Iterator[Execution]:
        for execution in parsed(store.items(narrow=self._narrow), broken):
            try:
                if self._takes(execution) and all(where.holds(execution) for where in self.wheres):
                    yield execution
            except ToolError as exc:
                broken(execution.name, exc)

    @property
    def _narrow(self) -> dict[str, Any]:
        """What a store may leave out: all that is asked for here is asked again of what it gives."""
        saga = None if self.saga is None or any(it in self.saga for it in "*?[") else self.saga
        wheres = [
            (where.steps, where.compare, where.text, where.literal) for where in self.wheres if not where.is_secret
        ]
        return {"status": self.status, "saga": saga, "before": self.before, "wheres": wheres}

    def _takes(self, one: Union[Head, Execution]) -> bool:
        """Tell whether all but the conditions on the context hold."""
        return (
            self.status in (None, one.status)
            and (self.saga is None or fnmatchcase(one.saga, self.saga))
            and (self.step is None or any(fnmatchcase(name, self.step) for name in _names(one.step)))
            and (self.before is None or (one.started is not None and one.started <= self.before))
        )


def _names(step: str) -> list[str]:
    """Give the names in where a saga stands: ``2/3 charge``, or ``1/1 if is_large > 1/1 ask``."""
    return [part.partition(" ")[2] for part in step.split(" > ")]
