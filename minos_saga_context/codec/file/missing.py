"""Schemas of what others sent, who have classes that are not here, or have changed.

A context has to come back as it was. A message is for a service of its own, which need not know the sender's classes:
there what they hold is read as what it is without them, as minos reads a Model whose class it does not find.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from ..avro.schema import HIDDEN, SHARED, rewrite
from ..classes.enums import ROOT, is_enum
from ..classes.imports import resolve
from ..classes.records import kind_of_tag
from ..converters.hooks import find_self_encoding
from ..types.registry import ENCODING_BY_SCHEMA


def without_missing_classes(changed: Collection[type], schema: Any) -> Any:
    """Take out of a schema the classes that are not there.

    :param changed: Classes that are there, but do not take what was sent.
    :param schema: The schema.
    :return: It, with the plain values of enums, and a ``DataTransferObject`` for what is a record.
    """
    return rewrite(schema, partial(_without_missing_class, changed))


def _without_missing_class(changed: Collection[type], schema: dict[str, Any]) -> dict[str, Any]:
    tag, path, logical = schema.get("python"), schema.get("class"), schema.get("logicalType")
    if tag == SHARED and "members" in schema:
        schema["members"] = [pair for pair in schema["members"] if not _is_missing(changed, pair[0])]
        tag = None
        if not schema["members"]:
            del schema["python"], schema["members"]
    if tag is None:
        if (
            isinstance(logical, str)
            and "." in logical
            and HIDDEN not in schema
            and (schema["type"], logical, tag) not in ENCODING_BY_SCHEMA
            and _is_missing(changed, logical)
        ):
            del schema["logicalType"]
    elif isinstance(path, str):
        kind = kind_of_tag(tag)
        if _is_missing(changed, path) if kind is None else resolve(path, kind.matches, kind.root) in (None, *changed):
            del schema["python"], schema["class"]
    return schema


def _is_missing(changed: Collection[type], path: str) -> bool:
    found = resolve(path, is_enum, ROOT)
    return found in changed or (found is None and find_self_encoding(path) is None)
