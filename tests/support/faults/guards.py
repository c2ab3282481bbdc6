"""What minos.saga does when things go wrong, written down. Run in one process with the plug in, and in one without.

Nothing here mentions this package.
"""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from minos.common import MinosProtocolException
from minos.saga import Saga, SagaContext, SagaExecution

from tests.support.sagas import sagas
from tests.support.sagas.sagas import ORDER, SAGA, SEEN, running_shop

PAID = {"receipt": "01", "amount": 23.0}


def boom(context: SagaContext) -> SagaContext:
    raise ValueError("boom")


def missing_item(context: SagaContext) -> SagaContext:
    context["typo"]
    return context


def missing_attribute(context: SagaContext) -> SagaContext:
    context.typo  # noqa: B018
    return context


def missing_deletion(context: SagaContext) -> SagaContext:
    del context["typo"]
    return context


def unsupported(context: SagaContext) -> SagaContext:
    context["value"] = object()
    return context


def caught(context: SagaContext) -> SagaContext:
    """Do what services do that know stock's exceptions."""
    for name, action in {
        "item": lambda: context["typo"],
        "attribute": lambda: context.typo,
        "del item": lambda: context.__delitem__("typo"),
        "del attribute": lambda: delattr(context, "typo"),
    }.items():
        try:
            action()
        except (KeyError, AttributeError) as exc:
            SEEN.append((f"{name}: {'KeyError' if isinstance(exc, KeyError) else 'AttributeError'}", type(context), {}))
    return context


def undo_boom(context: SagaContext) -> SagaContext:
    raise RuntimeError("not undone")


def nothing(context: SagaContext) -> None:
    return None


def wrong_result(context: SagaContext) -> Any:
    return 5


def local(*callbacks: Any, undo: Any = None) -> Saga:
    saga = Saga()
    for callback in callbacks:
        step = saga.local_step(callback)
        if undo is not None:
            step.on_failure(undo)
    return saga.commit()


LOCAL = {
    "boom": local(sagas.total, boom, undo=sagas.forget_total),
    "missing item": local(sagas.total, missing_item),
    "missing attribute": local(sagas.total, missing_attribute),
    "missing deletion": local(sagas.total, missing_deletion),
    "unsupported": local(sagas.total, unsupported),
    "caught": local(caught),
    "rollback fails": local(sagas.total, boom, undo=undo_boom),
    "nothing": local(sagas.total, nothing),
    "wrong result": local(sagas.total, wrong_result, sagas.total),
}
ANSWERS: dict[str, list[tuple[Any, int]]] = {
    "first refused": [("no", 400)],
    "first fails": [("no", 500)],
    "second refused": [({"code": "007"}, 200), ("no money", 400)],
    "second fails": [({"code": "007"}, 200), ("out of order", 500)],
    "callback fails": [({"code": "007"}, 200), ({"fails": True}, 200)],
    "wrong answer": [({"code": "007"}, 200), (5, 200)],
    "well": [({"code": "007"}, 200), (PAID, 200)],
}


def chain(exc: Any) -> list[list[str]]:
    """Give the types by which an exception, and those that it holds, can be caught; the nearest first."""
    types = []
    while exc is not None:
        types.append(
            [base.__name__ for base in type(exc).__mro__ if base.__module__.startswith(("minos.", "builtins"))]
        )
        exc = getattr(exc, "exception", None)
    return types


async def outcome(shop: Any, run: Any) -> dict[str, Any]:
    SEEN.clear()
    shop.publisher.messages.clear()
    raised, execution = [], None
    try:
        execution = await run()
    except Exception as exc:
        raised = chain(exc)
    return {
        "raised": raised,
        "status": None if execution is None else execution.status.value,
        "callbacks": [name for name, *_ in SEEN],
        "sent": [message.topic for message in shop.publisher.messages],
    }


async def answers(shop: Any, given: list[tuple[Any, int]], **kwargs: Any) -> Any:
    uuid = await shop.start(SagaContext(**ORDER))
    for content, status in given:
        execution = await shop.answer(uuid, content, status, **kwargs)
    return execution


async def story(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = {}
    async with running_shop(folder) as shop:
        for name, saga in LOCAL.items():
            for disk in (True, False):
                for raises in (True, False):
                    options = {"pause_on_disk": disk, "raise_on_error": raises}
                    key = f"{name} {options}"
                    told[key] = await outcome(shop, lambda: shop.manager.run(saga, SagaContext(**ORDER), **options))  # noqa: B023
        for name, given in ANSWERS.items():
            for raises in (True, False):
                key = f"{name} {raises}"
                told[key] = await outcome(shop, lambda: answers(shop, given, raise_on_error=raises))  # noqa: B023
    for name, raw in {"bytes": b"no avro", "cut": SagaContext(a=1).avro_bytes[:-3], "empty": b""}.items():
        try:
            SagaContext.from_avro_bytes(raw)
        except MinosProtocolException:
            told[f"loaded {name}"] = "MinosProtocolException"
        except Exception as exc:
            told[f"loaded {name}"] = repr(exc)
    try:
        SagaExecution.from_raw({**SagaExecution.from_definition(SAGA).raw, "context": "AAAA"})
    except MinosProtocolException:
        told["stored"] = "MinosProtocolException"
    except Exception as exc:
        told["stored"] = repr(exc)
    return told


def main() -> None:
    """Print the story as JSON."""
    logging.disable()
    with TemporaryDirectory() as folder:
        print(json.dumps(asyncio.run(story(Path(folder)))))
