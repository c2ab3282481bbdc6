"""Starts the service; with --example, it places an order, and stops when its saga has ended."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Optional
from uuid import UUID

from minos.common import Config, EntrypointLauncher, Inject
from minos.saga import SagaContext, SagaExecutionNotFoundException, SagaManager, SagaStatus

from .saga import Line, place_order

CONFIG = Path(__file__).parents[1] / "config.yml"
ORDER = {"order_id": 1, "lines": [Line("A", 2, Decimal("9.50")), Line("B", 1, Decimal("4.00"))]}


async def rolled_back(uuid: UUID) -> Optional[SagaContext]:
    """Wait until a saga has ended.

    :param uuid: The identifier of its execution.
    :return: ``None`` if it is done, and minos has deleted it; the context as it was rolled back to, if it failed.
    """
    manager: SagaManager = Inject.resolve(SagaManager)
    while True:
        try:
            execution = await manager.storage.load(uuid)
        except SagaExecutionNotFoundException:
            return None
        if execution.status == SagaStatus.Errored:
            context: SagaContext = execution.context
            return context
        await asyncio.sleep(0.02)


@contextmanager
def launched(config: Path) -> Iterator[Callable[[Awaitable[Any]], Any]]:
    """Run the service while the block lasts.

    :param config: The configuration.
    :return: What runs a coroutine in the service, and gives its result.
    """
    launcher = EntrypointLauncher.from_config(Config(config))
    launcher.graceful_launch()
    try:
        yield launcher.loop.run_until_complete
    finally:
        launcher.graceful_shutdown()


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description=__doc__)
    parser.add_argument("--config", type=Path, default=CONFIG, help="the configuration (default: %(default)s)")
    parser.add_argument("--example", action="store_true", help="place an order, and stop when its saga has ended")
    args = parser.parse_args()
    if not args.example:
        EntrypointLauncher.from_config(Config(args.config)).launch()
        return 0
    with launched(args.config) as run:
        return int(run(rolled_back(run(place_order(ORDER)))) is not None)


if __name__ == "__main__":
    sys.exit(main())
