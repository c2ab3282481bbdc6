"""The plug: put in, pulled, and what becomes of references, subclasses and stock itself."""

import inspect
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from minos.common import AvroDataDecoder, AvroDataEncoder, BucketModel, Field, Model, ModelType
from minos.networks import BrokerMessage, BrokerMessageV1, BrokerMessageV1Payload
from minos.saga import ConditionalSagaStepExecution, Executor, LocalSagaStepExecution, RemoteSagaStepExecution
from minos.saga import SagaContext as StockContext
from minos.saga.executions import executors

from minos_saga_context import SagaContext, activate, deactivate, is_active
from tests.support.process import run

MESSAGES = (BrokerMessage, BrokerMessageV1, BrokerMessageV1Payload)
SAGAS = (Executor, ConditionalSagaStepExecution, LocalSagaStepExecution, RemoteSagaStepExecution)
#: All that the plug may touch.
TOUCHED = (StockContext, Model, ModelType, AvroDataEncoder, AvroDataDecoder, *MESSAGES, *SAGAS)


class ServiceContext(StockContext):  # type: ignore[misc]
    """A service's own subclass of stock's context."""


@pytest.fixture
def unplugged() -> Iterator[None]:
    deactivate()
    yield
    activate()


def test_importing_activates() -> None:
    assert is_active()


def test_the_front_builds_ours() -> None:
    for context in (StockContext(), StockContext(a=1), StockContext({"a": 1}), StockContext(**SagaContext(a=1))):
        assert type(context) is SagaContext
    assert StockContext(order_id=1, items=[1]) == {"order_id": 1, "items": [1]}


def test_the_front_takes_every_name_as_a_keyword() -> None:
    values = {"self": 1, "cls": 2, "fields": 3, "args": 4, "kwargs": 5}
    assert dict(StockContext(**values)) == values


def test_class_methods_of_the_front_are_ours() -> None:
    context = SagaContext(price=49.99, qty=1)
    made = [
        StockContext.empty(),
        StockContext.from_avro_str(context.avro_str),
        StockContext.from_avro_bytes(context.avro_bytes),
        StockContext.from_avro(context.avro_schema, context.avro_data),
        StockContext.from_model_type(context.model_type, **context),
        *StockContext.from_avro_bytes(StockContext.to_avro_bytes([context, context]), batch_mode=True),
        *StockContext.from_avro_bytes(SagaContext.to_avro_bytes([context]), batch_mode=True),
    ]
    assert {type(one) for one in made} == {SagaContext}
    assert all(one == context for one in made[1:])


def test_isinstance_and_issubclass() -> None:
    context = StockContext(a=1)
    assert isinstance(context, StockContext) and isinstance(context, SagaContext)
    assert issubclass(SagaContext, StockContext)
    assert isinstance(context, BucketModel) and isinstance(context, Model) and isinstance(context, MutableMapping)
    assert not isinstance({}, StockContext) and not issubclass(dict, StockContext)
    assert not isinstance(context, ServiceContext) and not issubclass(SagaContext, ServiceContext)

    class OwnContext(SagaContext):
        pass

    assert isinstance(OwnContext(), StockContext) and issubclass(OwnContext, StockContext)


def test_the_references_that_minos_holds_are_the_front() -> None:
    for module in (executors.local, executors.request, executors.response):
        assert module.SagaContext is StockContext
        assert type(module.SagaContext(**SagaContext(a=1))) is SagaContext


def test_subclasses_of_stock_stay_stock() -> None:
    context = ServiceContext(qty=1)
    assert type(context) is ServiceContext and isinstance(context, StockContext)
    assert not isinstance(context, SagaContext)
    assert type(context.fields["qty"]) is Field
    assert type(ServiceContext.from_avro_str(context.avro_str)) is ServiceContext
    assert type(ServiceContext.empty()) is ServiceContext
    assert type(ServiceContext.from_model_type(context.model_type, qty=2)) is ServiceContext
    assert ServiceContext.from_avro_bytes(ServiceContext.to_avro_bytes([context]), batch_mode=True) == [context]


def test_plugged_twice_is_plugged_once() -> None:
    touched = [dict(vars(owner)) for owner in TOUCHED]
    activate()
    activate()
    assert [dict(vars(owner)) for owner in TOUCHED] == touched
    deactivate()
    try:
        assert not is_active()
        deactivate()
        assert not is_active() and type(StockContext()) is StockContext
    finally:
        activate()
    assert is_active() and type(StockContext()) is SagaContext


def test_pulled_it_leaves_stock_s_class(unplugged: None) -> None:
    context = StockContext(order_id=1, customer="john")
    assert type(context) is StockContext and not isinstance(context, SagaContext)
    assert dict(context) == {"order_id": 1, "customer": "john"}
    assert type(StockContext(fields={"a": Field("a", int, 1)})) is StockContext
    assert type(StockContext.from_avro_str(context.avro_str)) is StockContext
    assert type(StockContext.from_avro_bytes(StockContext.to_avro_bytes([context]), batch_mode=True)[0]) is StockContext
    assert type(StockContext.empty()) is StockContext
    context.more = [1]
    assert context["more"] == [1]
    assert type(ServiceContext(a=1)) is ServiceContext


def test_pulled_it_is_as_inexact_as_stock(unplugged: None) -> None:
    context = StockContext(line={"qty": 1, "zip": "01234"})
    assert context.line == {"qty": 1, "zip": 1234}


def test_pulled_ours_is_no_stock_any_more(unplugged: None) -> None:
    context = SagaContext(price=49.99, qty=1)
    assert not isinstance(context, StockContext) and not issubclass(SagaContext, StockContext)
    assert SagaContext.from_avro_bytes(context.avro_bytes) == context
    assert type(SagaContext.from_avro_bytes(context.avro_bytes)) is SagaContext
    # Stock reads what we wrote: plain types as they are.
    assert type(StockContext.from_avro_bytes(context.avro_bytes)) is StockContext
    assert dict(StockContext.from_avro_bytes(context.avro_bytes)) == {"price": 49.99, "qty": 1}


def test_stock_contexts_from_before_serve_on() -> None:
    deactivate()
    try:
        before = StockContext(a=1, b="2")
    finally:
        activate()
    assert type(before) is StockContext and before == SagaContext(a=1, b="2")
    before["c"] = 3
    twin = StockContext.from_avro_str(before.avro_str)
    assert type(twin) is type(StockContext(**before)) is SagaContext
    assert dict(twin) == {"a": 1, "b": "2", "c": 3}
    outer = SagaContext(one=before, many=[before])
    assert type(outer["one"]) is type(outer["many"][0]) is SagaContext
    assert dict(outer["one"]) == dict(SagaContext.from_avro_str(outer.avro_str)["many"][0]) == dict(before)


def test_everything_is_restored() -> None:
    code = """
import json
from minos.common import AvroDataDecoder, AvroDataEncoder, Model, ModelType
from minos.common.protocol import MinosAvroProtocol
from minos.saga import ConditionalSagaStepExecution, Executor, LocalSagaStepExecution, RemoteSagaStepExecution
from minos.saga import SagaContext
MODELS = (SagaContext, ModelType, AvroDataEncoder, AvroDataDecoder, MinosAvroProtocol, Model)
OWNERS = (*MODELS, Executor, ConditionalSagaStepExecution, LocalSagaStepExecution, RemoteSagaStepExecution)
before = [dict(vars(owner)) for owner in OWNERS]
import minos_saga_context
assert [dict(vars(owner)) for owner in OWNERS] != before
minos_saga_context.deactivate()
left = []
for owner, was in zip(OWNERS, before):
    now = dict(vars(owner))
    left += [name for name in {*was, *now} if was.get(name) is not now.get(name)]
print(json.dumps(sorted(left)))
"""
    # object.__new__ would refuse stock's arguments once another was set and deleted; what the ABC found out is its own.
    assert set(run(code)) <= {"__new__", "_abc_impl"} and "__new__" in run(code)


def test_signature_of_stock_is_back(unplugged: None) -> None:
    assert str(inspect.signature(StockContext.__init__)) == "(self, **kwargs)"
    with pytest.raises(TypeError):
        StockContext({"a": 1})
    with pytest.raises(TypeError):
        StockContext("a", "b")


@pytest.mark.parametrize(
    "imports",
    [
        ("from minos.saga import SagaContext", "import minos_saga_context"),
        ("import minos_saga_context", "from minos.saga import SagaContext"),
        ("import minos.plugins.saga_context", "from minos.saga import SagaContext"),
        ("from minos.saga import SagaContext", "import minos.plugins.saga_context"),
        ("import minos_saga_context.exceptions", "from minos.saga.context import SagaContext"),
    ],
    ids=" then ".join,
)
def test_whatever_comes_first(imports: tuple[str, str]) -> None:
    code = "\n".join(imports) + (
        "\nimport json, minos_saga_context"
        "\ncontext = SagaContext(line={'qty': 1, 'zip': '01234', 'price': 49.99})"
        "\nassert type(context) is minos_saga_context.SagaContext and isinstance(context, SagaContext)"
        "\nprint(json.dumps(dict(SagaContext.from_avro_str(context.avro_str))))"
    )
    assert run(code) == {"line": {"qty": 1, "zip": "01234", "price": 49.99}}


def test_the_launcher_s_way_of_finding_plugins() -> None:
    code = """
import json, sys
from minos.saga import SagaContext
from minos.common import EntrypointLauncher
from minos.common.importlib import get_internal_modules
found = [module.__name__ for module in get_internal_modules()]
print(json.dumps([found, type(SagaContext()).__module__.split(".")[0]]))
"""
    found, module = run(code)
    assert "minos.plugins.saga_context" in found and module == "minos_saga_context"


def test_the_namespace_stays_shared() -> None:
    import minos.plugins

    assert not hasattr(minos, "__file__") or minos.__file__ is None
    assert getattr(minos.plugins, "__file__", None) is None


def test_threads() -> None:
    def flip(number: int) -> Any:
        (activate if number % 2 else deactivate)()
        return type(StockContext(a=1))

    try:
        with ThreadPoolExecutor(8) as pool:
            kinds = set(pool.map(flip, range(200)))
    finally:
        deactivate()
        pulled = type(StockContext())
        activate()
    assert kinds <= {SagaContext, StockContext} and pulled is StockContext
    assert type(StockContext(a=1)) is SagaContext


def test_the_plugin_is_one_import() -> None:
    module = import_module("minos.plugins.saga_context")
    assert [name for name in vars(module) if not name.startswith("_")] == ["minos_saga_context"]
