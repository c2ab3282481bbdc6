"""What help() and inspect tell of minos's class while ours is in its place."""

import inspect
import pydoc

from minos.saga import SagaContext as StockContext

from minos_saga_context import SagaContext, activate, deactivate


class ServiceContext(StockContext):  # type: ignore[misc]
    """A service's own subclass of stock's context."""

    def __init__(self, order: int):
        super().__init__(order=order)


def test_help_and_signature_are_ours_whoever_took_the_class_before() -> None:
    deactivate()
    try:
        taken, of_stock = StockContext, StockContext.__doc__
        assert of_stock.startswith("Saga Context class")
    finally:
        activate()
    assert inspect.signature(taken) == inspect.signature(SagaContext) != inspect.signature(taken.__init__)
    shown = pydoc.render_doc(taken, renderer=pydoc.plaintext)
    # From Python 3.13 on, a line for each parameter.
    flat = " ".join(shown.replace(" |  ", "").split())
    assert "SagaContext( other: " in flat or "SagaContext(other: " in flat
    for line in (inspect.getdoc(SagaContext) or "").splitlines():
        assert line in shown
    assert "from_avro_str(raw: 'str', batch_mode: 'bool' = False, **kwargs: 'Any')" in flat
    assert of_stock not in shown


def test_those_of_a_subclass_are_its_own() -> None:
    assert str(inspect.signature(ServiceContext)).startswith("(order: ")
    assert inspect.getdoc(ServiceContext) == "A service's own subclass of stock's context."
