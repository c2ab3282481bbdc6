"""Messages between services with the package and stock minos, in a process of its own."""

import json
import pickle
import subprocess
import sys
from base64 import b64encode
from datetime import date, datetime, time, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import fastavro
import pytest
from minos.common import DataTransferObject
from minos.networks import BrokerMessage

from minos_saga_context import SagaContext, activate, deactivate
from tests.classes import Basket, Car, Level, Product, Status
from tests.support.exact import picture
from tests.support.process import run
from tests.support.sagas.broker import message
from tests.support.samples import SAMPLES

from .test_messages import CONTENTS

UUID_7 = UUID(int=7)
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
#: What stock receives as it was sent.
PLAIN: list[Any] = [
    {"order_id": 1, "ids": [2, 3]},
    {"id": UUID_7, "name": "john"},
    {"id": UUID_7, "qty": 3},
    {"id": UUID_7, "name": str(UUID_7), "qty": 3},
    [date(2026, 11, 23), "a", NOON],
    {"at": time(9, 30), "name": "x", "flag": True},
    [timedelta(1), timedelta(2)],
    [{"price": 1.5}, {"price": 2.0}],
    {"zip": "01234", "qty": 1},
    {"status": Status.OPEN, "level": Level.LOW},
    [Product("a", 1.5, ["x"]), Product("b", 2.5, [], 3)],
    Basket(UUID_7, [Product("a", 1.5, ["x"])]),
    Car("7777-XYZ", 3, uuid=UUID_7),
    SagaContext(order_id=1, lines=[{"sku": "a"}], due=date(2026, 11, 23)),
    None,
    "text",
    b"\x00\xff",
    [],
    {},
    [None],
]
READ = """
import json, sys
from base64 import b64decode
from tests.support.sagas.broker import carried
from minos.networks import BrokerMessage
assert "minos_saga_context" not in sys.modules
found = []
for raw in json.load(open(sys.argv[1])):
    one = BrokerMessage.from_avro_bytes(b64decode(raw))
    found.append([one.topic, str(one.identifier), one.headers, int(one.status), repr(one.content)])
print(json.dumps(found))
"""


def test_stock_receives_what_we_send(tmp_path: Path) -> None:
    """Stock casts by the first type that fits, as ever; what does not depend on that arrives as it is."""
    samples = [value for values in SAMPLES.values() for value in values]
    contents = [*PLAIN, *CONTENTS, *samples, {"all": samples[:40]}]
    sent = [message(content) for content in contents]
    path = tmp_path / "messages.json"
    path.write_text(json.dumps([b64encode(one.avro_bytes).decode() for one in sent]))
    received = run(READ, str(path))
    assert [one[:4] for one in received] == [[one.topic, str(one.identifier), one.headers, 200] for one in sent]
    for (*_, found), content in zip(received, PLAIN):
        assert found == repr(content)


SEND = """
import pickle, sys
from tests.support.sagas.broker import message
from tests.support.exact import picture
from minos.common import MinosProtocolException
from minos.networks import BrokerMessage
contents = pickle.loads(sys.stdin.buffer.read())
assert "minos_saga_context" not in sys.modules
found = []
for content in contents:
    one = message(content)
    try:
        twin = BrokerMessage.from_avro_bytes(one.avro_bytes)
    except MinosProtocolException:
        continue  # of a UUID beside a text, say
    found.append((one.avro_bytes, picture(one.content), picture(twin.content)))
sys.stdout.buffer.write(pickle.dumps(found))
"""


@pytest.mark.parametrize("place", range(2))
def test_we_receive_what_stock_sends(place: int) -> None:
    """What stock wrote; where its own reading casts that, what it would read, or better."""
    contents = [*PLAIN[:9], *PLAIN[10:13], *PLAIN[14:], *CONTENTS[:4]][place::2]
    command = [sys.executable, "-W", "ignore", "-c", SEND]
    done = subprocess.run(command, input=pickle.dumps(contents), check=False, capture_output=True, timeout=60)
    assert not done.returncode, done.stderr.decode()
    found_all = pickle.loads(done.stdout)
    assert len(found_all) >= len(contents) - 2
    for raw, put, read in found_all:
        found = picture(BrokerMessage.from_avro_bytes(raw).content)
        assert found in (put, read)
        assert read != put or found == put


def test_a_dto_of_stock_s_is_one_here() -> None:
    raw = run(
        """
import json
from base64 import b64encode
from minos.common import ModelType
from tests.support.sagas.broker import message
thing = ModelType.build("Thing", {"a": int, "b": str}, namespace_="shop.gone")(a=1, b="01")
print(json.dumps([message([thing, thing]).avro_str, message({"x": thing}).avro_str]))
"""
    )
    things = [*BrokerMessage.from_avro_str(raw[0]).content, BrokerMessage.from_avro_str(raw[1]).content["x"]]
    assert [(type(one), one.classname, dict(one)) for one in things] == [
        (DataTransferObject, "shop.gone.Thing", {"a": 1, "b": "01"})
    ] * 3


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="stock alone cannot send there")
def test_messages_bear_the_name_that_stock_gives_them() -> None:
    sent = message({"a": 1})
    ours = fastavro.reader(BytesIO(sent.avro_bytes)).writer_schema
    deactivate()
    try:
        stocks = fastavro.reader(BytesIO(sent.avro_bytes)).writer_schema
    finally:
        activate()
    # At the end of its namespace stock has a random part.
    assert ours["name"].split(".")[:-2] == stocks["name"].split(".")[:-2] and ours["name"].endswith(".BrokerMessage")
    assert [field["name"] for field in ours["fields"]] == [field["name"] for field in stocks["fields"]]
