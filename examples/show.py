"""How the demo shows values, and counts the exact ones."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

_ROW = "   {:<22} {:<25} {:<25} {}"


def leaves(value: Any, path: str = "") -> dict[str, str]:
    """Get the values within a value, written so that their types can be told.

    :param value: The value.
    :param path: The path to it.
    :return: A dictionary of paths and texts, such as ``{"items[0].price": "9.5"}``.
    """
    if isinstance(value, Mapping):
        parts = {f"{path}.{key}" if path else str(key): item for key, item in value.items()}
    elif isinstance(value, list):
        parts = {f"{path}[{index}]": item for index, item in enumerate(value)}
    else:
        return {path: value.isoformat() if isinstance(value, datetime) else repr(value)}
    return {name: text for part, item in parts.items() for name, text in leaves(item, part).items()}


class Table:
    """What should be, and beside it what is with the plug in and with the plug pulled."""

    def __init__(self) -> None:
        self.total = 0
        self.exact_plugged = 0
        self.exact_unplugged = 0

    @staticmethod
    def head(title: str, expected: str) -> None:
        """Print the head of a part.

        :param title: What the rows are.
        :param expected: What the second column is.
        :return: This method does not return anything.
        """
        print()
        print(_ROW.format(title, expected, "plugged in", "plug pulled"))
        print(_ROW.format("-" * 22, "-" * 25, "-" * 25, "-" * 27))

    def row(self, name: str, expected: str, plugged: str, unplugged: str) -> None:
        """Print a row, in which values that are not exact are marked.

        :param name: What the values are.
        :param expected: What should be.
        :param plugged: What is with the plug in.
        :param unplugged: What is with the plug pulled.
        :return: This method does not return anything.
        """
        self.total += 1
        self.exact_plugged += plugged == expected
        self.exact_unplugged += unplugged == expected
        print(_ROW.format(name, expected, *(v if v == expected else f"{v} !" for v in (plugged, unplugged))))

    def rows(self, expected: dict[str, str], plugged: dict[str, str], unplugged: dict[str, str]) -> None:
        """Print a row for each of the values.

        :param expected: The values that should be.
        :param plugged: The values with the plug in.
        :param unplugged: The values with the plug pulled.
        :return: This method does not return anything.
        """
        for name in dict.fromkeys([*expected, *plugged, *unplugged]):
            self.row(name, *(values.get(name, "nothing") for values in (expected, plugged, unplugged)))
