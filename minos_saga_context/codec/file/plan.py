"""Plans, made once for each shape and each header, and the caches that hold them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from fastavro import parse_schema

from ..avro import limits
from ..avro.schema import is_natural
from ..avro.varint import write_long
from ..avro.zero_byte import has_zero_byte_elements, widened
from ..classes.records import record_type
from ..classes.sources import one_reading
from ..converters.converter import Converter
from ..converters.factory import converter_of
from ..converters.uniform import uniform_reader
from ..inference.schema import SchemaBuilder
from ..inference.shape import shape_of
from ..inference.single import kind_of_record
from ..types.cache import Cache
from ..types.locks import cached_property
from .header import MAGIC, SYNC_SIZE, Header, remember


class Plan:
    """All that is needed to write and read the values of one shape.

    :param schema: The Avro schema.
    """

    def __init__(self, schema: Any):
        self.text = json.dumps(schema, separators=(",", ":"))
        #: Whether it takes a large stack to write and read by it.
        self.is_deep = limits.check_depth(schema)
        limits.check_room(self.is_deep)
        parsed = parse_schema(schema)
        with one_reading():
            self.converter: Converter = converter_of(parsed, "")
        self.physical = self.converter.physical
        self.is_natural = is_natural(parsed)
        # Where a plan is not natural, the records of unions come with their names, which alone tell them apart.
        self.has_zero_byte_elements = has_zero_byte_elements(parsed)
        self.uniform = (
            None if self.has_zero_byte_elements else uniform_reader(self.physical, not self.is_natural, len(self.text))
        )

    @property
    def schema(self) -> Any:
        """The whole schema, parsed by fastavro. It takes more room than all else, and is seldom asked for."""
        return parse_schema(json.loads(self.text))

    @cached_property
    def uncompressed(self) -> Header:
        """How files begin whose blocks are not deflated."""
        return self._header(b"null")

    @cached_property
    def deflated(self) -> Header:
        """How files begin whose blocks are deflated."""
        return self._header(b"deflate")

    def _header(self, codec: bytes) -> Header:
        text = self.text.encode()
        entries = (b"avro.codec", codec, b"avro.schema", text)
        body = b"".join(write_long(len(entry)) + entry for entry in entries)
        # From the schema, so that the same context gives the same bytes.
        sync = blake2b(text, digest_size=SYNC_SIZE).digest()
        data = b"".join((MAGIC, write_long(2), body, write_long(0), sync))
        return Header(self, data, is_deflated=codec != b"null")


def plan_of(values: Sequence[Any], trusted: set[type]) -> tuple[Plan, list[Any]]:
    """Find or make the plan for some records, and hand them over to it.

    :param values: The records.
    :param trusted: See :func:`.shape.shape_of`.
    :return: The plan, and what fastavro is to write of each.
    :raises UnsupportedValueException: If there is a value that cannot be kept.
    """
    if len(values) > 1:
        plan = PLANS_BY_SHAPE[shape_of(values, trusted)]
        return plan, list(map(plan.converter.encode, values))  # type: ignore[arg-type]
    record: Any = record_type(type(values[0]))
    fields = record.fields(values[0])
    plan = PLANS_BY_SHAPE[kind_of_record(record, values[0], fields, trusted)[0]]
    return plan, [plan.converter.encode_fields(fields)]  # type: ignore[misc]


def _plan_of(shape: Any) -> Plan:
    """Make a plan, by a shape or its only kind."""
    several = isinstance(shape, frozenset)
    schema = SchemaBuilder().build(shape if several else frozenset((shape,)))
    # Several stand in a file as in an array.
    plan = Plan(widened(schema) if several else schema)
    remember(plan.uncompressed)
    return plan


#: Plans by the text of a schema.
PLANS_BY_TEXT: Cache[str, Plan] = Cache(lambda text: Plan(json.loads(text)), 1 << 18, lambda plan: len(plan.text))
#: Plans by shape. They weigh the bytes of a header; with its parsed schema and its functions, one takes some thirty
#: times as much.
PLANS_BY_SHAPE: Cache[Any, Plan] = Cache(_plan_of, 1 << 19, lambda plan: len(plan.uncompressed.data))
