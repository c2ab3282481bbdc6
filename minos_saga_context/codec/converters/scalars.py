"""The plans of scalars, by the table of types."""

from __future__ import annotations

from typing import Any, Optional

from ...exceptions import SnapshotException
from ..avro.schema import AVRO_TYPES
from ..classes.enums import ROOT, enum_type, is_enum
from ..classes.imports import resolve
from ..classes.records import MissingClassException
from ..types.cache import Cache
from ..types.registry import FORM_BY_SCHEMA
from ..types.rows import Form, Row
from .converter import Node


def scalar_node(schema: dict[str, Any], where: str, is_native: bool) -> Node:
    """Build the plan of a scalar.

    :param schema: Its schema.
    :param where: Its path, for errors.
    :param is_native: See :func:`.plan.node_of`.
    :return: The plan.
    :raises SnapshotException: If there is no such type.
    """
    avro, logical, tag = schema["type"], schema.get("logicalType"), schema.get("python")
    if avro not in AVRO_TYPES and avro not in ("fixed", "enum"):
        raise SnapshotException(f"Unknown Avro type {avro!r} - at {where!r}. Names of other types are not supported")
    if tag in ("enum", "flag"):
        row = _enum(schema.get("class"), where)
        return _member_leaf(row, row.forms[-1], schema["class"], schema, where)
    if (known := FORM_BY_SCHEMA.get((avro, logical, tag))) is not None:
        name = known[1].attribute
        try:
            return _LEAVES[avro, logical, tag, None if name is None else schema.get(name), is_native]
        except SnapshotException as exc:
            raise SnapshotException(f"{exc} - at {where!r}") from None
    if tag is not None:
        raise SnapshotException(
            f"Unknown type {tag!r} - at {where!r}. A newer version wrote it, or register_type() has not been called"
        )
    if isinstance(logical, str) and "." in logical:
        row = _enum(logical, where)
        form = next((form for form in row.forms if form.avro == avro and form.logical == logical), None)
        if form is not None:
            return _member_leaf(row, form, None, schema, where)
        raise SnapshotException(f"The enum {logical!r} has no {avro} values - at {where!r}")
    if (avro, None, None) in FORM_BY_SCHEMA:
        # The Avro specification has readers ignore a logical type that they do not know. fastavro knows some more.
        row, form = FORM_BY_SCHEMA[avro, None, None]
        return _leaf(row, form, None, schema)
    return Node(None, object, bare=schema)


def _enum(path: Any, where: str) -> Row:
    cls = resolve(path, is_enum, ROOT) if isinstance(path, str) else None
    row = None if cls is None else enum_type(cls)
    if row is None:
        remedy = f"If it moved, declare it: renamed({path!r}, ...)"
        raise MissingClassException(f"The enum {path!r} is gone: there is no such class. {remedy} - at {where!r}")
    return row


def _member_leaf(row: Row, form: Form, attribute: Optional[str], schema: dict[str, Any], where: str) -> Node:
    node = _leaf(row, form, attribute, schema if form.symbols else form.avro)
    find: Any = node.restore

    def restore(data: Any) -> Any:
        try:
            return find(data)
        except SnapshotException as exc:
            raise SnapshotException(f"{exc} - at {where!r}") from None

    node.restore = restore
    node.is_named = form.avro != "string"
    return node


def _known_leaf(key: tuple[str, Optional[str], Optional[str], Optional[str], bool]) -> Node:
    avro, logical, tag, attribute, is_native = key
    return _leaf(*FORM_BY_SCHEMA[avro, logical, tag], attribute, avro, is_native)


_LEAVES = Cache(_known_leaf)


def _leaf(row: Row, form: Form, attribute: Optional[str], bare: Any, is_native: bool = False) -> Node:
    reads, restore, fits = form.reads, form.decode, None
    if is_native and form.native is not None:
        reads, restore = form.native, form.decode_native
    if form.attribute is not None and restore is not None:
        restore = restore(attribute)
    if (variant := row.variant) is not None:
        mine = row.forms.index(form), attribute
        taken = (mine, (0, None)) if form.takes_first else (mine,)

        def fits(value: Any) -> bool:
            return variant(value) in taken

    return Node(row.type, reads, form.encode, restore, row.type, fits, bare=bare)
