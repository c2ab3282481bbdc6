"""The caches of plans and headers."""

from __future__ import annotations

from typing import Any, Generic, Optional, TypeVar

from ..types.registry import ON_REGISTRATION
from .header import Header

T = TypeVar("T")


class Cache(Generic[T]):
    """A bounded cache of two generations: what was not asked for during the life of one is dropped.

    Looking up takes no lock: a race costs a plan that is made twice.

    :param limit: The weight that one generation may reach.
    """

    def __init__(self, limit: int):
        self._limit = limit
        self.clear()

    def clear(self) -> None:
        """Forget all."""
        self._young: dict[Any, tuple[T, int]] = {}
        self._old: dict[Any, tuple[T, int]] = {}
        self._weight = 0

    def get(self, key: Any) -> Optional[T]:
        """Look a key up.

        :param key: The key.
        :return: What it holds, or ``None``.
        """
        entry = self._young.get(key)
        if entry is None:
            if (entry := self._old.get(key)) is None:
                return None
            self.set(key, *entry)
        return entry[0]

    def set(self, key: Any, value: T, weight: int) -> None:
        """Remember a value.

        :param key: Its key.
        :param value: The value.
        :param weight: Its weight. What would fill the cache alone is not remembered.
        :return: This method does not return anything.
        """
        if weight > self._limit // 8:
            return
        if self._weight + weight > self._limit:
            self._old, self._young, self._weight = self._young, {}, 0
        self._young[key] = value, weight
        self._weight += weight

    def __len__(self) -> int:
        return len(self._young) + len(self._old)


#: Plans by shape; and headers by the marker at their end, which is at the end of every block too, and so of the file.
#: They weigh the bytes of a header; with its parsed schema and its functions, a plan takes some thirty times as much.
PLANS_BY_SHAPE: Cache[Any] = Cache(1 << 19)
HEADERS_BY_SYNC: Cache[tuple[Header, ...]] = Cache(1 << 19)


def forget_plans() -> None:
    """Empty the caches: what plans know of types has changed."""
    PLANS_BY_SHAPE.clear()
    HEADERS_BY_SYNC.clear()


def know(header: Header) -> None:
    """Remember a header, beside that of the same shape with the other codec."""
    others = HEADERS_BY_SYNC.get(header.sync) or ()
    HEADERS_BY_SYNC.set(header.sync, (header, *others[:1]), len(header.data))


ON_REGISTRATION.append(forget_plans)
