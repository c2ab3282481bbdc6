"""Conditions on the fields of contexts: ``customer.id=cust_456``."""

from __future__ import annotations

import json
import operator
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Callable, Optional

from ...codec.types.registry import find_kept
from ...codec.types.rows import ScalarType
from ...codec.values.children import find_at
from ...codec.values.paths import BRACKETS, parse
from ...exceptions import SnapshotException
from ...inspection.render import is_secret, text_of
from ..errors import ToolError
from ..stores.executions import Execution

#: What stands before the first operator that is in no key.
_CONDITION = re.compile(rf"""((?:{BRACKETS}|(?!{BRACKETS})[^=!<>'"])+)(?:(!=|>=|<=|=|>|<)(.*))?""", re.DOTALL)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,99})(\.[0-9]{1,99})?([eE][+-]?[0-9]{1,2})?")
#: As JSON and Python write them.
_WORDS = {"true": "true", "True": "true", "false": "false", "False": "false", "null": "null", "None": "null"}


@dataclass(frozen=True)
class Where:
    """A condition.

    :param steps: The steps to a field of the context.
    :param compare: An operator; ``None`` asks whether there is a value at all.
    :param text: What the value is compared with.
    """

    steps: tuple[str, ...]
    compare: Optional[str]
    text: str

    @classmethod
    def parse(cls, condition: str) -> Where:
        """Read a condition.

        :param condition: A path, and maybe an operator and a value.
        :return: The condition.
        :raises ValueError: If it is none.
        """
        if (found := _CONDITION.fullmatch(condition)) is None:
            raise ValueError(f"{condition!r} is no condition such as customer.id=cust_456, total>20 or coupon")
        path, compare, text = found.groups()
        return cls(tuple(parse(path.strip())), compare, (text or "").strip())

    @property
    def literal(self) -> Optional[str]:
        """What the value is in JSON, if it may be other than a text: a number, ``true``, ``false`` or ``null``."""
        return self.text if _NUMBER.fullmatch(self.text) else _WORDS.get(self.text)

    @property
    def is_secret(self) -> bool:
        """Whether the value is masked."""
        return any(is_secret(step) for step in self.steps)

    def holds(self, execution: Execution) -> bool:
        """Tell whether a context meets the condition.

        Numbers are compared as numbers, everything else as the text that the tool shows.

        :param execution: The execution of the context.
        :return: ``True`` if one of the values at the path does.
        :raises ToolError: If the context cannot be read.
        """
        try:
            context: Any = execution.context
        except SnapshotException:
            # Its classes are not at hand.
            context = execution.plain
        return any(self._takes(value) for value in find_at(context, self.steps))

    def _takes(self, value: Any) -> bool:
        if self.compare is None:
            return True
        row = find_kept(type(value))
        if not isinstance(row, ScalarType):
            return False
        compare = _COMPARE[self.compare]
        if value is None or isinstance(value, bool):
            # They have no order.
            return self.compare in ("=", "!=") and compare(json.dumps(value), self.literal)
        if row.type in (int, float, Decimal):
            exact = Decimal(repr(value) if row.type is float else value)
            is_number = _NUMBER.fullmatch(self.text) and exact.is_finite()
            return compare(exact, Decimal(self.text)) if is_number else self.compare == "!="
        return compare(value if row.type is str else text_of(value), self.text)


def refuse_secrets(wheres: tuple[Where, ...]) -> None:
    """Let nobody find out by questions what is masked.

    :param wheres: The conditions.
    :return: This function does not return anything.
    :raises ToolError: If one is on a secret.
    """
    for where in wheres:
        if where.is_secret:
            path = "".join(where.steps).lstrip(".")
            raise ToolError(f"What stands at {path} is masked: ask for it with --reveal", code=2)
