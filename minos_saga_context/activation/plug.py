"""The plug: puts our context in the place of stock's, and takes it out again.

Everything that is changed outside of this package is in :func:`_patches`.
"""

from __future__ import annotations

from contextlib import suppress
from enum import Enum
from functools import wraps
from inspect import getdoc, signature
from typing import Any, Callable, Union, get_args, get_origin

from minos.common import AvroDataDecoder, AvroDataEncoder, Model, ModelType
from minos.saga.context import SagaContext as _Stock

from ..codec.classes.records import record_type
from ..codec.types.locks import fork_safe_lock
from ..codec.types.subclasses import is_class
from ..context import nested
from ..context.saga_context import SagaContext
from ..context.values import fill
from . import messages, models
from .patching import Patch, is_made, make, stock, take_back
from .sagas import callbacks, compensations, executions, replicas, steps

_STOCK: Any = _Stock
#: The class methods that build or read contexts, and the hooks of contexts that are nested in other Models.
_DELEGATED = (
    "decode_data",
    "decode_schema",
    "empty",
    "encode_data",
    "encode_schema",
    "from_avro",
    "from_avro_bytes",
    "from_avro_str",
    "from_model_type",
    "from_typed_dict",
    "to_avro_bytes",
    "to_avro_str",
)
_HELP = "minos-saga-context is plugged in: help(minos_saga_context.SagaContext) tells of the methods."
_lock = fork_safe_lock()
_GROUP = "plug"


def activate() -> None:
    """Put the context of this package in the place of ``minos.saga.SagaContext``, as importing it does.

    The class is changed in place: whoever imported it before gets contexts of this package too.

    :return: This function does not return anything.
    """
    with _lock:
        if not is_active():
            make(_GROUP, globals(), _patches())
            _STOCK._abc_caches_clear()


def deactivate() -> None:
    """Give ``minos.saga`` its own context back. Contexts of this package that exist stay what they are.

    :return: This function does not return anything.
    """
    with _lock:
        if is_active():
            take_back(_GROUP)
        _STOCK._abc_caches_clear()


def is_active() -> bool:
    """Tell whether the context of this package is in the place of ``minos.saga.SagaContext``.

    :return: ``True`` if so.
    """
    return is_made(_GROUP, globals())


def _patches() -> list[Patch]:
    return [
        # CPython refuses stock's own arguments once __new__ was set and deleted again: leave one that does no more.
        Patch(_STOCK, "__new__", staticmethod(_new), staticmethod(_new_stock)),
        Patch(_STOCK, "__subclasshook__", classmethod(_subclasshook)),
        # What help(), inspect and editors tell of it.
        Patch(_STOCK, "__doc__", f"{getdoc(SagaContext)}\n\n{_HELP}"),
        Patch(_STOCK, "__signature__", _Signature()),
        *(Patch(_STOCK, name, classmethod(_delegate(name))) for name in _DELEGATED),
        Patch(ModelType, "from_model", staticmethod(_from_model)),
        Patch(AvroDataEncoder, "_build_model", _build_model),
        Patch(AvroDataDecoder, "_build_union", _build_union),
        *executions.PATCHES,
        *replicas.PATCHES,
        *models.PATCHES,
        *messages.PATCHES,
        *steps.PATCHES,
        *callbacks.PATCHES,
        *compensations.PATCHES,
    ]


class _Signature:
    """The signature of our class, where stock's own is asked for; not where a user's subclass is."""

    def __get__(self, instance: Any, owner: Any) -> Any:
        if owner is not _STOCK:
            raise AttributeError("__signature__")
        return signature(SagaContext)


def _new_stock(cls: Any, *args: Any, **kwargs: Any) -> Any:
    return object.__new__(cls)


def _new(cls: Any, /, *args: Any, **kwargs: Any) -> Any:
    if cls is not _STOCK:
        return object.__new__(cls)  # users' own subclasses of stock's context stay what they are
    if args:
        return SagaContext(*args, **kwargs)
    # Each step of a saga comes this way: what type.__call__ does, without copying the values twice more.
    context = object.__new__(SagaContext)
    fill(context, kwargs)
    return context


def _subclasshook(cls: Any, candidate: type) -> Any:
    # By identity: a ModelType equals the class that it describes.
    return True if cls is _STOCK and any(base is SagaContext for base in candidate.__mro__) else NotImplemented


def _delegate(name: str) -> Callable[..., Any]:
    ours = getattr(SagaContext, name)

    @wraps(getattr(ours, "__func__", ours))
    def delegate(cls: Any, *args: Any, **kwargs: Any) -> Any:
        return (ours if cls is _STOCK else getattr(super(_STOCK, cls), name))(*args, **kwargs)

    return delegate


_stock_from_model = stock(ModelType, "from_model").__func__
_stock_build_model = stock(AvroDataEncoder, "_build_model")
_stock_build_union = stock(AvroDataDecoder, "_build_union")


def _from_model(model: Any) -> Any:
    if isinstance(model, SagaContext):
        return nested.type_of(model)
    if is_class(model) and SagaContext in model.__mro__:
        # A field that declares the class is of the type that its contexts have: that under which they are written.
        model = record_type(model).cls  # type: ignore[union-attr]
    return _stock_from_model(_STOCK if model is SagaContext else model)


def _build_model(self: Any, model: Any, **kwargs: Any) -> Any:
    return nested.encode_data(model) if isinstance(model, SagaContext) else _stock_build_model(self, model, **kwargs)


def _build_union(self: Any, type_: Any, data: Any, **kwargs: Any) -> Any:
    # What the value is comes before what it could be cast to.
    for alternative in get_args(type_):
        if _is_of(alternative, data):
            with suppress(Exception):
                return self._build_single(alternative, data, **kwargs)
    return _stock_build_union(self, type_, data, **kwargs)


def _is_of(hint: Any, value: Any) -> bool:
    """Tell whether a value is of a type hint already."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin is Union:
        return any(_is_of(alternative, value) for alternative in arguments)
    if origin is dict:
        return isinstance(value, dict) and all(_is_of(arguments[1], item) for item in value.values())
    if origin in (list, set):
        kinds = (list, set) if origin is set else list
        return isinstance(value, kinds) and all(_is_of(arguments[0], item) for item in value)
    if is_class(hint) and issubclass(hint, Enum):
        return any(type(member.value) is type(value) and member.value == value for member in hint)
    return type(value) is hint or (isinstance(hint, ModelType) and isinstance(value, (Model, dict)))
