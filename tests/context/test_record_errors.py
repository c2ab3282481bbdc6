"""What a context says of itself: errors and their hints, completion, repr."""

from typing import Any

import pytest
from rich.pretty import pretty_repr

from minos_saga_context import SagaContext


@pytest.fixture
def context() -> SagaContext:
    return SagaContext(order_id=123, customer="john")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("custmer", " Did you mean 'customer'?"),
        ("Customer", " Did you mean 'customer'?"),
        ("orderid", " Did you mean 'order_id'?"),
        ("payment", ""),
        ("", ""),
    ],
)
def test_did_you_mean(context: SagaContext, name: str, hint: str) -> None:
    expected = f"'SagaContext' does not contain the {name!r} field.{hint}"
    for use in (
        lambda: context[name],
        lambda: getattr(context, name),
        lambda: context.__delitem__(name),
        lambda: delattr(context, name),
    ):
        with pytest.raises((KeyError, AttributeError)) as caught:
            use()
        assert str(caught.value) == expected


def test_python_itself_adds_no_second_hint(context: SagaContext, capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    try:
        context.custmer  # noqa: B018
    except AttributeError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    assert capsys.readouterr().err.splitlines()[-1].count("Did you mean") == 1


def test_names_that_are_no_strings_get_no_hint(context: SagaContext) -> None:
    with pytest.raises(KeyError) as caught:
        context[1]  # type: ignore[index]
    assert str(caught.value) == "'SagaContext' does not contain the 1 field."


def test_the_error_names_a_subclass() -> None:
    class OrderContext(SagaContext):
        pass

    with pytest.raises(AttributeError, match="'OrderContext' does not contain the 'a' field"):
        OrderContext().a  # noqa: B018


def test_an_instance_that_was_never_initialised() -> None:
    with pytest.raises(AttributeError, match="'_fields'"):
        SagaContext.__new__(SagaContext)._fields  # noqa: B018


def test_dir(context: SagaContext) -> None:
    assert {"order_id", "customer", "avro_str", "items"} <= set(dir(context))
    assert "order_id" not in dir(SagaContext)


def test_ipython_completes_keys(context: SagaContext) -> None:
    assert context._ipython_key_completions_() == ["order_id", "customer"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "SagaContext()"),
        ({"order_id": 123, "customer": "john"}, "SagaContext(order_id=123, customer='john')"),
        ({"items": [1], "get": {"a": None}}, "SagaContext(items=[1], get={'a': None})"),
        ({"a b": 1, "c": 2}, "SagaContext({'a b': 1}, c=2)"),
        ({"inner": SagaContext(a=1)}, "SagaContext(inner=SagaContext(a=1))"),
    ],
)
def test_repr_builds_it_again(values: Any, expected: str) -> None:
    context = SagaContext(values)
    assert repr(context) == str(context) == expected
    assert eval(expected) == context


def test_repr_of_a_keyword(context: SagaContext) -> None:
    context = SagaContext(**{"class": 1, "None": 2, "a": 3})
    assert eval(repr(context)) == context


def test_rich(context: SagaContext) -> None:
    assert pretty_repr(context, max_width=99) == "SagaContext(order_id=123, customer='john')"
    assert pretty_repr(context, max_width=20) == "SagaContext(\n    order_id=123,\n    customer='john'\n)"
    assert pretty_repr(SagaContext({"items": [1], "a b": 2}), max_width=99) == "SagaContext({'a b': 2}, items=[1])"
