"""Types of the user's own."""

from __future__ import annotations

from typing import Any, Callable

from ...exceptions import TypeRegistrationException, UnsupportedValueException
from ..types.cache import clear_caches
from ..types.registry import RESERVED_TAGS, add_row, find, row_of
from ..types.rows import Form, Row
from ..types.scalars import in_64_bits

#: The forms in which a registered type may be written, by what its ``encode`` returns.
_FORMS = {str: ("string", None), bytes: ("bytes", None), int: ("long", "builtins.int"), float: ("double", None)}


def register_type(cls: type, tag: str, encode: Callable[[Any], Any], decode: Callable[[Any], Any]) -> None:
    """Teach contexts a scalar type of your own (DESIGN, section 4).

    Instances are stored as what ``encode`` returns, marked with the tag, which stands in stored snapshots for ever.
    Call it where the class is defined, so that every process that loads a snapshot has called it.

    :param cls: The type; its subclasses have to be registered by themselves.
    :param tag: Its permanent name in snapshots, such as ``"shop.money"``.
    :param encode: Gives a ``str``, ``bytes``, ``int`` (within 64 bits) or ``float`` for an instance.
    :param decode: Gives an equal instance for what ``encode`` returned.
    :return: This function does not return anything.
    :raises TypeRegistrationException: If the type or the tag is taken.
    """
    if not isinstance(cls, type):
        raise TypeRegistrationException(f"A type is needed to register one. Obtained: {cls!r}")
    if not isinstance(tag, str) or not tag:
        raise TypeRegistrationException(f"A tag is a string that is not empty. Obtained: {tag!r}")
    if not callable(encode) or not callable(decode):
        raise TypeRegistrationException(f"Both 'encode' and 'decode' must be callable to register {cls.__name__!r}.")
    if (taken := row_of(cls, tag)) is not None or tag in RESERVED_TAGS:
        owner = tag if taken is None else taken.type.__name__
        what = f"The type {cls.__name__!r}" if taken is not None and taken.type is cls else f"The tag {tag!r}"
        raise TypeRegistrationException(f"{what} is taken, by the row of {owner!r}. Choose another tag or type.")
    if find(cls) is not None:
        raise TypeRegistrationException(f"{cls.__name__!r} needs no registration: contexts keep its kind of class.")

    avro_types = list(_FORMS)

    def variant(value: Any) -> tuple[int, None]:
        data = encode(value)
        if type(data) not in _FORMS or (type(data) is int and not in_64_bits(data)):
            raise UnsupportedValueException(
                value,
                reason=f"its 'encode' returned {data!r}",
                remedy=f"The function registered for {tag!r} must return a str, bytes, float or int within 64 bits.",
            )
        return avro_types.index(type(data)), None

    def copy(value: Any) -> Any:
        variant(value)
        if type(back := decode(encode(value))) is not cls:
            raise UnsupportedValueException(
                value,
                reason=f"its 'decode' returned {back!r}",
                remedy=f"The function registered for {tag!r} must return a {cls.__name__!r}.",
            )
        return back

    forms = tuple(
        Form(avro, logical, tagged=True, encode=encode, decode=decode, reads=reads)
        for reads, (avro, logical) in _FORMS.items()
    )
    add_row(Row(tag, cls, forms, variant, copy=copy))
    clear_caches()
