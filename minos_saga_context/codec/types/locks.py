"""Locks that a forked child finds free, and what they guard whole: workers fork while threads are at work."""

from __future__ import annotations

import os
from threading import Lock


def fork_safe_lock() -> Lock:
    """Make a lock for the life of the process. A fork waits until it is free: nobody would free it in the child.

    :return: The lock. Who holds it must neither fork nor take another one.
    """
    lock = Lock()
    if hasattr(os, "register_at_fork"):  # Windows has no fork
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
    return lock
