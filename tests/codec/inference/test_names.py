"""Keys get names that Avro allows, each its own, and keep theirs where it can be."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from minos_saga_context.codec.inference.names import Names, avro_names, safe_name

KEYS = st.text(max_size=4) | st.sampled_from(
    ["self", "cls", "self_", "model_type", "a b", "a_b", "a_b_2", "", "_", "9"]
)


def is_avro(name: str) -> bool:
    return re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) is not None


@given(st.lists(KEYS, unique=True))
def test_names_of_keys(keys: Any) -> None:
    names = avro_names(keys)
    assert len(names) == len(set(names)) == len(keys)
    for key, name in zip(keys, names):
        assert is_avro(name) and name not in ("self", "cls", "model_type")
        assert name == key or not is_avro(key) or key in ("self", "cls", "model_type")


@given(st.text())
def test_safe_name(name: str) -> None:
    assert safe_name(name) == name if not name or is_avro(name) else is_avro(safe_name(name))


def test_a_name_that_is_taken_gets_a_number() -> None:
    names = Names(["a", "a_2"])
    assert [names.unique("a"), names.unique("a"), names.unique("b")] == ["a_3", "a_4", "b"]
