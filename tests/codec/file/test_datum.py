"""What any Avro reader sees of a file, within the limits of the library. Data for ``from_avro``: test_plan_bare.py."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import fastavro
import pytest

from minos_saga_context import SagaContext, SnapshotException
from minos_saga_context.codec.file import field_names, load_as_fastavro
from tests.faults.test_costs import BOMBS, MEGA, measured
from tests.support.faults.corpus import KINDS
from tests.support.faults.files import array, context, file, items


@pytest.mark.parametrize("kind", KINDS)
def test_what_any_avro_reader_sees(kind: str) -> None:
    raw = SagaContext(KINDS[kind]).avro_bytes
    # repr: some of the values are nan.
    assert repr(load_as_fastavro(raw)) == repr(list(fastavro.reader(BytesIO(raw))))
    assert field_names(raw) == list(KINDS[kind])


#: What is wrong with these is what the values would be, which plain values are not.
RIGHT = {"digits", "fraction", *(name for name in BOMBS if "of one hash" in name)}


@pytest.mark.parametrize("kind", [name for name in BOMBS if name not in RIGHT])
def test_it_costs_no_more_than_to_load_it(kind: str) -> None:
    raw = BOMBS[kind]()
    found, seconds, peak = measured(raw, load_as_fastavro)
    assert isinstance(found, SnapshotException), found
    assert seconds < 1
    assert peak < 20 * MEGA + 16 * len(raw)


EMPTY = {"type": "record", "name": "Empty", "namespace": "a.b", "fields": []}


@pytest.mark.parametrize(
    "fields",
    [
        # The second is an array without a byte for each item, under the name of a type that stands elsewhere.
        [EMPTY, array("a.b.Empty")],
        [{**EMPTY, "fields": [{"name": "more", "type": array(["null", "a.b.Empty"])}]}],
    ],
)
def test_names_of_types_are_refused(fields: list[Any]) -> None:
    with pytest.raises(SnapshotException, match="names types"):
        load_as_fastavro(file(context(*fields), (1, items(1 << 30, b""))))
