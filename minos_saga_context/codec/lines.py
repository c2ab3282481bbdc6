"""The fast way to write lists of dicts of plain values, such as the lines of an order.

Elsewhere the shape of values is found first, and then the plan of the shape hands them to fastavro. These lists are
most of what large contexts hold, and are walked through once for both. One that holds anything else goes the usual way.
"""

from __future__ import annotations

from typing import Any, Optional

from .registry import SCALAR_BY_TYPE
from .table import Form


class Lines(tuple[list[Any]]):
    """A list that is as fastavro takes it already, in a tuple of one: nothing that a context holds is of this type."""

    __slots__ = ()


#: The names of branches by type: of the scalars whose values are written as they are.
_BRANCHES = {
    cls: row.forms[0].avro
    for cls, row in SCALAR_BY_TYPE.items()
    if row.forms[0] == Form(row.forms[0].avro, reads=row.forms[0].reads)
}


def lines_of(values: list[Any]) -> Optional[tuple[dict[type, None], list[Any]]]:
    """Name the branches of values in dicts.

    :param values: Dicts, as far as is known.
    :return: The types of their values, as keys, and the dicts with (name, value) pairs; ``None`` if there is anything
        but dicts with text for keys and plain scalars for values, whose ints have 32 bits.
    """
    branches, data = _BRANCHES, []
    types: dict[type, None] = {}
    try:
        for one in values:
            if type(one) is not dict:
                return None
            pairs = {}
            for key, value in one.items():
                cls = type(value)
                if type(key) is not str or (cls is int and not -0x8000_0000 <= value <= 0x7FFF_FFFF):
                    return None
                types[cls] = None
                pairs[key] = branches[cls], value
            data.append(pairs)
    except KeyError:
        return None
    return types, data
