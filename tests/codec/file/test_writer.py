"""The Avro file around the data: the same for the same shape, deflated where it pays, in several blocks if need be."""

from __future__ import annotations

import base64
import io
import itertools
from typing import Any

import fastavro
import pytest

from minos_saga_context import SagaContext, SnapshotException
from minos_saga_context.codec import file
from minos_saga_context.codec.types.cache import clear_caches
from tests.support.exact import assert_exact, picture

LINES = [{"sku": f"sku-{place}", "price": place / 4} for place in range(500)]


def header_of(raw: bytes) -> bytes:
    """Give the header of a file, which ends with the marker that the file ends with."""
    return raw[: raw.index(raw[-16:]) + 16]


def test_one_shape_has_one_header() -> None:
    headers = {header_of(SagaContext(a=number, b=[text]).avro_bytes) for number, text in ((1, "a"), (-5, ""), (9, "z"))}
    assert len(headers) == 1
    assert header_of(SagaContext(a="text", b=["a"]).avro_bytes) not in headers


def test_same_bytes_when_all_was_forgotten() -> None:
    from minos_saga_context.codec.types.cache import clear_caches

    raw = SagaContext(lines=LINES, other=(1, "a")).avro_bytes
    clear_caches()
    assert SagaContext(lines=LINES, other=(1, "a")).avro_bytes == raw


@pytest.mark.parametrize(("count", "codec"), [(10, "null"), (500, "deflate")])
def test_large_blocks_are_deflated(count: int, codec: str) -> None:
    raw = SagaContext(lines=LINES[:count]).avro_bytes
    reader = fastavro.reader(io.BytesIO(raw))
    assert reader.metadata["avro.codec"] == codec
    assert next(reader) == {"lines": LINES[:count]}
    assert_exact(SagaContext.from_avro_bytes(raw)["lines"], LINES[:count])


def test_what_is_on_its_way_is_deflated_in_less_time() -> None:
    context = SagaContext(lines=LINES)
    light = file.dump([context], file.LIGHT)
    assert len(context.avro_bytes) < len(light) < len(file.encode([context])[1]) / 2
    assert file.load(light) == [context]


@pytest.mark.parametrize("codec", ["null", "deflate"])
def test_files_of_several_blocks(codec: str) -> None:
    schema = SagaContext(a=1).avro_schema[0]
    out = io.BytesIO()
    # So small an interval makes a block of every record.
    fastavro.writer(out, schema, [{"a": number} for number in range(100)], codec=codec, sync_interval=1)
    found = SagaContext.from_avro_bytes(out.getvalue(), batch_mode=True)
    assert [context["a"] for context in found] == list(range(100))


def test_codec_that_is_not_supported() -> None:
    out = io.BytesIO()
    fastavro.writer(out, SagaContext(a=1).avro_schema[0], [{"a": 1}], codec="bzip2")
    with pytest.raises(SnapshotException, match="'bzip2' is not supported"):
        SagaContext.from_avro_bytes(out.getvalue())


@pytest.mark.parametrize("value", [(1,), {1}, "a", {"a": [None, 1]}, [1, 2.5, (1,)]], ids=repr)
def test_plain_data_is_what_others_write_by_the_schema(value: Any) -> None:
    context = SagaContext(value=value, optional=[value, None])
    out = io.BytesIO()
    fastavro.writer(out, context.avro_schema[0], [context.avro_data])
    assert_exact(SagaContext.from_avro_bytes(out.getvalue()), context)


def test_names_only_where_values_do_not_tell() -> None:
    assert SagaContext(value=[1, 2.5, "a", None]).avro_data == {"value": [1, 2.5, "a", None]}
    data = SagaContext(value=["a", (1,), [1]]).avro_data["value"]
    assert ("string", "a") in data and all(type(item) is tuple for item in data)


@pytest.mark.parametrize("count", [0, 10, 500])
def test_text_is_the_base64_of_the_bytes(count: int) -> None:
    # Headers of every length by threes: where the text of a header ends within a group.
    for size in range(6):
        context = SagaContext({f"lines{'_' * size}": LINES[:count]})
        clear_caches()
        assert base64.b64decode(context.avro_str) == context.avro_bytes
        for _ in range(2):
            assert_exact(SagaContext.from_avro_str(context.avro_str), context)
            clear_caches()


def test_text_is_read_as_its_bytes_are_wherever_it_was_changed() -> None:
    text = SagaContext(name="ada", total=1.5).avro_str
    for place in range(len(text)):
        for letter in {*"+/AaZ="} - {text[place]}:
            changed = text[:place] + letter + text[place + 1 :]
            assert outcome(SagaContext.from_avro_str, changed) == outcome(
                lambda one: SagaContext.from_avro_bytes(base64.b64decode(one, validate=True)), changed
            )


def test_text_is_as_strict_as_base64_can_be() -> None:
    for size in range(7):
        for text in map("".join, itertools.product("QA=\n", repeat=size)):
            letters = text.replace("\n", "")
            try:
                expected = base64.b64decode(letters, validate=True)
            except ValueError:
                expected = None
            # Python allows more padding than there is to pad.
            if expected is None or len(base64.b64encode(expected)) < len(letters):
                with pytest.raises(SnapshotException):
                    file.bytes_of(text)
            else:
                assert file.bytes_of(text) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", " \n\t"])
@pytest.mark.parametrize("width", [1, 3, 64, 76, 10**6])
def test_text_may_be_broken_into_lines(width: int, end: str) -> None:
    context = SagaContext(name="ada", lines=[{"sku": "A", "price": 9.5}] * 3)
    text = context.avro_str
    lines = "".join(text[at : at + width] + end for at in range(0, len(text), width))
    for _ in range(2):
        assert_exact(SagaContext.from_avro_str(lines), context)
        clear_caches()


def outcome(read: Any, raw: Any) -> Any:
    try:
        return picture(read(raw))
    except (SnapshotException, ValueError):
        return "refused"


def test_file_without_records() -> None:
    out = io.BytesIO()
    fastavro.writer(out, SagaContext(a=1).avro_schema[0], [])
    assert SagaContext.from_avro_bytes(out.getvalue(), batch_mode=True) == []
    with pytest.raises(SnapshotException, match="holds 0"):
        SagaContext.from_avro_bytes(out.getvalue())
    assert file.load(out.getvalue()) == []
