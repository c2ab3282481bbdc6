"""How the files of a shape begin."""

from __future__ import annotations

from binascii import b2a_base64
from typing import Any

from ..types.cache import Cache

MAGIC = b"Obj\x01"
#: The size of the marker at the end of a header and of each block, in bytes.
SYNC_SIZE = 16


class Header:
    """How the files of a shape begin: all bytes of them alike, and so is their text.

    :param plan: The plan of the shape.
    :param data: The bytes.
    :param is_deflated: Whether the blocks that follow are deflated.
    """

    __slots__ = ("data", "is_deflated", "plan", "rest", "sync", "text")

    def __init__(self, plan: Any, data: bytes, is_deflated: bool):
        self.plan, self.data, self.is_deflated = plan, data, is_deflated
        self.sync = data[-SYNC_SIZE:]
        # Base64 writes groups of three bytes. These have the same text whatever follows ...
        whole = len(data) // 3 * 3
        self.text = b2a_base64(data[:whole], newline=False).decode("ascii")
        # ... and these do not.
        self.rest = data[whole:]


#: Headers by the marker at their end, which is at the end of every block too, and so of the file.
HEADERS_BY_SYNC: Cache[bytes, tuple[Header, ...]] = Cache(None, 1 << 19, lambda headers: len(headers[0].data))


def remember(header: Header) -> None:
    """Remember a header, beside that of the same shape with the other codec."""
    others = HEADERS_BY_SYNC[header.sync] or ()
    HEADERS_BY_SYNC[header.sync] = (header, *others[:1])
