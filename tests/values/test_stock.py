"""Both ways with stock minos 0.7.0, in its own process: what it keeps, it reads from our bytes; all else it opens."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from minos_saga_context import SagaContext
from tests.support.exact import picture
from tests.support.samples import DISTINCT, SAMPLES, is_hashable
from tests.support.stock import Answer, ask
from tests.values.test_samples import around

KEYS = [(tag, place) for tag, values in SAMPLES.items() for place in range(len(values))]
IDS = [f"{tag}-{place}" for tag, place in KEYS]


@pytest.fixture(scope="module")
def kept() -> dict[Any, Answer]:
    """What stock makes of each sample by itself."""
    return dict(zip(KEYS, ask([("keep", *key) for key in KEYS])))


@pytest.fixture(scope="module")
def opened() -> dict[Any, Answer]:
    """What stock reads of each sample that we wrote."""
    return dict(zip(KEYS, ask([("read", SagaContext(value=SAMPLES[tag][at]).avro_bytes) for tag, at in KEYS])))


@pytest.mark.parametrize("key", KEYS, ids=IDS)
def test_what_stock_keeps_it_reads_from_us(key: Any, kept: dict[Any, Answer], opened: dict[Any, Answer]) -> None:
    expected = picture(SAMPLES[key[0]][key[1]])
    assert opened[key].error is None
    if kept[key].pictures.get("value") == expected:
        assert opened[key].pictures == {"value": expected}


def test_stock_keeps_many(kept: dict[Any, Answer]) -> None:
    # Else the test above would hold nothing.
    exact = [key for key in KEYS if kept[key].pictures.get("value") == picture(SAMPLES[key[0]][key[1]])]
    assert len(exact) > 70
    assert {"bool", "int", "float", "str", "list", "dict", "set", "model", "enum", "timedelta"} <= {
        tag for tag, _ in exact
    }


@pytest.mark.parametrize("key", KEYS, ids=IDS)
def test_what_stock_wrote_we_read_as_it_does(key: Any, kept: dict[Any, Answer]) -> None:
    answer = kept[key]
    if answer.error is None:
        assert picture(SagaContext.from_avro_bytes(answer.raw)["value"]) == answer.pictures["value"]
    else:
        # It failed to put or to store the value; or it cannot read its own bytes.
        assert not answer.raw or SagaContext.from_avro_bytes(answer.raw)


NOW, DAY, ID = datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc), date(2024, 10, 1), UUID(int=7)
#: What stock writes as unions whose branches hold numbers and text: only what those stand for tells them apart.
MIXED: list[Any] = [
    *([1, NOW], [NOW, DAY], [DAY, 2**40], [1, 2**40, NOW], [NOW, timedelta(1)], [time(1, 2), 1], [None, ID, 1]),
    *({"a": [1], "b": [NOW]}, {"a": [NOW], "b": [1]}, {"a": [ID], "b": [1]}, {"a": [NOW], "b": ["x"]}),
    *([{"a": 1}, {"a": NOW}], [{"a": DAY}, {"a": NOW}], {"a": {"q": 1}, "b": {"q": NOW}}, {"a": {"q": ID}, "b": {}}),
    *([[1], [NOW, "x"]], [[DAY], [NOW]], [[ID], []], [{"a": [1]}, {"a": [NOW]}], [[{"a": NOW}], [{"a": 1}]]),
]


def test_what_stock_mixed_we_read_as_it_does() -> None:
    answers = ask([("put", value) for value in MIXED])
    assert sum(answer.error is None for answer in answers) > 15
    for value, answer in zip(MIXED, answers):
        if answer.error is None:
            for _ in range(3):
                found = SagaContext.from_avro_bytes(answer.raw)
                assert picture(found["value"]) == answer.pictures["value"], value


def test_stock_opens_every_sample_everywhere() -> None:
    answers = ask([("read", SagaContext(around(SAMPLES[tag][place])).avro_bytes) for tag, place in KEYS])
    assert {key: answer.error for key, answer in zip(KEYS, answers) if answer.error is not None} == {}


def test_stock_opens_every_pair() -> None:
    pairs = []
    for place, value in enumerate(DISTINCT):
        for other in DISTINCT[:place]:
            fields: dict[str, Any] = {"list": [value, other], "dict": {"a": value, "b": other}}
            if is_hashable(value) and is_hashable(other):
                fields.update(set={value, other}, keys_of={other: value, value: other})
            pairs.append(fields)
    answers = ask([("read", SagaContext(fields).avro_bytes) for fields in pairs])
    assert {repr(pair): answer.error for pair, answer in zip(pairs, answers) if answer.error is not None} == {}


#: Our value, and what stock reads of it: DESIGN, section 5, third column.
COLUMN = [
    ((1, "a"), [1, "a"]),
    (2**70, str(2**70)),
    ("\ud800", b"\xed\xa0\x80"),
    (frozenset({1, 2}), {1, 2}),
    (bytearray(b"a"), b"a"),
    ({1, (2,)}, None),
    (2**40, 2**40),
]


def test_third_column() -> None:
    answers = ask([("read", SagaContext(value=value, other=1).avro_bytes) for value, _ in COLUMN])
    for (_, expected), answer in zip(COLUMN, answers):
        assert answer.error is None
        if expected is not None:
            assert answer.pictures["value"] == picture(expected)


def test_stock_reads_zones_as_the_instant() -> None:
    values = [value for value in SAMPLES["datetime"] if value.tzinfo is not None and not isinstance_text(value)]
    answers = ask([("read", SagaContext(value=value).avro_bytes) for value in values])
    for value, answer in zip(values, answers):
        _, text, _, zone = answer.pictures["value"]
        assert zone == "UTC"
        assert text == value.astimezone(timezone.utc).replace(tzinfo=None).isoformat()


def isinstance_text(value: Any) -> bool:
    """Tell whether a datetime is written as a text, because its instant does not give it back."""
    schema = SagaContext(value=value).avro_schema[0]["fields"][0]["type"]
    return bool(schema["type"] == "string")
