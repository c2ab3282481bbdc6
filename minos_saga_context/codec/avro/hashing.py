"""What it costs to build sets and dicts: keys can be chosen so that each is compared with all before it."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from itertools import islice
from operator import eq
from time import thread_time
from typing import Any

#: How many keys may share one hash.
ALIKE = 256
#: So many keys may fall upon each other in a table ...
_CROWD = 4096
#: ... or take so long to build one of, in seconds of the processor; and so many times as long as to hash them.
_PATIENCE, _TIMES = 0.1, 50
#: Types whose hashes differ from process to process.
_SALTED = {str, bytes}


def collide(keys: Collection[Any]) -> bool:
    """Tell whether so many keys share one hash that a set or a dict of them would take the square of their number.

    Those of numbers can be chosen, by who writes a file.

    :param keys: The keys.
    :return: ``True`` if so.
    """
    if len(keys) <= ALIKE or _SALTED.issuperset(map(type, keys)):
        return False
    # Sorted, as a table of the hashes could be what takes so long.
    hashes = sorted(map(hash, keys))
    return any(map(eq, hashes, islice(hashes, ALIKE, None)))


def crowd(keys: Collection[Any], table: Any) -> bool:
    """Tell whether keys fall upon each other in a table, though their hashes differ.

    They can be chosen so that each is looked for in all places that others have. There is no telling but by trying.

    :param keys: The keys.
    :param table: An empty set or dict, to try them.
    :return: ``True`` if that takes a hundred times as long as with others, whatever their own hashes cost.
    """
    if len(keys) <= _CROWD or _SALTED.issuperset(map(type, keys)):
        return False
    start = thread_time()
    deque(map(hash, keys), 0)
    end = (hashed := thread_time()) + _PATIENCE + _TIMES * (hashed - start)
    ordered = [*keys]
    for place in range(0, len(ordered), ALIKE):
        part = ordered[place : place + ALIKE]
        table.update(part if isinstance(table, set) else dict.fromkeys(part))
        if thread_time() > end:
            return True
    return False
