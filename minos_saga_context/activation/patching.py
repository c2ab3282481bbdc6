"""Changes of something outside of this package, which can be taken back.

They are noted where every copy of this package finds them, and this one if it is loaded again: only one is in at a
time, and what minos had is found whatever stands there now.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import minos.common

#: Nothing. All copies agree on it.
ABSENT: Any = ...


class Patch(NamedTuple):
    owner: Any
    name: str
    replacement: Any
    #: What to leave behind where there was nothing. Absent: nothing.
    leave: Any = ABSENT


#: Changes that stand, the oldest first: the group that they are of, the namespace of the module that made them, and
#: what was where before.
_CHANGES: list[tuple[str, Any, Any, str, Any]] = vars(minos.common).setdefault("_changes_by_minos_saga_context", [])


def is_made(group: str, space: dict[str, Any]) -> bool:
    """Tell whether the changes of a group are those that a module made.

    :param group: The name of the group.
    :param space: The namespace of the module.
    """
    return any(change[0] == group and change[1] is space for change in _CHANGES)


def make(group: str, space: dict[str, Any], patches: Iterable[Patch]) -> None:
    """Make the changes of a group, in the place of those that another copy made.

    :param group: The name of the group.
    :param space: The namespace of the module that makes them.
    :param patches: The changes.
    :return: This function does not return anything.
    """
    take_back(group)
    for owner, name, replacement, leave in patches:
        _CHANGES.append((group, space, owner, name, vars(owner).get(name, leave)))
        setattr(owner, name, replacement)


def take_back(group: str) -> None:
    """Take the changes of a group back, whoever made them."""
    for at in reversed(range(len(_CHANGES))):
        if _CHANGES[at][0] == group:
            _, _, owner, name, before = _CHANGES.pop(at)
            if before is ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, before)


def stock(owner: Any, name: str) -> Any:
    """Give what minos has under a name of a class, as it stands in a namespace: changed by now, or not.

    :param owner: The class.
    :param name: The name.
    :return: A function, a ``classmethod``, a property.
    """
    for cls in owner.__mro__:
        before = (change[4] for change in _CHANGES if change[2] is cls and change[3] == name)
        found = next(before, vars(cls).get(name, ABSENT))
        if found is not ABSENT:
            return found
    raise AttributeError(name)
