"""Schemas of what others sent, who have classes that are not here.

A context has to come back as it was. A message is for a service of its own, which need not know the sender's classes:
there what they hold is read as what it is without them, as minos reads a Model whose class it does not find.
"""

from __future__ import annotations

from typing import Any

from ..avro.schema import HIDDEN, SHARED, rewrite
from ..classes.enums import ROOT, is_enum
from ..classes.imports import resolve
from ..classes.records import kind_of_tag
from ..converters.hooks import find_self_encoding
from ..types.registry import ENCODING_BY_SCHEMA


def without_missing_classes(schema: Any) -> Any:
    """Take out of a schema the classes that are not there.

    :param schema: The schema.
    :return: It, with the plain values of enums, and a ``DataTransferObject`` for what is a record.
    """
    return rewrite(schema, _without_missing_class)


def _without_missing_class(schema: dict[str, Any]) -> dict[str, Any]:
    tag, path, logical = schema.get("python"), schema.get("class"), schema.get("logicalType")
    if tag == SHARED and "members" in schema:
        schema["members"] = [pair for pair in schema["members"] if not _is_missing(pair[0])]
        tag = None
        if not schema["members"]:
            del schema["python"], schema["members"]
    if tag is None:
        if (
            isinstance(logical, str)
            and "." in logical
            and HIDDEN not in schema
            and (schema["type"], logical, tag) not in ENCODING_BY_SCHEMA
            and _is_missing(logical)
        ):
            del schema["logicalType"]
    elif isinstance(path, str):
        kind = kind_of_tag(tag)
        if _is_missing(path) if kind is None else resolve(path, kind.matches, kind.root) is None:
            del schema["python"], schema["class"]
    return schema


def _is_missing(path: str) -> bool:
    return resolve(path, is_enum, ROOT) is None and find_self_encoding(path) is None
