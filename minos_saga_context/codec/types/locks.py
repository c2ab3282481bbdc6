"""Locks that a forked child finds free, and what they guard whole: workers fork while threads are at work."""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING, Any, Callable

__all__ = ["cached_property", "fork_safe_lock"]

if TYPE_CHECKING:
    from functools import cached_property
else:

    class cached_property:
        """That of Python 3.12: the older ones hold a lock, one for all instances, which a forked child may inherit."""

        def __init__(self, find: Callable[[Any], Any]):
            self._find, self.__doc__ = find, find.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self._name = name

        def __get__(self, instance: Any, owner: type) -> Any:
            if instance is None:
                return self
            found = vars(instance)[self._name] = self._find(instance)
            return found


def fork_safe_lock() -> Lock:
    """Make a lock for the life of the process. A fork waits until it is free: nobody would free it in the child.

    :return: The lock. Who holds it must neither fork nor take another one.
    """
    lock = Lock()
    if hasattr(os, "register_at_fork"):  # Windows has no fork
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
    return lock
