"""Changes are taken back whole, also when the package is loaded again, or twice."""

from tests.support.process import run

BEGIN = """
import asyncio, importlib, json, sys
import minos.common, minos.networks, minos.saga
from minos.common import AvroDataDecoder, AvroDataEncoder, Model, ModelType
from minos.networks import BrokerMessage, BrokerMessageV1, BrokerMessageV1Payload
from minos.saga import *
from minos.saga.exceptions import ExecutorException
from uuid import uuid4

modules = (minos.common, minos.networks, minos.saga)
OWNERS = [one for module in modules for one in vars(module).values() if isinstance(one, type)]
OWNERS += [AvroDataDecoder, AvroDataEncoder, Model, ModelType]
BEFORE = [dict(vars(owner)) for owner in OWNERS]
StockContext = SagaContext

def changed():
    pairs = [(name, before, vars(owner)) for owner, before in zip(OWNERS, BEFORE) for name in {*before, *vars(owner)}]
    left = {name for name, before, now in pairs if before.get(name) is not now.get(name)}
    # object.__new__ would refuse stock's arguments once another was set and deleted.
    return sorted(left - {"__new__", "_abc_impl"})

def works(package):
    context = StockContext(order={"qty": 1, "zip": "01234", "price": 49.99})
    assert type(context) is package.SagaContext and package.is_active()
    assert repr(StockContext.from_avro_str(context.avro_str)) == repr(context)
    message = BrokerMessageV1("topic", BrokerMessageV1Payload({"nested": [context.order, (1,)]}))
    assert repr(BrokerMessage.from_avro_bytes(message.avro_bytes).content) == repr({"nested": [context.order, (1,)]})
    try:
        asyncio.run(LocalExecutor(uuid4()).exec_function(print, context))
    except ExecutorException as exc:
        # As far as it can go: there is no repository of transactions.
        assert "'NoneType' object has no attribute 'submit'" in str(exc)
"""


def test_loaded_again() -> None:
    code = """
import minos_saga_context as package
from minos_saga_context import ContextHistory
again = [module for name, module in sorted(sys.modules.items()) if ".activation" in name or name.endswith(".recording")]
assert len(again) > 9
for module in [*again, package]:
    history = ContextHistory().attach()
    importlib.reload(module)
    works(importlib.reload(package))
    history.detach() if "recording" not in module.__name__ else None
from minos_saga_context.inspection import recording
history = ContextHistory().attach()
assert changed()
history.detach()
package.deactivate()
print(json.dumps([changed(), type(StockContext()) is StockContext]))
"""
    assert run(BEGIN + code) == [[], True]


def test_two_copies() -> None:
    code = """
def load():
    for name in [name for name in sys.modules if name.split(".")[0] == "minos_saga_context"]:
        del sys.modules[name]
    return importlib.import_module("minos_saga_context")

one, other = load(), load()
assert one.SagaContext is not other.SagaContext
assert other.is_active() and not one.is_active()
works(other)
one.deactivate()
works(other)
one.activate()
assert not other.is_active()
works(one)
other.deactivate()
works(one)
for package in (one, other, one, other):
    package.activate()
    works(package)
other.deactivate()
print(json.dumps([changed(), one.is_active(), other.is_active(), type(StockContext()) is StockContext]))
"""
    assert run(BEGIN + code) == [[], False, False, True]
