"""What was found out once and is remembered: within bounds, and until a type is registered."""

from __future__ import annotations

from typing import Any, Callable, Optional, TypeVar

K = TypeVar("K")
V = TypeVar("V")

#: All caches there are.
_CACHES: list[Cache[Any, Any]] = []


class Cache(dict[K, V]):
    """A bounded cache of two generations: what was not asked for during the life of one is dropped.

    What is remembered is asked for at every value, as ``cache[key]``: in C, and without a lock. A race costs something
    that is found out twice.

    :param find: Finds out what belongs to a key; without it, an unknown key gives ``None``.
    :param limit: The weight that one generation may reach.
    :param weigh: Gives the weight of what was found. What would fill an eighth of the cache alone is not remembered.
    """

    def __init__(
        self, find: Optional[Callable[[K], V]] = None, limit: int = 2048, weigh: Callable[[V], int] = lambda found: 1
    ):
        super().__init__()
        self._find, self._limit, self._weigh = find, limit, weigh
        self.clear()
        _CACHES.append(self)

    def clear(self) -> None:
        """Forget all."""
        self._old: dict[K, V] = {}
        self._weight = 0
        # Before the rest: what is being found out just now must not be remembered.
        self._life = object()
        super().clear()

    def __missing__(self, key: K) -> Any:
        life, found = self._life, self._old.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            if self._find is None:
                return None
            found = self._find(key)
        self[key] = found
        if self._life is not life:
            self.pop(key, None)
        return found

    def __setitem__(self, key: K, found: V) -> None:
        weight = self._weigh(found)
        if weight > self._limit // 8:
            return
        if self._weight + weight > self._limit:
            self._old, self._weight = dict(self), 0
            super().clear()
        super().__setitem__(key, found)
        self._weight += weight

    def __len__(self) -> int:
        return super().__len__() + len(self._old)


_UNKNOWN: Any = object()


def clear_caches() -> None:
    """Forget all that was found out: what is known of types, or of classes, has changed."""
    for cache in _CACHES:
        cache.clear()
