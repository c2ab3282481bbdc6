"""The order of the branches of a union, which stock minos has to read as well.

Stock takes the first branch that a value can be cast to: ``int(UUID(...))``, ``int("01234")``, ``float(True)``, a list
of the keys of a dict. So a branch stands behind all those of which it would take a value for its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Callable, NamedTuple

from ..avro.schema import ANY, AVRO_TYPES, avro_type, is_box, is_record, logical_of

_PLACES = {name: place for place, name in enumerate(AVRO_TYPES)}
_NUMBERS = frozenset({"boolean", "int", "timedelta-micros", "int-enum"})
_TEXTS = frozenset({"string", "bytes", "string-enum"})
#: What stock makes of values of other branches, without an error. By experiment: see tests/values/test_mixtures.py.
_CASTS: dict[str, frozenset[str]] = {
    "int": _NUMBERS | _TEXTS | {"double", "uuid", "reference"},
    "double": _NUMBERS | _TEXTS,
    "string": frozenset({"string-enum"}),
    "uuid": _TEXTS | {"reference"},
    "reference": frozenset({"uuid", "string", "bytes"}),
    **dict.fromkeys(("date", "time-micros", "timestamp-micros", "timedelta-micros"), _NUMBERS),
}
#: What fastavro reads as what it is.
_NATURAL = frozenset(
    {"null", "boolean", "int", "double", "string", "bytes", "uuid", "date", "time-micros", "timestamp-micros"}
)
#: Numbers, and what takes them: stock finds the type by the value that fastavro makes.
_FOUND = frozenset({"int", "double", "date", "time-micros", "timestamp-micros"})
_SAME = {"long": "int", "float": "double", "set": "array", "enum": "string"}
#: What values are that stock has made already: it casts them again.
_REFERENCE = {"type": "record", "fields": [{"name": "data", "type": {"type": "string", "logicalType": "uuid"}}]}


#: Builds a hint, with the attributes that say which type it stands for, and the type of its field, if it has one.
Hint = Callable[..., Any]


class Group(NamedTuple):
    """Branches of a union that stay together."""

    #: The kinds that are written in them.
    kinds: tuple[Any, ...]
    #: What stock minos would write, which decides on the order.
    natural: list[Any]
    #: What is written.
    written: list[Any]
    #: Those of a lower rank come first.
    rank: int = 0


def in_order(groups: Sequence[Group], hint: Hint) -> list[Group]:
    """Order the branches of a union.

    :param groups: The branches; those of a reference together, as one of them only says what stock makes of both.
    :param hint: Builds a hint.
    :return: The branches; two that would take each other's values as fastavro has to have them.
    """
    if not all(is_natural(one) for group in groups for one in group.natural if avro_type(one) == "array"):
        groups = [_without_inference_of(group, hint) for group in groups]
    left = sorted(groups, key=lambda group: (group.rank, _place(group.natural)))
    found: list[Group] = []
    while left:
        free = (one for one in left if not any(one is not other and _has_to_follow(one, other) for other in left))
        found.append(next(free, left[0]))
        left = [one for one in left if one is not found[-1]]
    return found


def branches_of(groups: Iterable[Group]) -> list[Any]:
    """Give the branches of groups, as they are written."""
    return [branch for group in groups for branch in group.written]


def has_two_numbers(items: Any) -> bool:
    """Tell whether ints and doubles stand side by side, for which there is no order: stock casts all to the first.

    Of ``{"a": {"qty": 1}, "b": {"price": 9.5, "unit": "EUR"}}``, the one would be 1.0, or the other 9. So stock has to
    find the types by the values of each container itself, as it does with its own: see ``ANY`` in avro/schema.py.

    :param items: The schema of the items.
    :return: ``True`` if so.
    """
    return isinstance(items, list) and {"int", "double"} <= set(map(_kind, items))


def is_natural(schema: Any) -> bool:
    """Tell whether fastavro reads all values of a schema as what they are.

    :param schema: The schema.
    :return: ``True`` if so.
    """
    if isinstance(schema, list):
        return all(map(is_natural, schema))
    if isinstance(schema, dict) and schema["type"] in ("array", "map"):
        return logical_of(schema) in (None, ANY) and is_natural(schema.get("items", schema.get("values")))
    # Of a UUID in bytes it knows nothing: it takes stock's type hint to make one of them.
    return _kind(schema) in _NATURAL and not (avro_type(schema) == "bytes" and logical_of(schema) is not None)


def with_two_numbers(items: Any, hint: Hint) -> Any:
    """Have stock find the types of numbers by themselves, behind all that it has to be told of.

    Where that would take numbers, it reads ints as doubles, rather than doubles as ints.

    :param items: The branches of the items.
    :param hint: Builds a hint.
    :return: The branches.
    """
    told = [one for one in items if _kind(one) not in _FOUND]
    if not any(is_box(one) or takes(one, "int") or takes(one, "double") for one in told):
        return [*told, hint({"logicalType": ANY}), *(one for one in items if one not in told)]
    ints = [one for one in items if _kind(one) == "int"]
    others = [one for one in items if one not in ints]
    place = others.index("double") + 1
    return [*others[:place], *ints, *others[place:]]


def takes(hint: Any, other: Any, depth: int = 3) -> bool:
    """Tell whether stock, asked for what one schema says, may take a value of another one for it.

    :param hint: The one schema.
    :param other: The other.
    :param depth: How many levels of them are looked at.
    :return: ``True`` if so.
    """
    if isinstance(hint, list):
        return any(takes(branch, other, depth) for branch in hint)
    if isinstance(other, list):
        return any(takes(hint, branch, depth) for branch in other)
    kind, given = _kind(hint), _kind(other)
    if logical_of(hint) == ANY:
        return True
    if not depth:  # each level of records multiplies the work
        return given == kind
    if given == "collection":
        inner = {"type": "map", "values": other["items"]}
        return kind == "array" or (kind == "map" and _may_take(hint["values"], inner, depth - 1))
    if kind == "collection":
        return given in ("map", "array")
    if given == "reference":
        return (kind in ("array", "map") and takes(hint, _REFERENCE, depth)) or given in _CASTS.get(kind, ())
    if kind == "reference" and given == "record":
        return any(field["name"] == "uuid" for field in other["fields"])
    if kind == "record":
        return _record_takes(hint["fields"], other, depth - 1)
    if kind == "array":
        items = hint["items"]
        if given == "record":
            return (bool(other["fields"]) and _holds_anything(items)) or takes(items, "string", depth - 1)
        return given in ("map", "bytes") or (given == "array" and _may_take(items, other["items"], depth - 1))
    if kind == "map" and given in ("map", "record"):
        places = [other["values"]] if given == "map" else [field["type"] for field in other["fields"]]
        return all(_may_take(hint["values"], place, depth - 1) for place in places)
    if given == kind and given in ("int-enum", "string-enum"):
        return logical_of(hint) == logical_of(other)  # another's values, none or few of which it has
    return given == kind or given in _CASTS.get(kind, ())


def _without_inference_of(group: Group, hint: Hint) -> Group:
    natural = [_without_inference(one, hint) for one in group.natural]
    return group._replace(natural=natural, written=natural if group.written is group.natural else group.written)


def _without_inference(schema: Any, hint: Hint) -> Any:
    if logical_of(schema) != ANY or is_record(schema):
        return schema
    key = "values" if "values" in schema else "items"
    others = {name: part for name, part in schema.items() if name != "logicalType"}
    return {**others, key: with_two_numbers(schema[key], hint)}


def _place(group: list[Any]) -> int:
    return min(_PLACES.get(avro_type(schema), len(_PLACES)) for schema in group)


def _has_to_follow(group: Group, preceding: Group) -> bool:
    one, other = group.natural, preceding.natural
    if group.rank != preceding.rank:
        return group.rank > preceding.rank
    if is_box(other[0]) or not takes(one, other):
        return False  # to stock, a box is not what was put in any case
    if _is_model(one[0]) != _is_model(other[0]):
        # A container takes any record of which it takes the keys, and a record few containers.
        return _is_model(other[0]) or not takes(other, one)
    return _place(one) > _place(other) or not takes(other, one)


def _is_model(schema: Any) -> bool:
    return _kind(schema) in ("record", "collection")


def _record_takes(fields: Sequence[Any], other: Any, depth: int) -> bool:
    given = {field["name"]: field["type"] for field in other["fields"]} if _kind(other) == "record" else {}
    if _kind(other) in ("record", "map") and all(
        takes(field["type"], given.get(field["name"], "null"), depth) for field in fields
    ):
        return True
    # What is no dict goes to the first field, and nothing to the others.
    first, *others = [field["type"] for field in fields] or ["null"]
    return takes(first, other, depth) and all(takes(place, "null", depth) for place in others)


def _may_take(items: Any, others: Any, depth: int) -> bool:
    """Tell whether containers may be taken for each other by what they hold: any may be empty."""
    return _holds_anything(items) or _holds_anything(others) or takes(items, others, depth)


def _holds_anything(items: Any) -> bool:
    # To stock, containers of nothing but null are containers of anything.
    return items in ("null", ["null"])


def _kind(schema: Any) -> str:
    avro, logical = avro_type(schema), logical_of(schema)
    kind = _SAME.get(avro, avro)
    if logical not in (None, ANY) and "." in logical and kind in ("record", "array"):
        return "reference" if kind == "record" else "collection"
    if kind not in ("record", "array", "map") and isinstance(schema, dict) and "python" in schema:
        return "other"  # stock has no such type
    if logical in (None, ANY, "builtins.int"):
        return str(kind)
    return f"{kind}-enum" if "." in logical else _SAME.get(logical, logical)
