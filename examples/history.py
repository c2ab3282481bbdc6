"""What becomes of two orders, step by step: the first is confirmed, the second is refused and compensated."""

import logging
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from minos_saga_context import ContextHistory

from .orders import ORDER, REFUSED_ORDER
from .service.orders.__main__ import launched, rolled_back
from .shop.order import place_order
from .worker import CONFIG


def main() -> None:
    """Run both sagas in the shop, and print their history.

    :return: This function does not return anything.
    """
    logging.disable(logging.ERROR)  # minos logs the order that is refused
    history = ContextHistory().attach()
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        with launched(CONFIG) as run:
            for order in (ORDER, REFUSED_ORDER):
                run(rolled_back(run(place_order(order))))
        os.chdir(Path(__file__).parent)
    history.detach()
    print(history)


if __name__ == "__main__":
    main()
