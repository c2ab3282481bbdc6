"""Values as people read them: as JSON that shows the types, and on one line. What is secret is masked."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from functools import singledispatch
from typing import Any

from ..codec.classes.imports import path_of
from ..codec.classes.records import RecordType
from ..codec.types.cache import Cache
from ..codec.types.registry import find, find_kept
from ..codec.types.rows import Array, Container, EnumType, Map, ScalarType
from ..codec.values.children import children, shown_children
from ..codec.values.paths import join

MASK = "***"
#: Parts of a key that tell a secret wherever they stand in it, with the words written together ...
_PARTS = ("password", "passwd", "passphrase", "secret", "token", "credential", "apikey", "privatekey", "creditcard")
#: ... and those that tell it only as whole words: `pin`, not `shipping`.
_WORDS = {"auth", "authorization", "card", "cardholder", "cardnumber", "cookie", "cvc", "cvv", "iban", "otp", "pin"}
_WORDS |= {"pwd", "ssn"}
_JSON_SCALARS = (type(None), bool, int, float, str)
#: JSON has numbers of any size, but most that read it keep no more bits.
_JSON_BITS = 64
_TELLING = 4
#: Longer keys are not remembered.
_SHORT = 100


def is_secret(key: Any) -> bool:
    """Tell whether what prints or logs contexts masks the value of a key.

    :param key: The key, such as ``"paymentToken"``.
    :return: ``True`` if it speaks of a password, a token, a secret, a card or the like.
    """
    if not isinstance(key, str):
        return False
    return _SECRETS[key] if len(key) <= _SHORT else _tells_secret(key)


def _tells_secret(key: str) -> bool:
    words = re.findall("[a-z0-9]+", re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", key).lower())
    return any(part in "".join(words) for part in _PARTS) or any(word.rstrip("s") in _WORDS for word in words)


#: Orders of many lines have few keys.
_SECRETS: Cache[str, bool] = Cache(_tells_secret)


def type_name(value: Any) -> str:
    """Name the type of a value, for people.

    :param value: The value.
    :return: Such as ``"Decimal"``.
    """
    return type(value).__name__


def text_of(value: Any) -> str:
    """Write a scalar as text, without its type.

    :param value: The scalar.
    :return: Its text: ISO 8601 for what is a date or a time, the name of an enum's member.
    """
    row = find_kept(type(value))
    if not isinstance(row, ScalarType):
        return str(value)
    if row.text is not None:
        return row.text(value)
    encoding = row.encodings[0 if row.choose is None else row.choose(value)[0]]
    if encoding.tagged and encoding.encode is not None:
        data = encoding.encode(value)
        return data if isinstance(data, str) else text_of(data)
    return str(value)


def to_json(value: Any, reveal: bool = False) -> Any:
    """Turn a value into what ``json`` writes, readable, with the type shown where JSON has none.

    :param value: The value.
    :param reveal: Whether to show what is secret.
    :return: The value itself, or such as ``{"$type": "decimal", "value": "9.50"}``.
    """
    return _json(find(type(value)), value, reveal)


@singledispatch
def _json(kind: Any, value: Any, reveal: bool) -> Any:
    return _typed(path_of(type(value)), text_of(value))


@_json.register(ScalarType)
def _(row: ScalarType, value: Any, reveal: bool) -> Any:
    is_infinite = row.type is float and not math.isfinite(value)
    is_large = row.type is int and value.bit_length() >= _JSON_BITS
    if row.type in _JSON_SCALARS and not is_infinite and not is_large:
        return value
    # The class of an enum says more than its tag.
    return _typed(path_of(row.type) if isinstance(row, EnumType) else row.tag, text_of(value))


@_json.register(Array)
def _(container: Array, value: Any, reveal: bool) -> Any:
    items = [to_json(child.value, reveal) for child in children(value) or ()]
    if container.unordered:
        items.sort(key=repr)
    return items if container.type is list else _typed(container.tag, items, **_attribute(container, value))


@_json.register(Map)
def _(container: Map, value: Any, reveal: bool) -> Any:
    if not all(type(key) is str for key in value):
        pairs = [[to_json(child.key, reveal), _item(child, reveal)] for child in children(value) or ()]
        return _typed(container.tag, pairs, **_attribute(container, value))
    named = {child.key: _item(child, reveal) for child in children(value) or ()}
    return (
        named
        if container.type is dict and "$type" not in named
        else _typed(container.tag, named, **_attribute(container, value))
    )


@_json.register(RecordType)
def _(record: RecordType, value: Any, reveal: bool) -> Any:
    found = shown_children(value)
    fields = str(value) if found is None else {child.key: _item(child, reveal) for child in found}
    return _typed(path_of(record.cls), fields)


def brief(value: Any, reveal: bool = False) -> str:
    """Write a value on one line, so that its type can be told.

    :param value: The value.
    :param reveal: Whether to show what is secret.
    :return: Such as ``{'price': Decimal('9.50'), 'token': ***}``.
    """
    return _brief(find(type(value)), value, reveal)


@singledispatch
def _brief(kind: Any, value: Any, reveal: bool) -> str:
    return f"{type_name(value)}({text_of(value)!r})"


@_brief.register(ScalarType)
def _(row: ScalarType, value: Any, reveal: bool) -> str:
    if row.type in (str, bytes):
        return repr(value)
    return text_of(value) if row.type in _JSON_SCALARS else f"{type_name(value)}({text_of(value)!r})"


@_brief.register(Array)
def _(container: Array, value: Any, reveal: bool) -> str:
    texts = [brief(child.value, reveal) for child in children(value) or ()]
    body = f"[{', '.join(sorted(texts) if container.unordered else texts)}]"
    return body if container.type is list else f"{type_name(value)}({body}{_extra(container, value)})"


@_brief.register(Map)
def _(container: Map, value: Any, reveal: bool) -> str:
    body = ", ".join(f"{brief(child.key)}: {_brief_item(child, reveal)}" for child in children(value) or ())
    return f"{{{body}}}" if container.type is dict else f"{type_name(value)}({{{body}}}{_extra(container, value)})"


@_brief.register(RecordType)
def _(record: RecordType, value: Any, reveal: bool) -> str:
    found = shown_children(value)
    if found is None:
        return printable(str(value))
    return f"{type_name(value)}({', '.join(f'{printable(one.key)}={_brief_item(one, reveal)}' for one in found)})"


def printable(text: str) -> str:
    """Escape what could move a terminal's cursor, ring its bell or colour the rest.

    :param text: The text.
    :return: The text, with such characters escaped.
    """
    return text if text.isprintable() else ascii(text)[1:-1]


def fields(context: Any, reveal: bool = False) -> dict[str, Any]:
    """Turn the fields of a context into what ``json`` writes.

    :param context: The context.
    :param reveal: Whether to show what is secret.
    :return: The fields.
    """
    return {child.key: _item(child, reveal) for child in children(context) or ()}


def without_secrets(text: str, values: Iterable[Any]) -> str:
    """Take the secrets that values hold out of a text.

    :param text: The text, such as that of an error that quotes them.
    :param values: The values, contexts say.
    :return: The text with a mask in place of each.
    """
    found = {text_of(secret) for value in values for _, secret in _secrets(value, "", False)}
    for secret in sorted(found, key=len, reverse=True):
        # Shorter ones stand in any text, and tell little.
        text = text.replace(secret, MASK) if len(secret) >= _TELLING else text
    return text


def secret_paths(value: Any) -> list[str]:
    """Find what is secret in a value.

    :param value: The value, a context say.
    :return: The paths to it.
    """
    return [path for path, _ in _secrets(value, "", False)]


def _secrets(value: Any, path: str, hidden: bool) -> Iterator[tuple[str, Any]]:
    found = shown_children(value)
    if found is None and hidden:
        yield path, value
    for child in found or ():
        yield from _secrets(child.value, join(path, child.step), hidden or is_secret(child.key))


def _item(child: Any, reveal: bool) -> Any:
    return MASK if not reveal and is_secret(child.key) else to_json(child.value, reveal)


def _brief_item(child: Any, reveal: bool) -> str:
    return MASK if not reveal and is_secret(child.key) else brief(child.value, reveal)


def _typed(tag: str, value: Any, **attributes: Any) -> dict[str, Any]:
    return {"$type": tag, **attributes, "value": value}


def _extra(container: Container, value: Any) -> str:
    return "".join(f", {name}={item}" for name, item in _attribute(container, value).items())


def _attribute(container: Container, value: Any) -> dict[str, Any]:
    found = container.attribute_of(value)
    return {} if found is None else {str(container.attribute): found}
