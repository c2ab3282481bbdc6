"""The table of types is complete: each row has samples, a strategy and a golden file; see test_docs.py for its line."""

from typing import Any

import pytest

from minos_saga_context import SagaContext
from minos_saga_context.codec.types import registry
from minos_saga_context.codec.types.rows import ScalarType
from minos_saga_context.codec.types.table import CONTAINERS, SCALARS
from tests.support.exact import assert_exact
from tests.support.samples import SAMPLES
from tests.support.strategies import STRATEGIES

ROWS: tuple[Any, ...] = (*SCALARS, *CONTAINERS)
KINDS = registry.RESERVED_TAGS - {"box"}


def test_each_row_has_samples_and_a_strategy() -> None:
    assert set(SAMPLES) == {row.tag for row in ROWS} | KINDS
    assert set(STRATEGIES) == set(SAMPLES) | {"context"}
    assert [tag for tag, values in SAMPLES.items() if not values] in ([], ["windows-path"], ["posix-path"])


def test_samples_are_of_the_type_of_their_row() -> None:
    for row in ROWS:
        assert {type(value) for value in SAMPLES[row.tag]} <= {row.type}


#: Forms that others wrote, stock minos for one: read, and never written.
ONLY_READ = {("int", 3), ("float", 1), ("time", 2)}


def written(row: ScalarType, value: Any) -> tuple[int, Any]:
    return (0, None) if row.choose is None else row.choose(value)


def test_samples_take_every_form_that_is_written() -> None:
    taken = {(row.tag, written(row, value)[0]) for row in SCALARS for value in SAMPLES[row.tag]}
    forms = {(row.tag, number) for row in SCALARS for number in range(len(row.encodings)) if SAMPLES[row.tag]}
    beside_others = {("uuid", 1)}  # where a text has taken its place
    assert taken == forms - ONLY_READ - beside_others


def test_tags_and_types_are_unique() -> None:
    assert len({row.tag for row in ROWS} | registry.RESERVED_TAGS) == len(ROWS) + len(registry.RESERVED_TAGS)
    assert len({row.type for row in ROWS}) == len(ROWS)


def test_schemas_are_unique() -> None:
    forms = [(form.avro, form.logical, row.tag if form.tagged else None) for row in SCALARS for form in row.encodings]
    assert len(set(forms)) == len(forms)
    assert set(forms) == set(registry.ENCODING_BY_SCHEMA)


@pytest.mark.parametrize("row", SCALARS, ids=lambda row: row.tag)
def test_row_describes_itself(row: ScalarType) -> None:
    assert row.tag.islower() and row.encodings
    assert registry.ROW_BY_TYPE[row.type] is row is registry.row_of(row.type, "")
    for form in row.encodings:
        assert form.tagged or form.logical or registry.ENCODING_BY_SCHEMA[form.avro, None, None][0] is row


@pytest.mark.parametrize("row", SCALARS, ids=lambda row: row.tag)
def test_each_sample_is_decoded_to_what_was_encoded(row: ScalarType) -> None:
    for value in SAMPLES[row.tag]:
        number, attribute = written(row, value)
        form = row.encodings[number]
        physical = value if form.encode is None else form.encode(value)
        assert type(physical) is form.reads
        decode = form.decode if form.decode is None or form.attribute is None else form.decode(attribute)
        assert_exact(physical if decode is None else decode(physical), value)


@pytest.mark.parametrize("row", CONTAINERS, ids=lambda row: row.tag)
def test_container_describes_itself(row: Any) -> None:
    assert row.avro in ("array", "map")
    assert registry.ROW_BY_TYPE[row.type] is row is registry.row_of(object, row.tag)


@pytest.mark.parametrize("row", [row for row in SCALARS if row.upcast is not None], ids=lambda row: row.tag)
def test_upcast_gives_the_type_itself(row: ScalarType) -> None:
    for value in SAMPLES[row.tag]:
        plain = row.upcast(value)  # type: ignore[misc]
        assert type(plain) is row.type
        assert_exact(plain, value)


# The names under which stock minos, Apache Avro and others find things. Never changed: they stand in stored snapshots.
TAGS = """
    none bool int float str bytes uuid date datetime time timedelta decimal bytearray pure-posix-path pure-windows-path
    posix-path windows-path ipv4-address ipv6-address ipv4-network ipv6-network ipv4-interface ipv6-interface
    fraction complex dict list tuple set frozenset deque ordered-dict counter defaultdict
"""


def test_tags_are_permanent() -> None:
    assert [row.tag for row in ROWS][: len(TAGS.split())] == TAGS.split()


def test_each_scalar_alone_has_its_natural_schema() -> None:
    for row in SCALARS:
        for value in SAMPLES[row.tag][:1]:
            schema = SagaContext(value=value).avro_schema[0]["fields"][0]["type"]
            form = row.encodings[0 if row.choose is None else row.choose(value)[0]]
            assert (schema["type"] if isinstance(schema, dict) else schema) == form.avro
            assert (isinstance(schema, dict) and schema.get("python") == row.tag) == form.tagged
