"""The ways that a context goes: through storage, and through copies."""

from __future__ import annotations

import copy
import pickle
from typing import Any, Callable

from minos_saga_context import SagaContext

#: A name, and what gives an equal context for a context.
WAYS: dict[str, Callable[[Any], Any]] = {
    "avro_str": lambda context: SagaContext.from_avro_str(context.avro_str),
    "avro_bytes": lambda context: SagaContext.from_avro_bytes(context.avro_bytes),
    "avro_schema+avro_data": lambda context: SagaContext.from_avro(context.avro_schema, context.avro_data),
    "to_avro_bytes": lambda context: SagaContext.from_avro_bytes(
        SagaContext.to_avro_bytes([context, SagaContext(other=1), context]), batch_mode=True
    )[2],
    "to_avro_str": lambda context: SagaContext.from_avro_str(SagaContext.to_avro_str([context])),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda context: pickle.loads(pickle.dumps(context)),
}
