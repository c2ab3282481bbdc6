"""What becomes of two orders, step by step: the first is confirmed, the second is refused and compensated."""

import os
import sys
from asyncio import sleep
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from minos.common import Config, EntrypointLauncher, Inject
from minos.saga import SagaExecutionNotFoundException, SagaManager, SagaStatus

from minos_saga_context import ContextHistory

from .orders import ORDER, REFUSED_ORDER
from .shop.order import place_order
from .worker import CONFIG, POLL


async def placed(order: dict[str, Any]) -> None:
    """Place an order, and wait for the end of its saga.

    :param order: The order.
    :return: This function does not return anything.
    """
    uuid = await place_order(order)
    storage = Inject.resolve(SagaManager).storage
    try:
        while (await storage.load(uuid)).status != SagaStatus.Errored:
            await sleep(POLL)
    except SagaExecutionNotFoundException:
        return  # What is finished and committed, minos deletes.


def main() -> None:
    """Run both sagas in the shop, and print their history.

    :return: This function does not return anything.
    """
    history = ContextHistory().attach()
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        launcher = EntrypointLauncher.from_config(Config(CONFIG))
        launcher.graceful_launch()
        try:
            for order in (ORDER, REFUSED_ORDER):
                launcher.loop.run_until_complete(placed(order))
        finally:
            launcher.graceful_shutdown()
            os.chdir(Path(__file__).parent)
    history.detach()
    print(history)


if __name__ == "__main__":
    sys.exit(main())
