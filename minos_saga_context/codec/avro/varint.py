"""Avro's variable-length numbers."""

from __future__ import annotations

from ...exceptions import SnapshotException


def write_long(number: int) -> bytes:
    """Write an Avro long.

    :param number: The number; not negative.
    :return: Its bytes.
    """
    number <<= 1
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
    number = shift = 0
    for byte in raw[at : at + 10]:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (number >> 1) ^ -(number & 1), at + shift // 7
    raise SnapshotException("A number of the snapshot is cut off, or longer than 64 bits")
