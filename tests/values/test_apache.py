"""The official Apache Avro package opens every file that we write, and finds natural values in natural fields."""

import io
import json
import warnings
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import avro.schema
import pytest
from avro.datafile import DataFileReader
from avro.io import DatumReader
from hypothesis import given
from hypothesis import strategies as st
from minos.common import DataTransferObject, Field

from minos_saga_context import SagaContext
from tests.classes import Color, Line, Product, Status
from tests.support.exact import assert_exact
from tests.support.samples import DISTINCT, ID, SAMPLES, is_hashable
from tests.support.strategies import NAMES, VALUE

UTC = timezone.utc
#: Values, and what somebody who reads the file without Python finds.
NATURAL: list[tuple[Any, Any]] = [
    (None, None),
    (True, True),
    (1, 1),
    (2**40, 2**40),
    (2**70, str(2**70)),
    (49.99, 49.99),
    ("01234", "01234"),
    (b"\x00\xff", b"\x00\xff"),
    ([1, 2.5, "1", None, True], [1, 2.5, "1", None, True]),
    ({"qty": 1, "zip": "01234", "price": 49.99}, {"qty": 1, "zip": "01234", "price": 49.99}),
    ((1, "a"), [1, "a"]),
    ({1}, [1]),
    (frozenset({1}), [1]),
    (Decimal("1.10"), "1.10"),
    (date(2024, 2, 29), date(2024, 2, 29)),
    (time(12, 30, 15, 7), time(12, 30, 15, 7)),
    (timedelta(seconds=2), 2_000_000),
    (datetime(2024, 3, 1, 12, tzinfo=UTC), datetime(2024, 3, 1, 12, tzinfo=UTC)),
    (datetime(2024, 3, 1, 12, tzinfo=timezone(timedelta(hours=2))), datetime(2024, 3, 1, 10, tzinfo=UTC)),
    (datetime(2024, 3, 1, 12), datetime(2024, 3, 1, 12, tzinfo=UTC)),
    (Status.OPEN, "open"),
    (Color.RED, "RED"),
    (Line("a", 9.5, ["x"]), {"sku": "a", "price": 9.5, "tags": ["x"]}),
    (Product("a", 9.5, []), {"name": "a", "price": 9.5, "tags": [], "weight": None}),
    ({1: "a", 2: "b"}, [{"key": 1, "value": "a"}, {"key": 2, "value": "b"}]),
    (SagaContext(order_id=1), {"order_id": 1}),
]


def read(raw: bytes) -> list[Any]:
    """Read a file as any user of Apache Avro would."""
    with warnings.catch_warnings():
        # "Unknown builtins.int, using long": as the specification has it.
        warnings.simplefilter("ignore")
        with DataFileReader(io.BytesIO(raw), DatumReader()) as reader:
            return list(reader)


@pytest.mark.parametrize(("value", "natural"), NATURAL, ids=repr)
def test_natural_values(value: Any, natural: Any) -> None:
    (found,) = read(SagaContext(value=value, listed=[value]).avro_bytes)
    assert found == {"value": natural, "listed": [natural]}
    assert type(found["value"]) is type(natural)


def test_uuid_is_a_uuid_or_its_text() -> None:
    # Releases of avro before 1.12 read the text.
    (found,) = read(SagaContext(value=ID).avro_bytes)
    assert UUID(str(found["value"])) == ID


@pytest.mark.parametrize("tag", SAMPLES)
def test_opens_every_sample(tag: str) -> None:
    for value in SAMPLES[tag]:
        (found,) = read(SagaContext(value=value, optional=[value, None], nested={"a": (value,)}).avro_bytes)
        assert list(found) == ["value", "optional", "nested"]
        assert len(found["optional"]) == 2 and found["optional"][1] is None


@pytest.mark.parametrize("place", range(len(DISTINCT)))
def test_opens_every_pair(place: int) -> None:
    value = DISTINCT[place]
    for other in DISTINCT[:place]:
        pairs: dict[str, Any] = {"list": [value, other], "dict": {"a": value, "b": other}}
        if is_hashable(value) and is_hashable(other):
            pairs.update(set={value, other}, keys_of={other: value, value: other})
        (found,) = read(SagaContext(pairs).avro_bytes)
        assert list(found) == list(pairs)
        assert len(found["list"]) == 2


@given(fields=st.dictionaries(NAMES, VALUE, max_size=3))
def test_every_schema_is_valid(fields: dict[str, Any]) -> None:
    schema = SagaContext(fields).avro_schema[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        avro.schema.parse(json.dumps(schema))
    assert [field.get("key", field["name"]) for field in schema["fields"]] == list(fields)


def dto(name: str, namespace: str, value: Any) -> DataTransferObject:
    return DataTransferObject(name, namespace=namespace, fields={"value": Field("value", Any, value)})


#: Records of few names, with and without a namespace, in one another.
NAMESAKES = st.recursive(
    st.sampled_from([1, "a", SagaContext({"a": {1: 2}})]),
    lambda held: (
        st.builds(dto, st.sampled_from(["SagaContext", "entry", "box", "A"]), st.sampled_from(["", "a"]), held)
        | st.builds(SagaContext, value=held)
    ),
)


@given(value=NAMESAKES)
def test_records_in_records_of_the_same_name(value: Any) -> None:
    context = SagaContext(value=value)
    assert len(read(context.avro_bytes)) == 1
    assert_exact(SagaContext.from_avro_bytes(context.avro_bytes), context)


KEYS = [
    "with space",
    "ñandú",
    "1st",
    "a.b",
    "",
    "a-b",
    "a_b",
    "class",
    "self",
    "cls",
    "model_type",
    "😀",
    "名前",
    "a b",
    "a:b",
]


def test_names_are_mapped_and_restored() -> None:
    context = SagaContext({key: place for place, key in enumerate(KEYS)})
    (found,) = read(context.avro_bytes)
    assert list(found.values()) == list(range(len(KEYS)))
    assert found["a_b"] == KEYS.index("a_b") and found["class"] == KEYS.index("class")
    assert list(SagaContext.from_avro_bytes(context.avro_bytes)) == KEYS
    assert all(name.isascii() and name.isidentifier() for name in found)


def test_several_contexts_in_one_file() -> None:
    contexts = [SagaContext(a=1), SagaContext(a="x", b=2.5), SagaContext()]
    assert read(SagaContext.to_avro_bytes(contexts)) == [{"a": 1}, {"a": "x", "b": 2.5}, {}]


def test_deflated_block() -> None:
    context = SagaContext(items=[{"sku": f"sku-{place}", "price": place / 4} for place in range(1_000)])
    raw = context.avro_bytes
    assert b"deflate" in raw[:200]
    assert read(raw) == [{"items": context["items"]}]
