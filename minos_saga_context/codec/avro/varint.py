"""Avro's variable-length numbers."""

from __future__ import annotations

from ...exceptions import SnapshotException


def write_long(number: int) -> bytes:
    """Write an Avro long.

    :param number: The number; not negative.
    :return: Its bytes.
    """
    number <<= 1
    if number < 0x4000:  # as most are
        return bytes((number,) if number < 0x80 else (number & 0x7F | 0x80, number >> 7))
    data = bytearray()
    while number > 0x7F:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    data.append(number)
    return bytes(data)


def read_long(raw: bytes, at: int) -> tuple[int, int]:
    """Read an Avro long.

    :param raw: The bytes.
    :param at: Where it begins.
    :return: The number, and where it ends.
    :raises SnapshotException: If it is cut off, or longer than 64 bits.
    """
    if at + 1 < len(raw):
        # One byte or two, as most are.
        low, high = raw[at], raw[at + 1]
        if low < 0x80:
            return (low >> 1) ^ -(low & 1), at + 1
        if high < 0x80:
            number = low & 0x7F | high << 7
            return (number >> 1) ^ -(number & 1), at + 2
    number = shift = 0
    for byte in raw[at : at + 10]:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (number >> 1) ^ -(number & 1), at + shift // 7
    raise SnapshotException("A number of the snapshot is cut off, or longer than 64 bits")
