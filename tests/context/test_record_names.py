"""Fields with awkward names."""

import copy
import pickle
from typing import Any

import pytest
from minos.common import Field

from minos_saga_context import SagaContext

#: Names of what Model and its bases have, and of parameters.
TAKEN = sorted(name for name in dir(SagaContext) if not name.startswith("_"))
AWKWARD = ["self", "cls", "other", "values", "fields", "class", "def", "None", "name", "value", "type", "owner", "key"]
#: No names in Avro, in Python, or in either.
UNSPEAKABLE = ["", " ", "a b", "a-b", "a.b", "1st", "ñ", "名前", "a\nb", "\x00", "'", '"', "\ud800", "🛒", "_", "__x__"]


def test_the_class_takes_no_more_names_than_stock_did() -> None:
    assert set(TAKEN) <= {
        *("avro_bytes", "avro_data", "avro_schema", "avro_str", "classname", "clear", "decode_data", "decode_schema"),
        "copy",  # as a dict has
        *("empty", "encode_data", "encode_schema", "fields", "from_avro", "from_avro_bytes", "from_avro_str"),
        *("from_model_type", "from_typed_dict", "get", "items", "keys", "model_type", "pop", "popitem", "setdefault"),
        *("to_avro_bytes", "to_avro_str", "type_hints", "type_hints_parameters", "update", "values"),
    }


@pytest.mark.parametrize("value", [1, "text", [1, 2.5], {"a": 1}, None, True])
@pytest.mark.parametrize("name", dict.fromkeys(TAKEN + AWKWARD + UNSPEAKABLE))
def test_by_item_in_memory_and_through_storage(name: str, value: Any) -> None:
    context = SagaContext()
    context[name] = value
    for twin in (
        context,
        SagaContext({name: value}),
        SagaContext(**{name: value}),
        SagaContext(**context),
        SagaContext.from_avro_str(context.avro_str),
        copy.copy(context),
        pickle.loads(pickle.dumps(context)),
        context | {},
    ):
        assert list(twin) == [name] and twin[name] == value and dict(twin) == {name: value}
        assert twin.get(name) == value or name == "get"
    del context[name]
    assert len(context) == 0


def test_all_of_them_at_once() -> None:
    values = {name: [place] for place, name in enumerate(dict.fromkeys(TAKEN + AWKWARD + UNSPEAKABLE))}
    context = SagaContext(**values)
    twin = SagaContext.from_avro_bytes(context.avro_bytes)
    assert dict(context) == dict(twin) == values and list(twin) == list(values)
    assert repr(context) == repr(twin)


@pytest.mark.parametrize("name", ["fields", "self", "classname", "avro_str", "type_hints", "model_type", "from_avro"])
def test_what_belongs_to_model_stays_model_s_as_attribute(name: str) -> None:
    plain, context = SagaContext(a=1), SagaContext(**{name: "mine"})
    assert context[name] == "mine"
    if hasattr(SagaContext, name):
        assert type(getattr(context, name)) is type(getattr(plain, name))
        setattr(context, name, "set")
        assert context[name] == "set" and type(getattr(context, name)) is type(getattr(plain, name))
        delattr(context, name)
        assert name not in context
    else:
        assert getattr(context, name) == "mine"


@pytest.mark.parametrize("value", [{}, {"a": 1}, {"a": Field("a", int, 1), "b": 2}, "a", None, [1]])
def test_any_other_fields_is_the_user_s_own(value: Any) -> None:
    if any(isinstance(part, Field) for part in (value.values() if isinstance(value, dict) else ())):
        with pytest.raises(TypeError, match=r"'fields\.a'"):
            SagaContext(fields=value)
    else:
        assert dict(SagaContext(fields=value)) == {"fields": value}


def test_names_that_differ_in_what_avro_cannot_say() -> None:
    values = {"a b": 1, "a_b": "2", "a-b": 3.5, "a.b": None, "A_b": True, "a__b": [1]}
    twin = SagaContext.from_avro_str(SagaContext(values).avro_str)
    assert dict(twin) == values and [type(twin[name]) for name in values] == list(map(type, values.values()))


def test_names_avro_knows_stay_as_they_are_in_the_schema() -> None:
    (schema,) = SagaContext(order_id=1, _private=2).avro_schema
    assert [field["name"] for field in schema["fields"]] == ["order_id", "_private"]
