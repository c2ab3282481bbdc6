"""How the demo shows values, and counts the exact ones."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any


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
    """What should be, and beside it what is.

    :param columns: Where it is so: such as with the plug in, and with the plug pulled.
    """

    def __init__(self, *columns: str):
        self.total = 0
        self.exact = [0] * len(columns)
        self._columns = columns

    def head(self, title: str, expected: str) -> None:
        """Print the head of a part.

        :param title: What the rows are.
        :param expected: What the second column is.
        :return: This method does not return anything.
        """
        print()
        _print(title, expected, *self._columns)
        _print("-" * 22, *["-" * 25] * len(self._columns), "-" * 27)

    def row(self, name: str, expected: str, *values: str) -> None:
        """Print a row, in which values that are not exact are marked.

        :param name: What the values are.
        :param expected: What should be.
        :param values: What is, in each column.
        :return: This method does not return anything.
        """
        self.total += 1
        self.exact = [count + (value == expected) for count, value in zip(self.exact, values)]
        _print(name, expected, *(value if value == expected else f"{value} !" for value in values))

    def rows(self, expected: dict[str, str], *columns: dict[str, str]) -> None:
        """Print a row for each of the values.

        :param expected: The values that should be.
        :param columns: The values in each column.
        :return: This method does not return anything.
        """
        for name in dict.fromkeys(name for values in (expected, *columns) for name in values):
            self.row(name, *(values.get(name, "nothing") for values in (expected, *columns)))


def _print(name: str, *cells: str) -> None:
    print(f"   {name:<22} {' '.join(f'{cell:<25}' for cell in cells).rstrip()}")
