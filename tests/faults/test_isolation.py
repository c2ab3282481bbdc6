"""Steps that change nested values and then fail, at every place: nobody else sees what they did."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from copy import deepcopy
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from minos.saga import SagaFailedExecutionException, SagaResponse, SagaStatus

from minos_saga_context import SagaContext
from tests.support.exact import picture
from tests.support.faults.messy import CALLBACKS, FAILS, NESTED, SAGA, mess
from tests.support.sagas.sagas import SEEN, running_shop


@pytest.fixture(autouse=True)
def _nothing_fails() -> Iterator[None]:
    FAILS.clear()
    yield
    FAILS.clear()


def after(*names: str) -> dict[str, Any]:
    """Give the context after callbacks that went well."""
    context = SagaContext(deepcopy(NESTED))
    for name in names:
        mess(name, context)
    return dict(context)


def kept(failing: str) -> list[str]:
    """Give the callbacks whose work stands when one fails: those of the steps before, but for the requests', which
    change a copy."""
    return [name for name in CALLBACKS[: CALLBACKS.index(failing)] if not name.startswith("ask")]


async def run(shop: Any, **kwargs: Any) -> Any:
    context = SagaContext(deepcopy(NESTED))
    execution = await shop.manager.run(SAGA, context, pause_on_disk=True, **kwargs)
    assert picture(dict(context)) == picture(dict(SagaContext(NESTED))), "the giver's own context changed"
    for _ in range(2):
        if execution.status == SagaStatus.Paused:
            stored = await shop.storage.load(execution.uuid)
            assert picture(dict(stored.context)) == picture(dict(execution.context))
            answer = SagaResponse({}, {"shop"}, 200, execution.uuid)
            execution = await shop.manager.run(response=answer, pause_on_disk=True, **kwargs)
    return execution


@pytest.mark.parametrize("failing", CALLBACKS)
async def test_failing_at_every_callback(tmp_path: Path, failing: str) -> None:
    async with running_shop(tmp_path) as shop:
        FAILS.add(failing)
        execution = await run(shop, raise_on_error=False)
        assert execution.status == SagaStatus.Errored
        undone = [(name, context) for name, _, context in SEEN if name.startswith("undo")]
        stored = (await shop.storage.load(execution.uuid)).context
    before = kept(failing)
    if failing == "inner 2":
        before = before[:-1]  # The inner saga is one step of the outer one: it fails as a whole.
    SEEN.clear()
    expected = picture(after(*before))
    assert picture(dict(stored)) == expected
    outer = [context for name, context in undone if name != "undo inner 1"]
    assert all(picture(context) == expected for context in outer)
    assert [name for name, _ in undone if name == "undo inner 1"] == (
        ["undo inner 1"] if CALLBACKS.index(failing) > CALLBACKS.index("inner 1") else []
    )


async def test_failing_nowhere(tmp_path: Path) -> None:
    async with running_shop(tmp_path) as shop:
        execution = await run(shop)
        assert execution.status == SagaStatus.Finished
        found = dict(execution.context)
    names = [name for name in CALLBACKS if not name.startswith("ask")]
    assert picture(found) == picture(after(*names))


def containers(value: Any) -> Iterator[int]:
    """Find what could be shared."""
    if isinstance(value, (list, set, bytearray, dict, SagaContext)):
        yield id(value)
    parts: Any = ()
    if isinstance(value, (dict, SagaContext)):
        parts = [value[key] for key in iter(value)]
    elif isinstance(value, (list, tuple, set)):
        parts = value
    for part in parts:
        yield from containers(part)


async def test_executions_never_share_a_container(tmp_path: Path) -> None:
    given = SagaContext(deepcopy(NESTED))
    async with running_shop(tmp_path) as shop:
        runs = [shop.manager.run(SAGA, given, pause_on_disk=True) for _ in range(4)]
        executions = await asyncio.gather(*runs)
        contexts = [execution.context for execution in executions]
        contexts += [(await shop.storage.load(execution.uuid)).context for execution in executions]
        contexts.append(given)
        for one, other in combinations(contexts, 2):
            assert not set(containers(one)) & set(containers(other))
        answers = [SagaResponse({}, {"shop"}, 200, execution.uuid) for execution in executions]
        FAILS.add("inner 1")
        for answer in answers[:2]:
            with pytest.raises(SagaFailedExecutionException):
                await shop.manager.run(response=answer, pause_on_disk=True)
        FAILS.clear()
        others = [await shop.manager.run(response=answer, pause_on_disk=True) for answer in answers[2:]]
        expected = picture(after("local", "answered", "inner 1", "inner 2"))
        assert [picture(dict(execution.context)) for execution in others] == [expected] * 2
