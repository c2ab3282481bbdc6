"""What can go wrong, and what it can be caught by."""

import copy
import inspect
import pickle
from typing import Any

import pytest
from minos.common import (
    IntegrityException,
    MinosException,
    MinosMalformedAttributeException,
    MinosModelAttributeException,
    MinosModelException,
    MinosProtocolException,
)

import minos_saga_context
from minos_saga_context import (
    ConcurrentExecutionException,
    ContextTypeException,
    MissingAttributeException,
    MissingItemException,
    SagaContext,
    SnapshotException,
    TypeRegistrationException,
    UnsupportedValueException,
    exceptions,
    register_type,
)

BASES: dict[Any, tuple[Any, ...]] = {
    ConcurrentExecutionException: (IntegrityException, RuntimeError),
    UnsupportedValueException: (MinosMalformedAttributeException, TypeError),
    ContextTypeException: (MinosMalformedAttributeException, TypeError),
    MissingItemException: (MinosModelAttributeException, KeyError),
    MissingAttributeException: (AttributeError,),
    TypeRegistrationException: (MinosModelException, ValueError),
    SnapshotException: (MinosProtocolException, ValueError),
}


class OrderContext(SagaContext):
    order_id: int


def caught(kind: Any, use: Any) -> Any:
    with pytest.raises(kind) as info:
        use()
    return info.value


EXAMPLES: list[Any] = [
    caught(UnsupportedValueException, lambda: SagaContext(order={"lines": [1, object]})),
    caught(ContextTypeException, lambda: OrderContext(order_id="1")),
    caught(MissingItemException, lambda: SagaContext(order_id=1)["orderid"]),
    caught(MissingAttributeException, lambda: SagaContext(order_id=1).orderid),
    caught(TypeRegistrationException, lambda: register_type(int, "mine", str, int)),
    caught(SnapshotException, lambda: SagaContext.from_avro_bytes(b"nothing")),
    ConcurrentExecutionException(
        "0b7d2f6e-6c0f-4f6e-9d0b-3a5f3f0a1c01", "another replica goes on with it at this moment"
    ),
]


@pytest.mark.parametrize("kind", BASES)
def test_bases(kind: Any) -> None:
    for base in BASES[kind]:
        assert issubclass(kind, base)
    assert issubclass(kind, MinosException) or kind is MissingAttributeException


def test_a_missing_attribute_is_no_minos_exception() -> None:
    # Python 3.10 gave AttributeError a layout of its own; a class that extended both would be refused.
    assert not issubclass(MissingAttributeException, MinosException)


def test_all_of_them() -> None:
    own = {
        name
        for name, value in vars(exceptions).items()
        if inspect.isclass(value) and issubclass(value, Exception) and value.__module__ == exceptions.__name__
    }
    assert sorted(own) == exceptions.__all__ == sorted(kind.__name__ for kind in BASES)
    assert own <= set(minos_saga_context.__all__)
    assert {type(example).__name__ for example in EXAMPLES} == own


def test_the_tree_in_the_docstring_names_them_with_their_bases() -> None:
    assert exceptions.__doc__ is not None
    for kind, bases in BASES.items():
        (line,) = (line for line in exceptions.__doc__.splitlines() if kind.__name__ in line)
        for base in bases[1:]:
            assert f"+ {base.__name__}" in line
        for base in bases:
            assert base.__name__ in exceptions.__doc__


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
@pytest.mark.parametrize("protocol", range(2, 6))
def test_pickles(example: Any, protocol: int) -> None:
    for twin in (pickle.loads(pickle.dumps(example, protocol)), copy.copy(example)):
        assert type(twin) is type(example) and str(twin) == str(example)
        names = ("path", "reason", "remedy", "value", "name", "fields", "field", "expected", "found", "step", "uuid")
        for name in names:
            assert getattr(twin, name, None) == getattr(example, name, None)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_messages_are_sentences_on_one_line(example: Any) -> None:
    assert "\n" not in str(example) and str(example)[0] in "ATUO'" and len(str(example)) < 200


def test_what_a_refusal_tells() -> None:
    value = object()
    exc = caught(UnsupportedValueException, lambda: SagaContext(order={"items": [1, {"price": value}]}))
    assert exc.value is value and exc.path == "order.items[1].price"
    assert str(exc) == (
        "Unsupported value of type 'object' - at 'order.items[1].price'. "
        "Convert it to a supported type, or teach the context its type with register_type()."
    )


def test_what_a_missing_field_tells() -> None:
    for example in EXAMPLES[2:4]:
        assert (example.name, example.owner, example.fields) == ("orderid", "SagaContext", ("order_id",))
        assert str(example) == "'SagaContext' does not contain the 'orderid' field. Did you mean 'order_id'?"
