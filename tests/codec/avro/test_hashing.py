"""Keys that would take too long to build a set or a dict of."""

from uuid import UUID

import pytest

from minos_saga_context.codec.avro import hashing
from minos_saga_context.codec.avro.hashing import ALIKE, collide, crowd

#: The hash of an int is what is left of it by this prime.
PRIME = 2**61 - 1


def test_keys_of_one_hash() -> None:
    for count in (2, ALIKE, ALIKE + 1, 1000):
        assert collide([number * PRIME for number in range(count)]) is (count > ALIKE)
        assert collide([UUID(int=number * PRIME) for number in range(count)]) is (count > ALIKE)
        assert not collide([*range(1000), *(number * PRIME for number in range(1, ALIKE))])
        assert not collide([str(number) for number in range(count)])


@pytest.mark.parametrize("table", [{}, set()], ids=str)
def test_keys_that_fall_upon_each_other(table: object) -> None:
    assert crowd([number * PRIME for number in range(40_000)], type(table)())  # type: ignore[call-arg]
    for keys in (range(100_000), range(0, 2**60, 2**44), [number / 7 for number in range(50_000)]):
        assert not crowd([*keys], type(table)())  # type: ignore[call-arg]
    assert not crowd([number * PRIME for number in range(1000)], type(table)())  # type: ignore[call-arg]


@pytest.mark.parametrize("table", [{}, set()], ids=str)
def test_hashes_that_take_long_themselves(table: object, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(int):
        def __hash__(self) -> int:
            return sum(range(200)) + int(self)

    monkeypatch.setattr(hashing, "_PATIENCE", 0.001)
    assert not crowd([Slow(number) for number in range(5_000)], type(table)())  # type: ignore[call-arg]
