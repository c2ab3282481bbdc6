"""A service that starts sagas and goes on with those that it finds, until it is killed.

It writes down in a journal which execution is which saga; the test reads it afterwards.
"""

from __future__ import annotations

import asyncio
import os
import random
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import UUID

from minos.saga import Saga, SagaContext, SagaManager, SagaRequest, SagaResponse, SagaStatus

import minos_saga_context  # noqa: F401 - the plug
from tests.support.faults.corpus import KINDS
from tests.support.sagas.sagas import running_shop

JOURNAL = "journal"


def first_values(seed: int) -> dict[str, Any]:
    """Give what a saga starts with: of each kind something, and sometimes a lot."""
    chance = random.Random(seed)
    large = {"blob": chance.randbytes(chance.choice([0, 100, 10_000, 300_000]))}
    return {
        **KINDS["scalars"],
        **KINDS["unions"],
        "seed": seed,
        "steps": [],
        "order": deepcopy(KINDS["order"]),
        **large,
    }


def expected(seed: int, steps: int) -> SagaContext:
    """Give the context after so many steps."""
    context = SagaContext(first_values(seed))
    for step in range(steps):
        change(context, step)
    return context


def change(context: Any, step: int) -> None:
    context["steps"].append(step)
    context["order"]["items"].append({"step": (step, 1.0), "seed": context["seed"]})
    context[f"step {step}"] = {step: [context["seed"], {"half"} if step % 2 else None]}


def ask(context: SagaContext) -> SagaRequest:
    return SagaRequest("Do", {"seed": context["seed"]})


async def answered(context: SagaContext, response: SagaResponse) -> SagaContext:
    change(context, len(context["steps"]))
    return context


def build() -> Saga:
    saga = Saga()
    for _ in range(6):
        saga.remote_step(ask).on_success(answered)
    return saga.commit()


SAGA = build()


async def go_on(manager: SagaManager, uuid: UUID) -> None:
    """Give the answers that an execution waits for."""
    while True:
        response = SagaResponse({}, {"shop"}, 200, uuid)
        execution = await manager.run(response=response, pause_on_disk=True)
        if execution.status != SagaStatus.Paused:
            return


async def work(folder: Path, start: int) -> None:
    """Go on with the executions of the journal, then start others, for ever."""
    journal = folder / JOURNAL
    async with running_shop(folder) as shop:
        for line in journal.read_text().split() if journal.exists() else []:
            try:
                await shop.storage.load(UUID(line.split(":")[1]))
            except Exception as exc:
                if "was not found" not in str(exc):
                    raise
                continue
            await go_on(shop.manager, UUID(line.split(":")[1]))
        for seed in range(start, start + 100_000):
            execution = await shop.manager.run(SAGA, SagaContext(first_values(seed)), pause_on_disk=True)
            with journal.open("a") as file:
                file.write(f"{seed}:{execution.uuid}\n")
                file.flush()
                os.fsync(file.fileno())
            if seed == start:
                print("ready", flush=True)
            await go_on(shop.manager, execution.uuid)


def main(folder: str, start: str) -> None:
    """Work until killed."""
    asyncio.run(work(Path(folder), int(start)))
