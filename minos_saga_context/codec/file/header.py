"""How files begin."""

from __future__ import annotations

from binascii import b2a_base64
from typing import Any

from ...exceptions import SnapshotException
from ..avro import limits
from ..avro.varint import read_long
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


def read_head(raw: bytes) -> tuple[str, bytes, bool]:
    """Read how a file begins.

    :param raw: The bytes of the file.
    :return: The schema, as the JSON that stands there; the bytes up to the blocks; and whether these are deflated.
    :raises SnapshotException: If it cannot be read, with the reason.
    """
    if raw[:4] != MAGIC:
        raise SnapshotException("This is no Avro file: it does not begin with 'Obj' and 1")
    meta: dict[bytes, bytes] = {}
    count, at = read_long(raw, 4)
    while count:
        if count < 0:
            count, (_, at) = -count, read_long(raw, at)
        for _ in range(count):
            key, at = _read_bytes(raw, at)
            meta[key], at = _read_bytes(raw, at)
        count, at = read_long(raw, at)
    sync = raw[at : at + SYNC_SIZE]
    codec = meta.get(b"avro.codec", b"null")
    if len(sync) < SYNC_SIZE or b"avro.schema" not in meta:
        raise SnapshotException("The header of the snapshot is damaged, or cut off")
    if codec not in (b"null", b"deflate"):
        name = codec.decode(errors="replace")
        raise SnapshotException(f"The codec {name!r} is not supported: write the file with 'deflate' or 'null'")
    limits.check_text(meta[b"avro.schema"])
    return meta[b"avro.schema"].decode(), raw[: at + SYNC_SIZE], codec == b"deflate"


def _read_bytes(raw: bytes, at: int) -> tuple[bytes, int]:
    size, start = read_long(raw, at)
    if size < 0 or start + size > len(raw):
        raise SnapshotException("The header of the snapshot is damaged, or cut off")
    return raw[start : start + size], start + size
