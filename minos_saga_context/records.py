"""Contexts as records: what the codec, which knows none, has to know of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Callable, Optional

from .codec import container
from .codec.classes import RECORD_KINDS, Builder, RecordKind
from .codec.plans import Plan
from .codec.resolve import path_of
from .exceptions import UnsupportedValueException
from .fields import METHODS
from .mapping import ContextMapping, attributes, build, plain_values, restore

#: The path under which every service finds the class: ours, or stock's where this package is missing.
STOCK_PATH = "minos.saga.context.SagaContext"


class ContextKind(RecordKind):
    """How contexts become records: by the path of the class that they take the place of."""

    tag = "context"
    #: The class that takes the place of stock's.
    default: type

    def __init__(self, cls: type):
        super().__init__(self.default if path_of(cls) == STOCK_PATH else cls)

    @classmethod
    def matches(cls, candidate: type) -> bool:
        return ContextMapping in candidate.__mro__ or path_of(candidate) == STOCK_PATH

    def names(self, instance: Any) -> Sequence[str]:
        return tuple(instance._kept)

    def values(self, instance: Any) -> Iterable[Any]:
        kept = instance._kept
        return kept.values() if METHODS.isdisjoint(kept) else plain_values(instance).values()

    def fields(self, instance: Any) -> dict[str, Any]:
        return plain_values(instance)

    def head(self, label: Hashable) -> dict[str, Any]:
        path = STOCK_PATH if self.cls is self.default else path_of(self.cls)
        namespace, _, name = path.rpartition(".")
        return {"name": name, "namespace": namespace}

    def builder(
        self, names: Sequence[str], label: Hashable = None, hints: Optional[Callable[[], Any]] = None
    ) -> Builder:
        cls: Any = self.cls
        return lambda fields: restore(cls, fields)

    def copy(self, instance: Any, keep: Callable[[Any], Any]) -> Any:
        twin = restore(type(instance), {name: keep(value) for name, value in plain_values(instance).items()})
        vars(twin).update(attributes(instance))
        return twin


def teach(cls: type) -> None:
    """Tell the codec of contexts.

    :param cls: The class that takes the place of stock's.
    :return: This function does not return anything.
    """
    ContextKind.default = cls
    RECORD_KINDS.insert(0, ContextKind)


def encode(contexts: list[Any]) -> tuple[Plan, bytes]:
    """Write the data of contexts, without the file around it: see :func:`.codec.container.encode`."""
    found: tuple[Plan, bytes] = _written(container.encode, contexts)
    return found


def dump(contexts: list[Any]) -> bytes:
    """Write contexts as an Avro file: see :func:`.codec.container.dump`."""
    found: bytes = _written(container.dump, contexts)
    return found


def dump_text(contexts: list[Any]) -> str:
    """Write contexts as an Avro file in base64: see :func:`.codec.container.dump_text`."""
    found: str = _written(container.dump_text, contexts)
    return found


def _written(write: Callable[[list[Any]], Any], contexts: list[Any]) -> Any:
    try:
        return write(contexts)
    except UnsupportedValueException:
        # Something was put into a container that stood in the context already. A copy holds it as it would have been
        # kept, or finds out where it is and why it cannot be.
        return write([build(type(context), plain_values(context)) for context in contexts])
