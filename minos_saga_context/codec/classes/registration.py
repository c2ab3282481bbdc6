"""Types of the user's own."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Callable, Optional

from ...exceptions import TypeRegistrationException, UnsupportedValueException
from ..types.cache import clear_caches
from ..types.registry import FINDERS, RESERVED_TAGS, ROW_BY_TYPE, add_row, find, row_of
from ..types.rows import Encoding, ScalarType
from ..types.scalars import in_64_bits
from ..types.subclasses import is_class
from .records import REGISTERED, Builder, RecordType

#: The encodings in which a registered type may be written, by what its ``encode`` returns.
_FORMS = {str: ("string", None), bytes: ("bytes", None), int: ("long", "builtins.int"), float: ("double", None)}
#: What it may return besides.
_CONTAINERS = (dict, list, tuple)
#: The only field of a record, where what ``encode`` returned has no names.
_VALUE = "value"


class RegisteredKind(RecordType):
    """A registered type whose ``encode`` gives a container: the items of a dict are fields, anything else is one."""

    is_named = False

    def __init__(self, cls: type, tag: str, encode: Callable[[Any], Any], decode: Callable[[Any], Any]):
        super().__init__(cls)
        self.tag = tag
        self._encode, self._decode = encode, decode

    def fields(self, instance: Any) -> dict[str, Any]:
        data = self._encode(instance)
        return dict(data) if _has_names(data) else {_VALUE: data}

    def names(self, instance: Any) -> Sequence[str]:
        return tuple(self.fields(instance))

    def values(self, instance: Any) -> Iterable[Any]:
        return self.fields(instance).values()

    def discriminator(self, instance: Any) -> Hashable:
        return None if _has_names(self._encode(instance)) else _VALUE

    def schema_head(self, discriminator: Hashable) -> dict[str, Any]:
        schema_head = {"name": self.cls.__name__, "namespace": "", "python": self.tag}
        return schema_head if discriminator is None else {**schema_head, "holds": discriminator}

    def builder(
        self, names: Sequence[str], discriminator: Hashable = None, hints: Optional[Callable[[], Any]] = None
    ) -> Builder:
        decode = self._decode
        return decode if discriminator is None else lambda fields: decode(fields[_VALUE])

    def fills(self, names: Sequence[str]) -> bool:
        return False

    def copy(self, instance: Any, copy_in: Callable[[Any], Any]) -> Any:
        fields = {name: copy_in(value) for name, value in self.fields(instance).items()}
        back = self.builder(tuple(fields), self.discriminator(instance))(fields)
        _check_type(back, instance, self.cls, self.tag)
        return back


def _has_names(data: Any) -> bool:
    return type(data) is dict and all(type(name) is str for name in data)


def _check_type(back: Any, value: Any, cls: type, tag: Optional[str]) -> None:
    if type(back) is not cls:
        raise UnsupportedValueException(
            value,
            reason=f"its 'decode' returned {back!r}",
            remedy=f"The function registered for {tag!r} must return a {cls.__name__!r}.",
        )


#: The registered types of which an instance was seen whose ``encode`` gives a container.
_RECORDS: dict[type, RegisteredKind] = {}
FINDERS.append(_RECORDS.get)


def register_type(cls: type, tag: str, encode: Callable[[Any], Any], decode: Callable[..., Any]) -> None:
    """Teach contexts a type of your own.

        register_type(Money, "shop.money", str, Money.from_text)

    Instances are stored as what ``encode`` returns, marked with the tag, which stands in stored snapshots for ever.
    Call it where the class is defined, so that every process that loads a snapshot has called it.

    :param cls: The type; its subclasses have to be registered by themselves.
    :param tag: Its permanent name in snapshots, such as ``"shop.money"``.
    :param encode: Gives a ``str``, ``bytes``, ``int`` (within 64 bits) or ``float`` for an instance; or a ``dict``,
        ``list`` or ``tuple`` of values that contexts keep.
    :param decode: Gives an equal instance for what ``encode`` returned.
    :return: This function does not return anything.
    :raises TypeRegistrationException: If the type or the tag is taken.
    """
    if not is_class(cls):
        raise TypeRegistrationException(f"A type is needed to register one. Obtained: {cls!r}")
    if not isinstance(tag, str) or not tag:
        raise TypeRegistrationException(f"A tag is a string that is not empty. Obtained: {tag!r}")
    if not callable(encode) or not callable(decode):
        raise TypeRegistrationException(f"Both 'encode' and 'decode' must be callable to register {cls.__name__!r}.")
    row, record = row_of(cls, tag), _RECORDS.get(cls) or REGISTERED.get(tag)
    taken = row.type if row is not None else record.cls if record is not None else None
    if taken is not None or tag in RESERVED_TAGS:
        owner = tag if taken is None else taken.__name__
        what = f"The type {cls.__name__!r}" if taken is cls else f"The tag {tag!r}"
        raise TypeRegistrationException(f"{what} is taken, by the row of {owner!r}. Choose another tag or type.")
    if find(cls) is not None:
        raise TypeRegistrationException(f"{cls.__name__!r} needs no registration: contexts keep its kind of class.")

    avro_types = list(_FORMS)
    kind = REGISTERED[tag] = RegisteredKind(cls, tag, encode, decode)

    def choose(value: Any) -> tuple[int, None]:
        data = encode(value)
        if type(data) in _CONTAINERS:
            # From now on the type is one of records. Whoever asked as for a scalar asks again, after any refusal.
            _RECORDS[cls] = kind
            ROW_BY_TYPE.pop(cls, None)
            clear_caches()
        if type(data) not in _FORMS or (type(data) is int and not in_64_bits(data)):
            raise UnsupportedValueException(
                value,
                reason=f"its 'encode' returned {data!r}",
                remedy=f"The function registered for {tag!r} must return a str, bytes, float or int within 64 bits, or "
                "a dict, list or tuple.",
            )
        return avro_types.index(type(data)), None

    def copy(value: Any) -> Any:
        choose(value)
        back = decode(encode(value))
        _check_type(back, value, cls, tag)
        return back

    encodings = tuple(
        Encoding(avro, logical, tagged=True, encode=encode, decode=decode, reads=reads)
        for reads, (avro, logical) in _FORMS.items()
    )
    add_row(ScalarType(tag, cls, encodings, choose, copy=copy))
    clear_caches()
