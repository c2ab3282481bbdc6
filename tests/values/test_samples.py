"""Every sample comes back exactly: at once, and by every way that a context goes."""

import pickle
from typing import Any

import pytest

from minos_saga_context import SagaContext
from tests.support.exact import assert_exact, picture
from tests.support.samples import DISTINCT, SAMPLES, is_hashable
from tests.support.ways import WAYS

ALL = [
    pytest.param(value, id=f"{tag}-{place}") for tag, values in SAMPLES.items() for place, value in enumerate(values)
]


def around(value: Any) -> dict[str, Any]:
    """Put a value everywhere in which it can stand.

    :param value: The value.
    :return: Fields by name.
    """
    fields = {
        "alone": value,
        "optional": [value, None],
        "listed": [value],
        "nested": {"a": [{"b": (value,)}]},
        "beside": [value, 1, "a", 2.5, [], {}, None],
        "inner": SagaContext(items=value),
    }
    if is_hashable(value):
        fields.update(
            key={value: 1}, entries={value: value, "a": None}, in_set={value}, in_frozenset=frozenset({value, None})
        )
    return fields


def survives_pickling(value: Any) -> bool:
    """Tell whether Python and minos pickle the value well when it is alone."""
    try:
        return bool(picture(pickle.loads(pickle.dumps(value))) == picture(value))
    except AttributeError:
        return False


@pytest.mark.parametrize("value", ALL)
def test_in_memory(value: Any) -> None:
    context = SagaContext(value=value)
    assert_exact(context["value"], value)
    context["again"] = value
    context.third = value
    assert_exact(context.again, value)
    assert_exact(context["third"], value)


@pytest.mark.parametrize("value", ALL)
@pytest.mark.parametrize("way", WAYS)
def test_alone_and_nested(value: Any, way: str) -> None:
    if way == "pickle" and not survives_pickling(value):
        pytest.skip("the value itself does not pickle: minos's Ref; addresses with a scope before Python 3.10")
    fields = around(value)
    found = WAYS[way](SagaContext(fields))
    assert_exact(dict(found), fields)


@pytest.mark.parametrize("place", range(len(DISTINCT)))
def test_mixed_with_any_other(place: int) -> None:
    value = DISTINCT[place]
    for other in DISTINCT[:place]:
        fields = {"list": [value, other, value], "tuple": (other, value), "dict": {"a": value, "b": other}}
        if is_hashable(value) and is_hashable(other):
            fields.update(set={value, other}, key={other: value, value: other})
        context = SagaContext(fields)
        found = WAYS["avro_bytes"](context)
        assert_exact(dict(found), fields)
