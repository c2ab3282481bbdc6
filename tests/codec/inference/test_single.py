"""What is made ready for writing on the way to the shape is written as it is without: of several records at once."""

from __future__ import annotations

import json
from typing import Any, Optional

from hypothesis import given
from hypothesis import strategies as st
from minos.common import DeclarativeModel, ModelType
from minos.networks import BrokerMessageV1, BrokerMessageV1Payload

from minos_saga_context import SagaContext
from minos_saga_context.codec import file
from minos_saga_context.codec.avro.zero_byte import widened
from tests.classes import Product
from tests.support.exact import assert_exact
from tests.support.strategies import SCALAR, VALUE

_ROWS = st.lists(st.dictionaries(st.sampled_from(["sku", "qty", "price"]), SCALAR, max_size=3), max_size=3)
PRODUCT = Product("SKU-1", 1.5, ["a"])
_CONTENT = st.dictionaries(st.one_of(st.text(max_size=3), st.integers()), st.one_of(_ROWS, VALUE), max_size=4)


class Parcel(DeclarativeModel):
    """What may hold a record, or none: its schema is a union."""

    product: Optional[Product]
    rows: Optional[list[dict[str, Any]]]
    note: Any


def holding(model: Any, *values: Any) -> Any:
    """Put values into the last fields, which are empty, as they are: minos would cast them."""
    empty = [field for field in model.fields.values() if field.value is None][-len(values) :]
    for field, value in zip(empty, values):
        field._value = value
    return model


def assert_as_usual(record: Any) -> None:
    plan, block = file.encode([record])
    assert_exact(file.decode(plan, block), [record])
    # Of several records, the shape is found first, and then they are written; their nulls may get bytes.
    other_plan, blocks = file.encode([record, record])
    assert json.loads(other_plan.text) == widened(json.loads(plan.text))
    assert blocks == block * 2 or other_plan.text != plan.text


@given(st.one_of(_CONTENT, _ROWS, VALUE))
def test_in_the_content_of_messages(content: Any) -> None:
    assert_as_usual(BrokerMessageV1("Topic", BrokerMessageV1Payload(content), reply_topic="reply"))


@given(st.one_of(_CONTENT, _ROWS, VALUE))
def test_in_models_in_contexts(content: Any) -> None:
    dto = holding(ModelType.build("Dto", {"content": Any, "product": Product})(content=None, product=PRODUCT), content)
    assert_as_usual(SagaContext(dto=dto, content=content, product=PRODUCT))


@given(_ROWS, VALUE)
def test_in_unions_that_the_class_declares(rows: list[Any], note: Any) -> None:
    for product in (None, PRODUCT):
        for optional in (None, rows):
            assert_as_usual(holding(Parcel(product, None, None), optional, note))


@given(st.lists(st.tuples(SCALAR, st.sampled_from([int, Optional[int], Any]), st.sampled_from("ab")), max_size=3))
def test_lists_of_records(items: list[tuple[Any, Any, str]]) -> None:
    dtos = [ModelType.build(name, {"x": hint, "y": Any})(1, None) for _, hint, name in items]
    for dto, (item, _, _) in zip(dtos, items):
        dto.fields["y"]._value = item  # as it is: minos would cast it
    for records in (dtos, [PRODUCT] * len(items), [*dtos, PRODUCT]):
        assert_as_usual(SagaContext(records=records, nested=[records], more={"records": records}))


def test_what_only_the_fields_of_a_record_say() -> None:
    schemas = []
    for name, hint in [("Dto", int), ("Dto", Optional[int]), ("Dto", int), ("Other", int)]:
        dto = ModelType.build(name, {"x": hint})(1)
        assert_as_usual(SagaContext(dto=dto, dtos=[dto]))
        schemas.append(file.encode([SagaContext(dto=dto)])[0].text)
    assert len(set(schemas)) == 3 and schemas[0] == schemas[2]


def test_nothing_is_changed() -> None:
    content = {"items": [{"sku": "A", "qty": 1}], "product": PRODUCT}
    message = BrokerMessageV1("Topic", BrokerMessageV1Payload(content))
    kept = message.content
    first = message.avro_bytes
    assert_exact(kept, content)
    assert message.content is kept and message.avro_bytes == first
