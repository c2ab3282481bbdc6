"""What a DSN says. No error quotes it: what cannot be read may be a password."""

from __future__ import annotations

from typing import Any

from psycopg import Error, pq
from psycopg.conninfo import conninfo_to_dict

#: The options that libpq says are not to be shown: password, sslpassword, keys, ...
SECRET = {option.keyword.decode() for option in pq.Conninfo.get_defaults() if option.dispchar in (b"*", b"D")}
_UNREAD = (
    "The DSN cannot be read. It is postgresql://user:password@host:port/database?option=value, or user=... host=..., "
    "with options of libpq. In the first form, characters such as @ : / ? # % are percent-encoded in the password."
)


def options_of(dsn: str) -> dict[str, Any]:
    """Read a DSN.

    :param dsn: Where a database is, as ``postgresql://...`` or ``host=... dbname=...``.
    :return: What it says, by libpq's names.
    :raises ValueError: If it cannot be read; also if libpq takes a part of the password for something else.
    """
    _, is_uri, rest = dsn.partition("://")
    authority, _, database = rest.partition("?")[0].partition("/")
    try:
        options: dict[str, Any] = conninfo_to_dict(dsn)
    except Error:
        raise ValueError(_UNREAD) from None
    if is_uri and (authority.count("@") > 1 or "@" in database):
        raise ValueError(_UNREAD)
    return options
