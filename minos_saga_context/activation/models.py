"""minos's Models as Avro files, by the codec that writes contexts: what a context keeps, a Model and a message keep."""

from __future__ import annotations

from typing import Any

from minos.common import Model
from minos.common.exceptions import MinosProtocolException
from minos.networks import BrokerMessage

from ..codec import file
from ..codec.classes.imports import ChangedClassException
from ..codec.classes.records import MissingClassException, record_type
from ..codec.types.cache import Cache
from ..codec.values.copying import copy_in
from .patching import Patch, stock

_AVRO = ("avro_bytes", "avro_data", "avro_schema", "from_avro", "from_avro_bytes", "to_avro_bytes")
_STOCK: dict[str, Any] = {name: stock(Model, name) for name in _AVRO}


def _is_ours(cls: Any) -> bool:
    """Tell whether Models of a class have no way of their own to be Avro."""
    record = record_type(cls)
    own = [name for base in cls.__mro__ if base is not Model for name in _AVRO if name in vars(base)]
    return record is not None and not record.is_self_encoding and not own


_OURS = Cache(_is_ours)


def _write(models: list[Any]) -> bytes:
    try:
        return file.dump(models, file.LIGHT)
    except Exception:
        # As for contexts: a copy has in the place of instances of subclasses what they extend, or tells what is wrong.
        return file.dump([copy_in(model, type(model).__name__) for model in models], file.LIGHT)


def _avro_bytes(self: Any) -> bytes:
    return _write([self]) if _OURS[type(self)] else _STOCK["avro_bytes"].fget(self)


def _to_avro_bytes(cls: Any, /, models: list[Any]) -> bytes:
    if len(types := set(map(type, models))) == 1 and _OURS[next(iter(types))]:
        return _write(models)
    return _STOCK["to_avro_bytes"].__func__(cls, models)  # type: ignore[no-any-return]


def _from_avro_bytes(cls: Any, /, raw: bytes, batch_mode: bool = False, **kwargs: Any) -> Any:
    if cls is not Model and not _OURS[cls]:
        return _STOCK["from_avro_bytes"].__func__(cls, raw, batch_mode=batch_mode, **kwargs)
    try:
        found = file.load(raw)
    except (MissingClassException, ChangedClassException) as exc:
        # A message that raised here ended the loop in which its service receives all others.
        if isinstance(exc, ChangedClassException) and not issubclass(cls, BrokerMessage):
            raise
        found = file.load_without_missing_classes(raw)
    if batch_mode:
        return found
    if len(found) != 1:
        raise MinosProtocolException(f"One Model is wanted. The file holds {len(found)}: read it with batch_mode=True")
    return found[0]


#: What takes the place of Model's own methods.
PATCHES = (
    Patch(Model, "avro_bytes", property(_avro_bytes, doc=_STOCK["avro_bytes"].__doc__)),
    Patch(Model, "to_avro_bytes", classmethod(_to_avro_bytes)),
    Patch(Model, "from_avro_bytes", classmethod(_from_avro_bytes)),
)
