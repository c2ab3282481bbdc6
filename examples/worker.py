"""One process of the shop, in the current folder; it says what happens, one JSON line each.

Without the identifier of an execution it places an order and waits, with the saga paused on disk, until it is killed.
With it, it loads that execution, finishes it, and places an order that is refused. As a replica it is told on standard
input which execution to finish.
"""

import asyncio
import faulthandler
import json
import logging
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from minos.common import Config, EntrypointLauncher, Inject
from minos.networks import BrokerMessage, BrokerMessageV1
from minos.saga import SagaContext, SagaExecution, SagaExecutionNotFoundException, SagaManager, SagaStatus

from .orders import ORDER, REFUSED_ORDER
from .shop import books
from .shop.infrastructure import BROKER
from .shop.order import place_order
from .show import leaves

CONFIG = Path(__file__).parent / "shop" / "config.yml"
LIFETIME = 25  # Seconds after which the process ends itself, come what may.
POLL = 0.02


def say(event: str, **values: Any) -> None:
    """Tell the driver.

    :param event: What happened.
    :param values: What there is to say of it.
    :return: This method does not return anything.
    """
    print(json.dumps({"event": event, **values}), flush=True)


async def stored(uuid: UUID, condition: Callable[[SagaExecution], bool]) -> SagaExecution:
    """Wait until an execution, as it is on disk, has failed or meets a condition.

    :param uuid: The identifier of the execution.
    :param condition: The condition.
    :return: The execution.
    """
    storage = Inject.resolve(SagaManager).storage
    while True:
        execution = await storage.load(uuid)
        if execution.status == SagaStatus.Errored or condition(execution):
            return execution
        await asyncio.sleep(POLL)


async def place() -> None:
    """Place an order and wait for the end.

    :return: This method does not return anything.
    """
    uuid = await place_order(ORDER)
    execution = await stored(uuid, lambda e: e.status == SagaStatus.Paused and len(e.executed_steps) == 2)
    say(execution.status.value, uuid=str(uuid), context=leaves(execution.context))
    await asyncio.Event().wait()


async def finish(uuid: UUID) -> None:
    """Finish the execution that another process left paused.

    :param uuid: The identifier of the execution.
    :return: This method does not return anything.
    """
    execution = await stored(uuid, lambda e: e.status == SagaStatus.Paused)
    say("loaded", context=leaves(execution.context))

    BROKER.release("ChargeOrder")
    try:
        execution = await stored(uuid, lambda e: False)
        say(execution.status.value)
    except SagaExecutionNotFoundException:
        say("finished")  # What is finished and committed, minos deletes.


async def take_over() -> None:
    """Wait to be told of an execution, and finish it.

    :return: This method does not return anything.
    """
    line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await finish(UUID(line.strip()))


async def refuse(uuid: UUID) -> None:
    """Finish the execution that another process left paused, then place an order that is refused.

    :param uuid: The identifier of the execution.
    :return: This method does not return anything.
    """
    await finish(uuid)
    uuid = await place_order(REFUSED_ORDER)
    execution = await stored(uuid, lambda e: False)
    while books.read("inventory")[-1]["event"] == "reserved":  # The compensation is on its way.
        await asyncio.sleep(POLL)
    say(execution.status.value, context=leaves(execution.context))


def main() -> None:
    """Run the process.

    :return: This method does not return anything.
    """
    parser = ArgumentParser()
    parser.add_argument("uuid", type=UUID, nargs="?", help="the execution to be finished")
    parser.add_argument("--config", type=Path, default=CONFIG, help="the configuration of the shop")
    parser.add_argument("--replica", action="store_true", help="wait to be told which execution to finish")
    parser.add_argument("--unplugged", action="store_true", help="pull the plug of minos-saga-context")
    args = parser.parse_args()

    faulthandler.dump_traceback_later(LIFETIME, exit=True)
    logging.basicConfig(level=logging.INFO)
    BROKER.hold("ChargeOrder")  # Payment is slow today.

    launcher = EntrypointLauncher.from_config(Config(args.config))
    launcher.graceful_launch()
    if args.unplugged:
        import minos_saga_context

        minos_saga_context.deactivate()
        if sys.version_info >= (3, 13):
            BrokerMessage.version = BrokerMessageV1.version = 1  # stock alone cannot send messages there
    say("launched", context=f"{type(SagaContext()).__module__}.{type(SagaContext()).__name__}")

    work = take_over() if args.replica else refuse(args.uuid) if args.uuid else place()
    try:
        launcher.loop.run_until_complete(work)
    finally:
        launcher.graceful_shutdown()


if __name__ == "__main__":
    main()
