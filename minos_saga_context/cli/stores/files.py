"""Executions that come from files: Avro, an ``avro_str``, the JSON of an execution, of an export or of a snapshot."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NoReturn, Optional

from ...activation.sagas.executions import instant_of
from ...codec.file import bytes_of
from ...exceptions import SnapshotException
from ...inspection.standing import dicts
from ..errors import ToolError
from .executions import Execution


class Exported(Execution):
    """What an export tells of an execution, or a snapshot of its moment: the definition is not in there.

    :param name: Its identifier; or where it was read.
    :param told: The JSON.
    :param avro: The Avro file of the context.
    :param size: The size of the file.
    """

    def __init__(self, name: str, told: dict[str, Any], avro: bytes, size: int):
        found = told.get("size")
        super().__init__(name, {}, avro, found if isinstance(found, int) else size)
        self._told = told

    @property
    def is_whole(self) -> bool:
        return "status" in self._told

    @property
    def status(self) -> str:
        return self._text("status")

    @property
    def saga(self) -> str:
        return self._text("saga")

    @property
    def step(self) -> str:
        return self._text("step")

    @property
    def steps(self) -> list[dict[str, Any]]:
        steps = enumerate(dicts(self._told.get("steps")), 1)
        return [
            {"step": at, "name": str(one.get("name", "-")), "status": str(one.get("status", "-"))} for at, one in steps
        ]

    @property
    def started(self) -> Optional[datetime]:
        return instant_of(self._told.get("started")) or super().started

    @property
    def stored(self) -> Optional[datetime]:
        return instant_of(self._told.get("stored"))

    @property
    def moment(self) -> dict[str, str]:
        names = ("step", "timestamp")
        return {} if self.is_whole else {name: self._text(name) for name in names if name in self._told}

    def _text(self, name: str) -> str:
        return str(self._told.get(name, "-"))


def parse(name: str, data: bytes) -> Execution:
    """Build an execution from the bytes of a file.

    :param name: Where the bytes were read.
    :param data: The bytes.
    :return: The execution.
    :raises ToolError: If they are none of an execution.
    """
    if data[:4] == b"Obj\x01":
        return Execution(name, {}, data, len(data))
    text = data.decode(errors="replace").strip()
    if text[:1] != "{":
        try:
            return Execution(name, {}, bytes_of(text), len(data))
        except SnapshotException as exc:
            _refuse(name, f"{exc}")
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as exc:
        _refuse(name, f"{exc}")
    if "data" in raw and "avro" not in raw:
        what = "the JSON was masked: what it hides cannot come back"
        raise ToolError(f"{name}: {what}. Export it with --reveal, or write to_json() without masked=True")
    if "avro" in raw:
        label = raw.get("uuid") or raw.get("step") or name
        return Exported(str(label), raw, Execution.avro_of(name, raw["avro"]), len(data))
    if "context" not in raw:
        _refuse(name, "its JSON has no context")
    return Execution(str(raw.get("uuid", name)), raw, Execution.avro_of(name, raw["context"]), len(data))


def _refuse(name: str, why: str) -> NoReturn:
    raise ToolError(f"{name}: this is no Avro, avro_str, execution or snapshot: {why}")
