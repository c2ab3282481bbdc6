"""Pure functions that the table of types names: Python values to Avro's, and back. datetimes.py has those of dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any
from uuid import UUID, SafeUUID

from ...exceptions import UnsupportedValueException


def in_64_bits(number: int) -> bool:
    """Tell whether Avro's long takes the number.

    :param number: The number.
    :return: ``True`` if so.
    """
    return -0x8000_0000_0000_0000 <= number <= 0x7FFF_FFFF_FFFF_FFFF


def in_32_bits(number: int) -> bool:
    """Tell whether Avro's int takes the number.

    :param number: The number.
    :return: ``True`` if so.
    """
    return -0x8000_0000 <= number <= 0x7FFF_FFFF


def int_variant(value: int) -> tuple[int, None]:
    """Choose the encoding of an int by its size."""
    return (0 if in_32_bits(value) else 1 if in_64_bits(value) else 2), None


def is_utf8(text: str) -> bool:
    """Tell whether the text can be written as UTF-8, which lone surrogates cannot.

    :param text: The text.
    :return: ``True`` if so.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def text_variant(value: Any) -> tuple[int, None]:
    """Choose the encoding of a value that is written as its text."""
    return (0 if is_utf8(str(value)) else 1), None


def to_wtf8(value: Any) -> bytes:
    """Write the text of a value, lone surrogates included."""
    return str(value).encode("utf-8", "surrogatepass")


def from_wtf8(data: bytes) -> str:
    """Read what :func:`to_wtf8` wrote."""
    return data.decode("utf-8", "surrogatepass")


def to_uuid_text(value: UUID) -> str:
    """Write a UUID as text, as ``str`` does and in less time."""
    digits = value.int.to_bytes(16, "big").hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


_NEW: Any = object.__new__


# UUID forbids assignment, and its constructor takes six ways to give it one.
_SET_INT, _SET_SAFE, _UNKNOWN = vars(UUID)["int"].__set__, vars(UUID)["is_safe"].__set__, SafeUUID.unknown


def from_uuid_text(text: str) -> UUID:
    """Read the text of a UUID, in half the time of its constructor."""
    digits = text.replace("-", "")
    if len(digits) != 32:
        return UUID(text)  # other ways to write one, or the error
    value: UUID = _NEW(UUID)
    _SET_INT(value, int(digits, 16))
    _SET_SAFE(value, _UNKNOWN)
    return value


def int_to_text(value: int) -> str:
    """Write an int of any size; in hexadecimal digits where Python limits how many decimal ones it converts."""
    return str(value) if value.bit_length() < _DECIMAL_BITS else hex(value)


def int_from_text(text: str) -> int:
    """Read what :func:`int_to_text` wrote."""
    return int(text, 0)


#: 4,300 decimal digits, the limit of Python 3.11 and newer, are 14,284 bits.
_DECIMAL_BITS = 14_000


def check_fractions(values: Iterable[Fraction]) -> None:
    """Refuse fractions that Python does not convert to text and back; and whose parts it would take long to divide."""
    for value in values:
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > _DECIMAL_BITS:
            raise UnsupportedValueException(value, "", "it has more than 4,200 digits", "Keep its parts in a tuple.")


def fraction_from_text(text: str) -> Fraction:
    """Read the text of a fraction; no other that its class takes: ``1e1000000000`` is no end of work."""
    if _FRACTION.fullmatch(text) is None:
        raise ValueError(f"no fraction: {text[:40]!r}")
    return Fraction(text)


_FRACTION = re.compile(r"-?[0-9]{1,4300}(/[0-9]{1,4300})?")


def bytes_text(value: Any) -> str:
    """Write bytes as text for people."""
    return str(value.decode("ascii", "backslashreplace"))


def to_uuid_bytes(value: UUID) -> bytes:
    """Write a UUID as its 16 bytes."""
    return value.bytes


def from_uuid_bytes(data: bytes) -> UUID:
    """Read what :func:`to_uuid_bytes` wrote."""
    return UUID(bytes=data)


def has_text_keys(value: Any) -> bool:
    """Tell whether a dict can be written as Avro's map.

    :param value: The dict.
    :return: ``True`` if its keys are strings that can be written as UTF-8.
    """
    return set(map(type, value)) <= {str} and all(map(is_utf8, value))
