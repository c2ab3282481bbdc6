"""A replica of a service, in a process of its own. Its broker is a table: what a replica works on when it is killed is
delivered again, as brokers do, and some answers are delivered twice.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import Any

import psycopg
from minos.networks import BrokerMessage, BrokerMessageV1, BrokerMessageV1Payload
from minos.saga import (
    Saga,
    SagaContext,
    SagaExecutionNotFoundException,
    SagaFailedExecutionException,
    SagaRequest,
    SagaResponse,
)

from minos_saga_context import ConcurrentExecutionException
from tests.support.exact import picture
from tests.support.faults.killed import change, first_values
from tests.support.postgres import deliver
from tests.support.sagas.sagas import Shop, running_shop

TABLES = """
CREATE TABLE message (id bigserial PRIMARY KEY, data bytea NOT NULL);
CREATE TABLE request (seed integer NOT NULL, topic text NOT NULL, step integer NOT NULL);
CREATE TABLE ending (seed integer NOT NULL, context text NOT NULL);
"""
#: How many answers a saga takes; and one saga of so many fails at the last.
ANSWERS, FAILS = 2, 3
#: One saga of so many gets its answers twice.
TWICE = 4
_CONSUMERS = 3
_EXPECTED = (ConcurrentExecutionException, SagaExecutionNotFoundException, SagaFailedExecutionException)
_broker: Any = None


def expected(seed: int, steps: int = 0) -> SagaContext:
    """Give the context of a saga after so many steps."""
    context = SagaContext(first_values(seed))
    del context["blob"]
    for step in range(steps):
        change(context, step)
    return context


def ask(context: SagaContext) -> SagaRequest:
    return SagaRequest("Do", {"seed": context["seed"], "step": len(context["steps"])})


def undo(context: SagaContext) -> SagaRequest:
    return SagaRequest("Undo", {"seed": context["seed"], "step": len(context["steps"])})


async def answered(context: SagaContext, response: SagaResponse) -> SagaContext:
    change(context, len(context["steps"]))
    if (await response.content())["fails"]:
        raise ValueError("refused")
    return context


def finish(context: SagaContext) -> None:
    text = repr(picture(dict(context)))
    _broker.execute("INSERT INTO ending VALUES (%s, %s)", [context["seed"], text])


def build() -> Saga:
    saga = Saga()
    for _ in range(ANSWERS):
        saga.remote_step(ask).on_success(answered).on_failure(undo)
    return saga.local_step(finish).commit()


SAGA = build()


async def publish(message: BrokerMessage) -> None:
    """Send a message to the services, which answer at once."""
    if message.topic[0] == "_":
        return
    seed, step = message.content["seed"], message.content["step"]
    _broker.execute("INSERT INTO request VALUES (%s, %s, %s)", [seed, message.topic, step])
    if message.topic == "Do":
        content = {"fails": step == ANSWERS - 1 and seed % FAILS == 0}
        payload = BrokerMessageV1Payload(content, headers={**message.headers, "related_services": "shop"})
        data = BrokerMessageV1(message.reply_topic, payload, identifier=message.identifier).avro_bytes
        for _ in range(2 if seed % TWICE == 0 else 1):
            _broker.execute("INSERT INTO message (data) VALUES (%b)", [data])


async def consume(shop: Shop, dsn: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        while True:
            async with connection.transaction():
                cursor = await connection.execute("SELECT id, data FROM message LIMIT 1 FOR UPDATE SKIP LOCKED")
                row = await cursor.fetchone()
                if row is not None:
                    # Whatever else goes wrong ends this process, and the test.
                    with suppress(*_EXPECTED):
                        await deliver(shop, BrokerMessage.from_avro_bytes(row[1]))
                    await connection.execute("DELETE FROM message WHERE id = %s", [row[0]])
            if row is None:
                await asyncio.sleep(0.02)


async def start(dsn: str, seeds: range, works: bool) -> None:
    """Start sagas, and go on with what is in the broker until killed."""
    global _broker
    with psycopg.connect(dsn, autocommit=True) as _broker:
        async with running_shop(dsn) as shop:
            shop.publisher.send = publish
            for seed in seeds:
                await shop.manager.run(SAGA, expected(seed), pause_on_disk=True)
            print("ready", flush=True)
            if works:
                await asyncio.gather(*(consume(shop, dsn) for _ in range(_CONSUMERS)))
            await asyncio.sleep(3600)


def main(dsn: str, seeds: str, works: str) -> None:
    asyncio.run(start(dsn, range(*map(int, seeds.split(":"))), works == "work"))


if __name__ == "__main__":
    main(*sys.argv[1:])
