"""What of an execution stands in columns, for people and for SQL."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from io import BytesIO
from typing import Any

from fastavro import reader

from ..activation.sagas.executions import instant_of
from ..context.saga_context import SagaContext
from ..exceptions import SnapshotException
from ..inspection import render
from ..inspection.standing import saga_of, standing

#: What JSON may say and JSONB may not: the character 0, and surrogates that are no pair. Other escapes stay.
_ESCAPES = re.compile(r"\\u0000|\\ud[89ab]..\\ud[c-f]..|(\\ud[89a-f]..)|\\.")
#: Of contexts whose JSON is large, texts and bytes that are long are cut.
_LARGE, LONG = 64 << 10, 1_000
#: PostgreSQL holds JSONB up to 256 MB; what is larger than this nobody reads.
_LARGEST = 32 << 20


def columns_of(raw: dict[str, Any], avro: bytes) -> dict[str, Any]:
    """Give the columns of an execution.

    :param raw: The raw execution.
    :param avro: Its context, as an Avro file.
    :return: The values by the names of the columns.
    """
    now = datetime.now(timezone.utc)
    times = {name: instant_of(raw.get(name)) or now for name in ("started", "stored")}
    status = str(raw.get("status", "-"))
    return {**times, "status": status, "saga": saga_of(raw), "step": standing(raw), "fields": readable(avro)}


def readable(avro: bytes) -> str:
    """Write a context as JSONB: its secrets masked, and types named where JSON has none.

    :param avro: The context, as an Avro file.
    :return: The JSON.
    """
    try:
        fields = render.fields(SagaContext.from_avro_bytes(avro))
    except SnapshotException:
        # Its classes are not at hand, as where the tool copies a store: then as any Avro reader sees it.
        fields = render.to_json([*reader(BytesIO(avro))][0])  # noqa: RUF015 - the generator has to end
    text = json.dumps(fields, separators=(",", ":"))
    if len(text) > _LARGE:
        text = json.dumps(_cut(fields), separators=(",", ":"))
    if len(text) > _LARGEST:
        text = json.dumps({"$type": "too large", "value": len(text)})
    return _ESCAPES.sub(_replace, text)


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _cut(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cut(item) for item in value]
    return f"{value[:LONG]}..." if isinstance(value, str) and len(value) > LONG else value


def _replace(escape: re.Match[str]) -> str:
    return r"\ufffd" if escape[1] or escape[0] == r"\u0000" else escape[0]
