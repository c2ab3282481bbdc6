"""Pictures of a context in time: take, keep, show and compare them."""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Optional, Union

from ..codec.values.children import children
from ..context.saga_context import SagaContext
from ..exceptions import SnapshotException, reason_of
from . import render
from .diff import Change, compare


@dataclass(frozen=True, repr=False, init=False)
class ContextSnapshot:
    """What a context held at one moment. It never changes, whatever becomes of the context.

    ``step_name`` is the name of the moment, ``time`` when it was, ``avro`` the context as an Avro file.

    :param context: The context, or another mapping that a context can be made of.
    :param step_name: The name of the moment, such as that of the saga's step.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """

    step_name: str
    time: datetime
    avro: bytes

    def __init__(self, context: Mapping[str, Any], step_name: str = ""):
        kept = context if isinstance(context, SagaContext) else SagaContext(context)
        self._set(step_name, datetime.now(timezone.utc), kept.avro_bytes)

    @classmethod
    def take(cls, context: Mapping[str, Any], step: str = "") -> ContextSnapshot:
        """Take a snapshot, as the class itself does.

        :param context: The context, or another mapping that a context can be made of.
        :param step: The name of the moment.
        :return: The snapshot.
        :raises UnsupportedValueException: If there is a value that cannot be kept.
        """
        return cls(context, step)

    @property
    def context(self) -> SagaContext:
        """The context as it was: a new one each time, so that what is done to it changes nothing here."""
        return SagaContext.from_avro_bytes(self.avro)

    @property
    def data(self) -> dict[str, Any]:
        """The fields and their exact values."""
        return {child.key: child.value for child in children(self.context) or ()}

    @property
    def timestamp(self) -> str:
        """When the snapshot was taken, in ISO 8601."""
        return self.time.isoformat()

    def diff(self, other: Any) -> list[Change]:
        """Find what changed from this snapshot to another.

        :param other: A later snapshot, or a context.
        :return: The changes.
        """
        return compare(self, other)

    def to_json(self, masked: bool = False, indent: Optional[int] = 2) -> str:
        """Write the snapshot as JSON.

        ``data`` is for people; ``avro`` is what ``from_json`` reads, and keeps every value exactly.

        :param masked: Whether to mask what stands under keys such as ``password``, and to leave ``avro`` out.
        :param indent: See ``json.dumps``.
        :return: The JSON.
        """
        content = {"step": self.step_name, "timestamp": self.timestamp, **readable(self.avro, not masked)}
        return dump_json(content, indent)

    @classmethod
    def from_json(cls, raw: Union[str, bytes]) -> ContextSnapshot:
        """Read what ``to_json`` wrote.

        :param raw: The JSON.
        :return: The snapshot, equal to the one that was written.
        :raises SnapshotException: If it is no such JSON, or was masked.
        """
        try:
            content = json.loads(raw)
            step, time = content["step"], datetime.fromisoformat(content["timestamp"])
            if "avro" not in content:
                raise SnapshotException("The JSON was masked: what it hides cannot come back")
            # Read now, so that what is damaged is told now.
            SagaContext.from_avro_str(content["avro"])
        except SnapshotException:
            raise
        except (ValueError, TypeError, LookupError, RecursionError) as exc:
            raise SnapshotException(f"This is not the JSON of a snapshot: {reason_of(exc)}") from None
        snapshot = cls.__new__(cls)
        snapshot._set(step, time, a2b_base64(content["avro"]))
        return snapshot

    def _set(self, step_name: str, time: datetime, avro: bytes) -> None:
        for name, value in (("step_name", step_name), ("time", time), ("avro", avro)):
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"ContextSnapshot({self.step_name!r}, {self.timestamp}: {', '.join(self.context) or 'empty'})"


def to_json(context: Mapping[str, Any], masked: bool = False, indent: Optional[int] = None) -> str:
    """Write a context as JSON that people and other programs read.

    What JSON has is written as ``json.dumps`` would write it. Any other value tells its type: a ``Decimal`` is
    ``{"$type": "decimal", "value": "9.50"}``. To read a context back exactly, write ``context.avro_str`` instead, or
    ``ContextSnapshot.to_json``.

    :param context: The context, or another mapping of values that a context keeps.
    :param masked: Whether to put ``***`` in the place of what is secret, as for a log: see ``is_secret``. Unless
        it is asked for, nothing is left out.
    :param indent: As for ``json.dumps``.
    :return: The JSON.
    :raises UnsupportedValueException: If another mapping holds a value that cannot be kept.
    """
    kept = context if isinstance(context, SagaContext) else SagaContext(context)
    return dump_json(render.fields(kept, not masked), indent)


def readable(avro: bytes, reveal: bool) -> dict[str, Any]:
    """Turn a context into what ``json`` writes.

    :param avro: The context, as an Avro file.
    :param reveal: Whether to show what is secret, and to add the exact Avro.
    :return: The values as ``data``; and, where nothing is masked, the Avro file in base64 as ``avro``.
    :raises SnapshotException: If the context cannot be read.
    """
    data = {"data": render.fields(SagaContext.from_avro_bytes(avro), reveal)}
    return {**data, "avro": b2a_base64(avro, newline=False).decode("ascii")} if reveal else data


def dump_json(content: Any, indent: Optional[int] = 2) -> str:
    """Write JSON that people can read: with its accents, unless a terminal or UTF-8 could not take all of its text."""
    text = json.dumps(content, indent=indent, ensure_ascii=False)
    return text if text.replace("\n", "").isprintable() else json.dumps(content, indent=indent)
