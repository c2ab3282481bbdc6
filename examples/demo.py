"""The same order in the same shop, twice: with minos-saga-context plugged in, and with the plug pulled."""

import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from .orders import RESERVED_ORDER, ROLLED_BACK_ORDER
from .process import ShopProcess
from .shop import books
from .show import Table, leaves


class Demo:
    """Demo class: its steps, to be called in their order.

    :param folder: An empty folder.
    :param stack: What ends the processes.
    """

    def __init__(self, folder: Path, stack: ExitStack):
        self.table = Table("plugged in", "plug pulled")
        self._stack = stack
        self._folders = [folder / "plugged", folder / "unplugged"]
        self._shops: list[ShopProcess] = []
        self._uuids: list[str] = []

    def place(self) -> None:
        """Place the order and look at it while its saga is paused.

        :return: This method does not return anything.
        """
        print("1. An order of 2 x 9.50 + 1 x 4.00 = 23.00 is placed. The inventory reserves its items. Payment is")
        print("   slow, so the saga pauses on disk. Its context, as LMDB holds it:")
        contexts = self._launch([], [])
        paused = [shop.wait("paused") for shop in self._shops]
        self._uuids = [said["uuid"] for said in paused]
        self.table.head("the paused order", "as it was put")
        self.table.rows(leaves(RESERVED_ORDER), *(said["context"] for said in paused))
        print(f"\n   The contexts are of {contexts[0]}, and of {contexts[1]}.")

    def kill(self) -> None:
        """Kill the shop.

        :return: This method does not return anything.
        """
        print("\n2. The shop is killed while the saga is paused.")
        print(f"   Exit statuses of its processes: {[shop.kill() for shop in self._shops]} (9 is SIGKILL).")

    def finish(self) -> None:
        """Finish the order in another process.

        :return: This method does not return anything.
        """
        print("\n3. A second process loads the execution from LMDB. Payment answers; the saga finishes, is committed")
        print("   in two phases, and leaves LMDB.")
        self._launch(*([uuid] for uuid in self._uuids))
        expected = leaves(RESERVED_ORDER)
        loaded = [shop.wait("loaded")["context"] for shop in self._shops]
        for shop in self._shops:
            shop.wait("finished")
        charged, confirmed = self._entries("payment", 0), self._entries("order", 0)
        ordered_at, ship_to = expected["ordered_at"], "123 Main St, Agawam 01001"
        self.table.head("the first order", "as it should be")
        self.table.row("loaded as it was put", *(f"{_same(expected, it)} values" for it in (expected, *loaded)))
        self.table.row("payment asked for", "23.0", *(repr(entry["amount"]) for entry in charged))
        self.table.row("customer told: paid", "23.0", *(repr(entry["paid"]) for entry in confirmed))
        self.table.row("ordered at", ordered_at, *(entry["ordered_at"] for entry in confirmed))
        self.table.row("shipped to", ship_to, *(entry["ship_to"] for entry in confirmed))

    def refuse(self) -> None:
        """Place an order that payment refuses.

        :return: This method does not return anything.
        """
        print("\n4. A second order, 2 x 25.00 + 1 x 49.99 = 99.99, is refused by payment. The saga rolls back: its")
        print("   compensation releases what the inventory had reserved.")
        contexts = [shop.wait("errored")["context"] for shop in self._shops]
        statuses = [str(shop.end()) for shop in self._shops]
        expected = leaves(ROLLED_BACK_ORDER)
        refused, compensated = self._entries("payment", 1), self._entries("inventory", 2)
        self.table.head("the second order", "as it should be")
        self.table.row("rolled back to", *(f"{_same(expected, it)} values" for it in (expected, *contexts)))
        self.table.row("payment asked for", "99.99", *(repr(entry["amount"]) for entry in refused))
        self.table.row("compensation of", "'0012346'", *(repr(entry["reservation"]) for entry in compensated))
        self.table.row("inventory says", "released", *(entry["event"] for entry in compensated))
        self.table.row("exit status", "0", *statuses)

    def _launch(self, plugged: list[str], unplugged: list[str]) -> list[str]:
        arguments = zip(self._folders, [plugged, ["--unplugged", *unplugged]])
        self._shops = [self._stack.enter_context(ShopProcess(folder, *args)) for folder, args in arguments]
        return [shop.wait("launched")["context"] for shop in self._shops]

    def _entries(self, service: str, index: int) -> list[books.Entry]:
        return [books.read(service, folder)[index] for folder in self._folders]


def _same(expected: dict[str, str], values: dict[str, str]) -> int:
    return len(expected.items() & values.items())


def main() -> int:
    """Run the demo.

    :return: The exit status: zero if every value is exact with the plug in.
    """
    with TemporaryDirectory() as folder, ExitStack() as stack:
        demo = Demo(Path(folder), stack)
        for step in (demo.place, demo.kill, demo.finish, demo.refuse):
            step()
            sys.stdout.flush()
    table = demo.table
    plugged, unplugged = table.exact
    print(f"\nExact with the plug in: {plugged} of {table.total}; ", end="")
    print(f"with the plug pulled: {unplugged} of {table.total} (! is not exact).")
    return int(plugged != table.total)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # The shop's processes end with the demo.
    sys.exit(main())
