"""Names that Avro allows, and stock minos too, unique among their like."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..avro.schema import is_name

#: Stock minos hands fields over as named arguments, to functions that have these of their own.
_STOCK_ARGUMENTS = frozenset({"self", "cls", "model_type", "type_hints", "additional_type_hints"})


class Names:
    """Makes names unique.

    :param taken: Names that are taken.
    """

    def __init__(self, taken: Iterable[str]):
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def unique(self, base: str) -> str:
        """Take a name.

        :param base: The name.
        :return: The name; with a number, if it was taken.
        """
        name = base
        while name in self._taken:
            number = self._next[base] = self._next.get(base, 1) + 1
            name = f"{base}_{number}"
        self._taken.add(name)
        return name


def safe_name(name: str) -> str:
    """Make a name one that Avro allows; an empty one stays empty."""
    return name if not name or is_name(name) else _made(name)


def avro_names(keys: Iterable[str]) -> list[str]:
    """Give each key a name that Avro allows, and stock minos too, unique among them.

    :param keys: The keys, in order.
    :return: Their names: the key itself, wherever it can be.
    """
    keys = list(keys)
    names = Names(filter(_is_avro_name, keys))
    return [key if _is_avro_name(key) else names.unique(_made(key)) for key in keys]


def _is_avro_name(key: str) -> bool:
    return key not in _STOCK_ARGUMENTS and is_name(key)


def _made(key: str) -> str:
    name = re.sub("[^A-Za-z0-9_]", "_", key)
    name = name if is_name(name) else f"_{name}"
    return f"{name}_" if name in _STOCK_ARGUMENTS else name
