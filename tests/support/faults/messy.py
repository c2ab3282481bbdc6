"""A saga whose callbacks change whatever can be changed in place, and fail when they are told to."""

from __future__ import annotations

from typing import Any

from minos.saga import (
    ConditionalSagaStep,
    ElseThenAlternative,
    IfThenAlternative,
    Saga,
    SagaRequest,
    SagaResponse,
)

from minos_saga_context import SagaContext
from tests.support.sagas.sagas import seen

NESTED: dict[str, Any] = {
    "order": {"lines": [{"sku": "A", "tags": {"x"}}, {"sku": "B", "tags": set()}], "note": bytearray(b"n")},
    "items": [[1, [2, [3]]]],
    "pairs": ([1], {"k": [2]}),
    "inner": SagaContext(deep=[1]),
    "steps": [],
}
#: What fails: the name of a callback.
FAILS: set[str] = set()


def mess(name: str, context: SagaContext) -> SagaContext:
    """Change whatever can be changed in place, then fail if this is the callback to fail."""
    seen(name, context)
    context["steps"].append(name)
    context["order"]["lines"][0]["tags"].add(name)
    context["order"]["lines"].append({"sku": name})
    context["order"]["note"] += name.encode()
    context["items"][0][1][1].append(name)
    context["pairs"][0].append(name)
    context["pairs"][1]["k"].append(name)
    context["inner"]["deep"].append(name)
    if name in FAILS:
        context["order"].clear()
        context["new"] = name
        raise ValueError(name)
    return context


def callback(name: str) -> Any:
    """Make a callback for any step; minos finds it by its name when it loads a saga."""

    def change(context: SagaContext) -> SagaContext:
        return mess(name, context)

    return named(name, change)


def request(name: str) -> Any:
    def change(context: SagaContext) -> SagaRequest:
        return SagaRequest("Do", {"steps": len(mess(name, context)["steps"])})

    return named(name, change)


def answered(name: str) -> Any:
    async def change(context: SagaContext, response: SagaResponse) -> SagaContext:
        return mess(name, context)

    return named(name, change)


def undo(name: str) -> Any:
    def look(context: SagaContext) -> SagaContext:
        seen(f"undo {name}", context)
        return context

    return named(f"undo {name}", look)


def undo_request(name: str) -> Any:
    def look(context: SagaContext) -> SagaRequest:
        seen(f"undo {name}", context)
        return SagaRequest("Undo", {})

    return named(f"undo {name}", look)


def named(name: str, function: Any) -> Any:
    function.__qualname__ = function.__name__ = "do_" + name.replace(" ", "_")
    globals()[function.__name__] = function
    return function


INNER = Saga().local_step(callback("inner 1")).on_failure(undo("inner 1")).local_step(callback("inner 2")).commit()


def always(context: SagaContext) -> bool:
    # Not messy: minos.saga hands a condition the execution's own context, no copy of it.
    return bool(context)


def build() -> Saga:
    saga = Saga()
    saga.local_step(callback("local")).on_failure(undo("local"))
    saga.remote_step(request("ask")).on_success(answered("answered")).on_failure(undo_request("remote"))
    saga.conditional_step(ConditionalSagaStep([IfThenAlternative(always, INNER)], ElseThenAlternative(INNER)))
    saga.remote_step(request("ask again")).on_success(answered("answered again"))
    saga.local_step(callback("last"))
    return saga.commit()


SAGA = build()
CALLBACKS = ["local", "ask", "answered", "inner 1", "inner 2", "ask again", "answered again", "last"]
