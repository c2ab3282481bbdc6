"""An execution as it stands in a store. Its definition is never imported to look at it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any, Optional
from uuid import UUID

from ...activation.sagas.executions import instant_of
from ...codec.file import bytes_of, field_names, load_as_fastavro
from ...context.saga_context import SagaContext
from ...exceptions import SnapshotException, reason_of
from ...inspection import render
from ...inspection.snapshot import readable
from ...inspection.standing import dicts, has_failed, label_of, saga_of, standing, steps_of
from ..errors import ToolError
from .surroundings import prepare

#: The epoch of the clock within UUIDs of version 1.
_GREGORIAN = datetime(1582, 10, 15, tzinfo=timezone.utc)


def told_by(name: str) -> Optional[datetime]:
    """Give the time that is told by an identifier of version 1 or 7."""
    try:
        uuid = UUID(name)
        if uuid.version == 1:
            return _GREGORIAN + timedelta(microseconds=uuid.time // 10)
        if uuid.version == 7:
            return datetime.fromtimestamp((uuid.int >> 80) / 1000, timezone.utc)
    except (ValueError, OverflowError):
        pass  # no identifier, or the year is none of ours
    return None


class Execution:
    """An execution, or a context alone, where it came without one.

    :param name: Its identifier; or where it was read.
    :param raw: The raw execution, as minos.saga stores it; without one, empty.
    :param avro: The Avro file of the context.
    :param size: The size in the store.
    """

    def __init__(self, name: str, raw: dict[str, Any], avro: bytes, size: int):
        self.name = name
        self.raw = raw
        self.avro = avro
        self.size = size
        #: Whether it comes from a store. A file may come from anywhere: what it names is not imported.
        self._is_stored = False

    @classmethod
    def from_store(cls, key: str, value: bytes) -> Execution:
        """Build an execution from what a store holds.

        :param key: Its key.
        :param value: Its value.
        :return: The execution.
        :raises ToolError: If this is no execution.
        """
        try:
            raw = json.loads(value)
            context = raw["context"]
        except (ValueError, TypeError, LookupError, RecursionError) as exc:
            raise ToolError(f"{key}: this is no execution of a saga: {reason_of(exc)}") from None
        found = cls(key, raw, cls.avro_of(key, context), len(value))
        found._is_stored = True
        return found

    @staticmethod
    def avro_of(name: str, text: Any) -> bytes:
        """Decode the context that stands in an execution.

        :param name: What to call it.
        :param text: Its ``avro_str``.
        :return: The Avro file.
        :raises ToolError: If it is no base64.
        """
        try:
            return bytes_of(text)
        except SnapshotException as exc:
            raise ToolError(f"{name}: its context: {exc}") from None

    @cached_property
    def context(self) -> SagaContext:
        """The context.

        :raises SnapshotException: If it cannot be read, with the reason.
        """
        self._prepare()
        return SagaContext.from_avro_bytes(self.avro)

    @cached_property
    def plain(self) -> Any:
        """The context as any Avro reader sees it: for where the classes of its values are not at hand."""
        try:
            values = load_as_fastavro(self.avro)
        except SnapshotException as exc:
            raise ToolError(f"{self.name}: the context cannot be shown: {exc}") from None
        if len(values) != 1:
            remedy = "SagaContext.from_avro_bytes(data, batch_mode=True) reads them all"
            raise ToolError(f"{self.name}: the file holds {len(values)} contexts, one is wanted: {remedy}")
        return values[0]

    @property
    def fields(self) -> Optional[list[str]]:
        """The names of the context's fields; ``None`` if they cannot be read."""
        try:
            return field_names(self.avro)
        except SnapshotException:
            return None  # The list tells of the other executions all the same.

    @property
    def is_whole(self) -> bool:
        """Whether there is an execution around the context."""
        return bool(self.raw)

    @property
    def moment(self) -> dict[str, str]:
        """What a snapshot tells of its moment."""
        return {}

    @property
    def status(self) -> str:
        """The status of the saga."""
        return str(self.raw.get("status", "-"))

    @property
    def saga(self) -> str:
        """The module of the saga's callbacks: sagas have no name of their own."""
        return saga_of(self.raw)

    @property
    def step(self) -> str:
        """The place where the saga stands, and the name of the step there."""
        return standing(self.raw) if self.raw else "-"

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps of the saga, with the status of each."""
        done = [*dicts(self.raw.get("executed_steps")), *dicts([self.raw.get("paused_step")])]
        if has_failed(self.raw):
            # minos does not store the step that failed: it is the first that was not executed.
            done.append({"status": "errored"})
        found = []
        for place, step in enumerate(steps_of(self.raw)):
            ran = done[place] if place < len(done) else {}
            status = "compensated" if ran.get("already_rollback") else str(ran.get("status", "-"))
            found.append({"step": place + 1, "name": label_of(step), "status": status})
        return found

    @property
    def started(self) -> Optional[datetime]:
        """When the execution began, as the plug noted; else where its identifier tells, as those of minos do not."""
        return instant_of(self.raw.get("started")) or told_by(self.name)

    @property
    def age(self) -> Optional[timedelta]:
        """How long ago the execution began, where that is known."""
        return None if self.started is None else datetime.now(timezone.utc) - self.started

    @property
    def stored(self) -> Optional[datetime]:
        """When the execution was stored last, as the plug noted."""
        return instant_of(self.raw.get("stored"))

    @property
    def _times(self) -> tuple[tuple[str, Optional[datetime]], ...]:
        return ("started", self.started), ("stored", self.stored)

    def summary(self) -> dict[str, Any]:
        """Sum the execution up.

        :return: What :mod:`json` writes.
        """
        age = None if self.age is None else round(self.age.total_seconds())
        head = {"uuid": self.name, "saga": self.saga, "status": self.status, "step": self.step}
        times = {name: None if at is None else at.isoformat() for name, at in self._times}
        return {**head, "age": age, **times, "size": self.size, "fields": self.fields}

    def content(self, reveal: bool) -> dict[str, Any]:
        """Give all that there is to show.

        :param reveal: Whether to show what is secret.
        :return: What :mod:`json` writes.
        """
        head = (
            {**self.summary(), "steps": self.steps}
            if self.is_whole
            else {"source": self.name, "size": self.size, **self.moment}
        )
        self._prepare()
        return {**head, **readable(self.avro, reveal)}

    def _prepare(self) -> None:
        if self._is_stored:
            prepare(self.raw)

    def secrets(self) -> list[str]:
        """Name the fields that hold secrets."""
        try:
            return render.secret_paths(self.context)
        except SnapshotException:
            return []
