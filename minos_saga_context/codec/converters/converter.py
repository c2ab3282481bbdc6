"""What a plan is made of: what is known of one place of a schema."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import FunctionType, MethodType
from typing import Any, Callable, Optional

Function = Callable[[Any], Any]


class Converter:
    """What is known of one place of a schema."""

    __slots__ = (
        "_hint",
        "accepts",
        "branches",
        "decode",
        "encode",
        "encode_fields",
        "is_named",
        "name",
        "names",
        "others",
        "physical",
        "reads",
        "type",
    )

    def __init__(
        self,
        cls: Optional[type],
        reads: type,
        encode: Optional[Function] = None,
        decode: Optional[Function] = None,
        hint: Any = None,
        accepts: Optional[Callable[[Any], bool]] = None,
        branches: Optional[dict[Any, str]] = None,
        encode_fields: Optional[Function] = None,
        physical: Any = None,
    ):
        #: The Python type of the values; ``None`` for a union.
        self.type = cls
        #: The type that fastavro reads.
        self.reads = reads
        #: Value to what fastavro writes, and what fastavro reads to the value. ``None``: the same.
        self.encode = encode
        self.decode = decode
        self._hint = hint
        #: Tells whether a value of the type goes here, where a union has several branches for the type.
        self.accepts = accepts
        #: Of a union whose values are written as they are: the names of its branches by Python type.
        self.branches = branches
        #: Of a record: its fields to what fastavro writes, in the same dict.
        self.encode_fields = encode_fields
        #: The schema that fastavro is given: without what it would act on, but for what this converter leaves to it.
        self.physical = physical
        #: The name of the branch, in fastavro's (name, value) notation.
        self.name = ""
        #: Of a union: the names of its branches.
        self.names: Sequence[str] = ()
        #: Those of the other types whose values are written in its branch.
        self.others: Sequence[Converter] = ()
        #: Whether, in a union, it takes its name to tell what fastavro reads from the values of other branches.
        self.is_named = False

    def hint(self) -> Any:
        """Give the type hint of the values, as minos.common would read it from the schema."""
        if isinstance(self._hint, (FunctionType, MethodType)):
            # Once: every level of a deep schema asks for all that is below it.
            self._hint = self._hint()
        return self._hint

    def functions(self) -> tuple[Function, Function]:
        """Give the functions that encode and decode, even where they do nothing."""
        return self.encode or _same, self.decode or _same


def _same(value: Any) -> Any:
    return value


def physical_record(schema: dict[str, Any], converters: Iterable[Converter]) -> dict[str, Any]:
    """Give the schema of a record as fastavro is given it: see :class:`Converter`.

    :param schema: The schema of the record, parsed by fastavro.
    :param converters: The converters of its fields.
    :return: The schema.
    """
    fields = [
        {"name": field["name"], "type": converter.physical} for field, converter in zip(schema["fields"], converters)
    ]
    # What marks it as parsed; without the second copy of all of it that fastavro keeps there, by the names in it.
    marks = {key: {} if key == "__named_schemas" else schema[key] for key in schema if key.startswith("__")}
    return {"type": "record", "name": schema["name"], "fields": fields, **marks}
