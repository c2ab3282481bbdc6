"""What happened to a context, step by step: for the tests, the log, and the one who asks what a saga did."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from typing import Any, Callable, Optional

from ..codec.types.locks import fork_safe_lock
from . import recording, render
from .diff import Change, compare
from .recording import StepRun
from .snapshot import ContextSnapshot, dump_json, readable

logger = logging.getLogger("minos_saga_context.history")
#: One for all histories: it is held for an instant only.
_lock = fork_safe_lock()

#: Called with each record.
Hook = Callable[["StepRecord"], None]

_COLUMNS = ("saga", "step", "callback", "action", "outcome", "ms", "changes")
_LONGEST = 60


class StepRecord(StepRun):
    """A run of a step. A remote step runs twice: it asks, and pauses; then it takes the answer.

    :param execution: The identifier of the saga's execution.
    :param step: The place of the step in the saga, from 1; ``2.1`` is the first step within a conditional one.
    :param name: The qualified name of the step's callback, by which it is known.
    :param kind: ``local``, ``remote`` or ``conditional``.
    :param action: ``execute`` or ``compensate``.
    :param callback: The qualified name of the callback that this run is about; ``None`` if it has none.
    :param time: When it began.
    :param duration: How long it took, in seconds.
    :param outcome: ``finished``, ``paused``, ``failed`` or ``cancelled``.
    :param error: What went wrong.
    :param before: The context before the run; ``None`` where it held what cannot be kept.
    :param after: The context after the run; ``None`` likewise.
    """

    @property
    def changes(self) -> list[Change]:
        """What the run changed in the context."""
        if self.before is None or self.after is None:
            return []
        return compare(self.before, self.after)

    def error_text(self, reveal: bool = False) -> Optional[str]:
        """Write what went wrong.

        :param reveal: Whether to show what is secret.
        :return: The error, without the secrets of the context that it may quote; ``None`` if there was none.
        """
        if self.error is None:
            return None
        text = repr(self.error)
        contexts = [it.context for it in (self.before, self.after) if it is not None]
        return text if reveal else render.without_secrets(text, contexts)

    def text(self, reveal: bool = False) -> str:
        """Write the record on one line.

        :param reveal: Whether to show what is secret.
        :return: The line.
        """
        error = self.error_text(reveal)
        parts = [*(change.text(reveal) for change in self.changes), *([error] if error else [])]
        what = f"{self.action} {self.callback or self.name}: {self.outcome} in {self.duration * 1000:.1f} ms"
        details = f" ({'; '.join(parts)})" if parts else ""
        return f"saga {self.execution}, step {self.step}: {what}{details}"

    def to_json(self, reveal: bool = False) -> dict[str, Any]:
        """Turn the record into what ``json`` writes.

        :param reveal: Whether to show what is secret, and to add the exact Avro of both contexts.
        :return: A dictionary.
        """
        return {
            "execution": None if self.execution is None else str(self.execution),
            **{name: getattr(self, name) for name in ("step", "name", "kind", "action", "callback")},
            "time": self.time.isoformat(),
            "duration": self.duration,
            "outcome": self.outcome,
            "error": self.error_text(reveal),
            "changes": [change.to_json(reveal) for change in self.changes],
            "before": _readable(self.before, reveal),
            "after": _readable(self.after, reveal),
        }

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<StepRecord {self.text()}>"


class ContextHistory:
    """The steps of sagas with the contexts before and after, the last ones, in bounded memory.

        with ContextHistory() as history:
            await saga_manager.run(PLACE_ORDER, context)
        print(history)

    The ``with`` block records the sagas that run within it. ``attach`` records those of the whole process, also the
    steps that a service runs when an answer comes.

    :param hooks: Called with each ``StepRecord``, in the saga's own task. If they raise, that is logged.
    :param limit: The number of records to keep.
    :param max_bytes: The size of the snapshots to keep.
    """

    def __init__(self, *hooks: Hook, limit: int = 1000, max_bytes: int = 16 << 20):
        self._hooks = hooks
        self._limit = limit
        self._max_bytes = max_bytes
        self._records: deque[StepRecord] = deque()
        self._bytes = 0
        self._dropped = 0
        self._attached = False

    def __enter__(self) -> ContextHistory:
        recording.listen(self._record, everywhere=False)
        return self

    def __exit__(self, *args: Any) -> None:
        recording.forget(self._record, everywhere=False)

    def attach(self) -> ContextHistory:
        """Record every saga of the process from now on.

        :return: The history itself.
        """
        if not self._attached:
            recording.listen(self._record, everywhere=True)
            self._attached = True
        return self

    def detach(self) -> None:
        """Record no more. What was recorded stays.

        :return: This method does not return anything.
        """
        if self._attached:
            self._attached = False
            recording.forget(self._record, everywhere=True)

    @property
    def records(self) -> tuple[StepRecord, ...]:
        """The records, the oldest first."""
        return tuple(self._records)

    @property
    def dropped(self) -> int:
        """The number of records that were dropped to keep within the bounds."""
        return self._dropped

    def clear(self) -> None:
        """Drop all records.

        :return: This method does not return anything.
        """
        with _lock:
            self._records.clear()
            self._bytes = self._dropped = 0

    def __iter__(self) -> Iterator[StepRecord]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self._records)

    def _record(self, run: StepRun) -> None:
        record = StepRecord(**vars(run))
        with _lock:
            self._records.append(record)
            self._bytes += _size(record)
            while len(self._records) > self._limit or (self._records and self._bytes > self._max_bytes):
                self._bytes -= _size(self._records.popleft())
                self._dropped += 1
        for hook in self._hooks:
            try:
                hook(record)
            except Exception:
                logger.exception("A hook of the context's history failed")

    def to_json(self, reveal: bool = False, indent: Optional[int] = 2) -> str:
        """Write the history as JSON.

        :param reveal: Whether to show what is secret, and to add the exact Avro of the contexts.
        :param indent: See ``json.dumps``.
        :return: The JSON.
        """
        return dump_json({"dropped": self.dropped, "records": [it.to_json(reveal) for it in self]}, indent)

    def table(self, reveal: bool = False) -> str:
        """Write the history as a table.

        :param reveal: Whether to show what is secret.
        :return: The table.
        """
        rows: list[tuple[str, ...]] = [_COLUMNS]
        for it in self:
            told = [change.text(reveal) for change in it.changes]
            told += [it.error_text(reveal) or ""] if it.error else []
            time = f"{it.duration * 1000:.1f}"
            head = (str(it.execution)[:8], it.step, it.callback or "-", it.action, it.outcome, time)
            cells = [text if reveal or len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..." for text in told or "-"]
            rows += [(*(head if not place else [""] * len(head)), cell) for place, cell in enumerate(cells)]
        widths = [max(map(len, column)) for column in zip(*rows)]
        rows.insert(1, tuple("-" * width for width in widths))
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return f"<ContextHistory: {len(self)} records, {self.dropped} dropped>"


def log_steps(target: Optional[logging.Logger] = None, level: int = logging.INFO, reveal: bool = False) -> Hook:
    """Build a hook that writes each record to the log; what failed, as a warning at least.

    :param target: The logger; by default, ``minos_saga_context.history``.
    :param level: The level, such as ``logging.INFO``.
    :param reveal: Whether to show what is secret.
    :return: The hook, for ``ContextHistory``.
    """
    target = target or logger

    def hook(record: StepRecord) -> None:
        severity = max(level, logging.WARNING) if record.outcome == "failed" else level
        if target.isEnabledFor(severity):
            extra = {f"saga_{name}": getattr(record, name) for name in ("execution", "step", "outcome", "duration")}
            target.log(severity, "%s", record.text(reveal), extra=extra)

    return hook


def _readable(snapshot: Optional[ContextSnapshot], reveal: bool) -> Any:
    return None if snapshot is None else readable(snapshot.avro, reveal)


def _size(record: StepRecord) -> int:
    return sum(len(it.avro) for it in (record.before, record.after) if it is not None)
