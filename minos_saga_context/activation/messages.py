"""minos's messages: as records of the codec, and built without casting what is of its type already."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Callable, Optional, Union
from uuid import UUID, uuid4

from minos.common import Field, Model
from minos.networks import (
    BrokerMessage,
    BrokerMessageV1,
    BrokerMessageV1Payload,
    BrokerMessageV1Status,
    BrokerMessageV1Strategy,
)

from ..codec.classes.models import FILLING_CONSTRUCTORS, ModelRecordType, fill, new_field
from ..codec.classes.records import RECORD_TYPES, Builder
from ..codec.types.cache import Cache
from ..codec.types.locks import cached_property
from ..codec.values.copying import copy_in
from ..exceptions import UnsupportedValueException
from .patching import Patch, stock

_VERSION = "version"


class MessageRecordType(ModelRecordType):
    """Messages, as minos writes them: by the path of their base class, and with their version for a field."""

    def __init__(self, cls: type):
        super().__init__(BrokerMessageV1)
        self.is_self_encoding = False

    @classmethod
    def matches(cls, candidate: type) -> bool:
        return candidate in (BrokerMessage, BrokerMessageV1)

    def names(self, instance: Any) -> Sequence[str]:
        return *super().names(instance), _VERSION

    def values(self, instance: Any) -> Iterable[Any]:
        return *super().values(instance), instance.version

    def fields(self, instance: Any) -> dict[str, Any]:
        return {**super().fields(instance), _VERSION: instance.version}

    @cached_property
    def _alternatives(self) -> dict[str, frozenset[Any]]:
        return {**super()._alternatives, _VERSION: frozenset()}

    def schema_head(self, discriminator: Any) -> dict[str, Any]:
        return {"name": BrokerMessage.__name__, "namespace": BrokerMessage.__module__}

    def builder(
        self, names: Sequence[str], discriminator: Hashable = None, hints: Optional[Callable[[], Any]] = None
    ) -> Builder:
        build = super().builder([name for name in names if name != _VERSION], discriminator, hints)

        def build_message(fields: dict[str, Any]) -> Any:
            fields.pop(_VERSION, None)
            return build(fields)

        return build_message


RECORD_TYPES.insert(0, MessageRecordType)


class ContentField(Field):
    """A field of a payload: where minos takes anything, it keeps what it is given, as a context does."""

    __slots__ = ()

    @property
    def value(self) -> Any:
        """The value."""
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        if self._type is not Any:
            _set_value(self, value)
            return
        try:
            _put_value(self, copy_in(value, self._name))
        except UnsupportedValueException as exc:
            # The receiver need not have the sender's classes: a Model that cannot be imported becomes a DTO there.
            if not isinstance(exc.value, Model):
                raise
            _set_value(self, value)


_set_value, _put_value = Field.value.fset, Field._value.__set__
_stock_message = stock(BrokerMessageV1, "__init__")
_stock_payload = stock(BrokerMessageV1Payload, "__init__")
_UNICAST, _SUCCESS = BrokerMessageV1Strategy.UNICAST, BrokerMessageV1Status.SUCCESS
_STRINGS = {str}
_HINTS: Cache[Any, dict[str, Any]] = Cache(lambda cls: dict(cls._type_hints()))


def _fill(model: Any, values: dict[str, Any]) -> None:
    cls = model._field_cls
    fields = {name: new_field(cls, name, hint, values[name]) for name, hint in _HINTS[type(model)].items()}
    fill(model, fields)


def _init_message(
    self: Any,
    topic: str,
    payload: BrokerMessageV1Payload,
    *,
    identifier: Optional[UUID] = None,
    strategy: Optional[BrokerMessageV1Strategy] = None,
    reply_topic: Optional[str] = None,
    **kwargs: Any,
) -> None:
    identifier = uuid4() if identifier is None else identifier
    strategy = _UNICAST if strategy is None else strategy
    values = {
        "topic": topic,
        "identifier": identifier,
        "reply_topic": reply_topic,
        "strategy": strategy,
        "payload": payload,
    }
    is_exact = (
        type(topic) is str
        and type(identifier) is UUID
        and (reply_topic is None or type(reply_topic) is str)
        and type(strategy) is BrokerMessageV1Strategy
        and type(payload) is BrokerMessageV1Payload
    )
    if is_exact and not kwargs and type(self) is BrokerMessageV1:
        _fill(self, values)
    else:
        _stock_message(self, **values, **kwargs)


def _init_payload(
    self: Any,
    content: Any = None,
    headers: Optional[dict[str, str]] = None,
    status: Optional[Union[int, BrokerMessageV1Status]] = None,
    **kwargs: Any,
) -> None:
    headers = {} if headers is None else headers
    if status is None:
        status = _SUCCESS
    elif isinstance(status, int) and type(status) is not BrokerMessageV1Status:
        status = BrokerMessageV1Status(int(status))  # the code of a response
    is_exact = type(status) is BrokerMessageV1Status and type(headers) is dict and _are_strings(headers)
    if is_exact and not kwargs and type(self) is BrokerMessageV1Payload:
        _fill(self, {"content": None, "status": status, "headers": headers.copy()})
        self._fields["content"].value = content
    else:
        _stock_payload(self, content=content, headers=headers, status=status, **kwargs)


def _are_strings(headers: dict[Any, Any]) -> bool:
    return _STRINGS.issuperset(map(type, headers)) and _STRINGS.issuperset(map(type, headers.values()))


PATCHES = (
    Patch(BrokerMessageV1, "__init__", _init_message),
    Patch(BrokerMessageV1Payload, "__init__", _init_payload),
    Patch(BrokerMessageV1Payload, "_field_cls", ContentField),
    # It is a property of the class, which Python 3.13 no longer knows.
    *(Patch(cls, _VERSION, 1) for cls in (BrokerMessage, BrokerMessageV1) if sys.version_info >= (3, 13)),
)
FILLING_CONSTRUCTORS.update((_stock_message, _stock_payload, _init_message, _init_payload))
