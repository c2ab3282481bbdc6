"""Messages of services whose classes are not here, or have changed."""

import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from minos.common import DataTransferObject, Model
from minos.networks import BrokerMessage

from minos_saga_context import SagaContext, SnapshotException
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.sagas.broker import message

SOURCE = """
from dataclasses import dataclass
from enum import Enum, IntFlag
from typing import Any, NamedTuple
from minos.common import DeclarativeModel

class Color(str, Enum):
    RED = "red"

class Stage(str, Enum):
    ON_HOLD = "on hold"

class Plain(Enum):
    ONE = 1

class Bits(IntFlag):
    ONE = 1

@dataclass
class Line:
    sku: str
    color: Any

class Pair(NamedTuple):
    a: Any
    b: Any

class Thing(DeclarativeModel):
    a: Any
"""


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    (tmp_path / "their_shop.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    import their_shop  # type: ignore[import-not-found]

    yield their_shop
    forget()


def forget() -> None:
    sys.path[:] = [path for path in sys.path if not (Path(path) / "their_shop.py").exists()]
    sys.modules.pop("their_shop", None)
    clear_caches()


def test_reads_what_is_left_without_the_class(theirs: Any) -> None:
    content = {
        "color": theirs.Color.RED,
        "list": [theirs.Color.RED, "blue", theirs.Plain.ONE],
        "bits": theirs.Bits.ONE,
        "line": theirs.Line("a", theirs.Color.RED),
        "pair": theirs.Pair(1, (2, "x")),
        "thing": theirs.Thing(1),
        "exact": (1, 2.5, {"zip": "01"}),
        "stages": [theirs.Stage.ON_HOLD, "other", theirs.Stage.ON_HOLD],
        "sets": {"tags": {"new"}, "lines": [{"sku": "A"}], "ids": {1}},
    }
    raw = message(content).avro_bytes
    stored = [
        SagaContext({name: value}).avro_bytes
        for name, value in content.items()
        if name not in ("thing", "exact", "sets")
    ]
    forget()
    found = Model.from_avro_bytes(raw).content
    assert found["color"] == "red" and type(found["color"]) is str
    assert found["list"] == ["red", "blue", "ONE"] and found["bits"] == 1
    assert type(found["line"]) is DataTransferObject and dict(found["line"]) == {"sku": "a", "color": "red"}
    assert dict(found["pair"]) == {"a": 1, "b": (2, "x")}
    assert found["thing"].classname == "their_shop.Thing" and found["thing"].a == 1
    assert found["exact"] == (1, 2.5, {"zip": "01"})
    assert found["stages"] == ["on hold", "other", "on hold"]
    assert found["sets"] == {"tags": {"new"}, "lines": [{"sku": "A"}], "ids": {1}}
    for one in stored:
        with pytest.raises(SnapshotException, match=r"'their_shop.\w+' is gone"):
            SagaContext.from_avro_bytes(one)


def test_what_is_there_is_used(theirs: Any) -> None:
    raw = message([theirs.Color.RED, theirs.Line("a", 1), theirs.Pair(1, 2)]).avro_bytes
    del theirs.Line
    clear_caches()
    color, line, pair = Model.from_avro_bytes(raw).content
    assert color is theirs.Color.RED and type(line) is DataTransferObject and pair == theirs.Pair(1, 2)


#: What the classes are where the message arrives: members and fields are gone, one is new.
CHANGES = {
    '    RED = "red"': '    GREEN = "green"',
    "    ONE = 1": "    TWO = 2",
    "    color: Any": "    size: Any",
    "    b: Any": "",
}


def change(theirs: ModuleType) -> None:
    source = SOURCE
    for old, new in CHANGES.items():
        source = source.replace(old, new)
    exec(source, theirs.__dict__)
    clear_caches()


def test_a_message_of_classes_that_changed_is_opened(theirs: Any) -> None:
    content = {
        "list": [theirs.Color.RED, "blue", theirs.Plain.ONE],
        "stages": (theirs.Stage.ON_HOLD,),
        "lines": [theirs.Line("a", theirs.Color.RED), theirs.Line("b", None)],
        "pair": theirs.Pair(1, (2, "x")),
    }
    raw, stored = message(content).avro_bytes, SagaContext(content).avro_bytes
    change(theirs)
    found = BrokerMessage.from_avro_bytes(raw).content
    assert found["list"] == ["red", "blue", "ONE"] and type(found["stages"][0]) is theirs.Stage
    assert list(map(dict, found["lines"])) == [{"sku": "a", "color": "red"}, {"sku": "b", "color": None}]
    assert dict(found["pair"]) == {"a": 1, "b": (2, "x")}
    # What is stored has to be what it was.
    for read, one in ((SagaContext.from_avro_bytes, stored), (Model.from_avro_bytes, raw)):
        with pytest.raises(SnapshotException, match="any more"):
            read(one)


def test_a_message_that_names_many_classes_that_changed_is_read_no_more_than_some_times(theirs: Any) -> None:
    enums = {f"Color{place}": Enum(f"Color{place}", "RED", module=theirs.__name__) for place in range(9)}
    vars(theirs).update(enums)
    one, all_of_them = (message([cls.RED for cls in list(enums.values())[:count]]).avro_bytes for count in (8, 9))
    vars(theirs).update({name: Enum(name, "BLUE", module=theirs.__name__) for name in enums})
    clear_caches()
    assert BrokerMessage.from_avro_bytes(one).content == ["RED"] * 8
    with pytest.raises(SnapshotException, match="any more"):
        BrokerMessage.from_avro_bytes(all_of_them)
