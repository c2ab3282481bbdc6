"""One change of something outside of this package, which can be taken back."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

ABSENT = object()


class Patch(NamedTuple):
    owner: Any
    name: str
    replacement: Any
    #: What to leave behind where there was nothing. Absent: nothing.
    leave: Any = ABSENT

    def apply(self) -> Callable[[], None]:
        """Set the replacement; give the function that takes it back."""
        before = vars(self.owner).get(self.name, self.leave)
        setattr(self.owner, self.name, self.replacement)
        if before is ABSENT:
            return lambda: delattr(self.owner, self.name)
        return lambda: setattr(self.owner, self.name, before)
