"""Contexts as records: what the codec, which knows none, has to know of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Callable, Optional, TypeVar

from ..codec import file
from ..codec.classes.imports import path_of
from ..codec.classes.records import RECORD_TYPES, Builder, RecordType
from ..codec.file.plan import Plan
from .mapping import ContextMapping
from .values import attributes, build, kept_values, own_values, restorer

T = TypeVar("T")
#: The path under which every service finds the class: ours, or stock's where this package is missing.
STOCK_PATH = "minos.saga.context.SagaContext"


class ContextRecordType(RecordType):
    """How contexts become records: by the path of the class that they take the place of."""

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
        return own_values(instance).values()

    fields = staticmethod(own_values)  # type: ignore[assignment]

    def schema_head(self, discriminator: Hashable) -> dict[str, Any]:
        path = STOCK_PATH if self.cls is self.default else path_of(self.cls)
        namespace, _, name = path.rpartition(".")
        return {"name": name, "namespace": namespace}

    def builder(
        self, names: Sequence[str], discriminator: Hashable = None, hints: Optional[Callable[[], Any]] = None
    ) -> Builder:
        return restorer(self.cls)

    def copy(self, instance: Any, copy_in: Callable[[Any], Any]) -> Any:
        # It may be one of stock's, from before this package was active.
        twin: Any = restorer(self.cls)({name: copy_in(value) for name, value in kept_values(instance).items()})
        if isinstance(instance, ContextMapping):
            vars(twin).update(attributes(instance))
        return twin


def register_contexts(cls: type) -> None:
    """Tell the codec of contexts.

    :param cls: The class that takes the place of stock's.
    :return: This function does not return anything.
    """
    ContextRecordType.default = cls
    RECORD_TYPES.insert(0, ContextRecordType)


def _written(write: Callable[[list[Any]], T]) -> Callable[[list[Any]], T]:
    def written(contexts: list[Any]) -> T:
        try:
            return write(contexts)
        except Exception:  # a function that was registered may fail with anything
            # Something was put into a container that stood in the context already. A copy holds it as it would have
            # been kept, or finds out where it is and why it cannot be.
            return write([build(type(context), own_values(context)) for context in contexts])

    return written


#: The functions of the codec that write, for contexts.
encode: Callable[[list[Any]], tuple[Plan, bytes]] = _written(file.encode)
dump: Callable[[list[Any]], bytes] = _written(file.dump)
dump_text: Callable[[list[Any]], str] = _written(file.dump_text)


@_written
def data(contexts: list[Any]) -> Any:
    """Give what an Avro library writes of one context."""
    (context,) = contexts
    plan = file.encode(contexts)[0]
    return file.without_names(plan.converter.encode(context), plan.schema)  # type: ignore[misc]
