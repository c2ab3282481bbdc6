"""Hypothesis strategies, generated from the table of types: one for each row, and one for values of any mixture.

A row that is added to the table without a strategy here fails at import.
"""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from minos.aggregate import Ref

from minos_saga_context import SagaContext
from minos_saga_context.codec.types.rows import Container, ScalarType
from minos_saga_context.codec.types.table import CONTAINERS, SCALARS
from tests import classes
from tests.support import samples

_OFFSETS = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59)).map(timezone)
_ZONES = st.one_of(st.none(), st.just(timezone.utc), _OFFSETS, st.timezones(no_cache=False))
_FOLDS = st.integers(0, 1)
# Lone surrogates too, which st.text() leaves out.
_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
_SEGMENTS = st.lists(st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=8), max_size=4)


def _with_fold(strategy: Any) -> Any:
    return st.builds(lambda value, fold: value.replace(fold=fold), strategy, _FOLDS)


def _networks(addresses: Any, cls: Any, bits: int) -> Any:
    return st.builds(lambda address, size: cls((int(address), size), strict=False), addresses, st.integers(0, bits))


def _interfaces(addresses: Any, cls: Any, bits: int) -> Any:
    return st.builds(lambda address, size: cls((int(address), size)), addresses, st.integers(0, bits))


_V4, _V6 = st.ip_addresses(v=4), st.ip_addresses(v=6)
_OWN: dict[str, Any] = {
    "none": st.none(),
    "bool": st.booleans(),
    # Without the largest: Hypothesis prints values, and Python refuses to print that one.
    "int": st.one_of(st.integers(), st.integers(-(2**70), 2**70), st.sampled_from(samples.SAMPLES["int"][:-1])),
    "float": st.floats(),
    "str": _TEXT,
    "bytes": st.binary(max_size=20),
    "uuid": st.uuids(),
    "date": st.dates(),
    "datetime": _with_fold(st.datetimes(timezones=_ZONES, allow_imaginary=True)),
    "time": _with_fold(st.times(timezones=_ZONES)),
    "timedelta": st.timedeltas(),
    "decimal": st.decimals(),
    "bytearray": st.binary(max_size=20).map(bytearray),
    "fraction": st.fractions(),
    "complex": st.complex_numbers(),
    "ipv4-address": _V4,
    "ipv6-address": _V6,
    "ipv4-network": _networks(_V4, samples.IPv4Network, 32),
    "ipv6-network": _networks(_V6, samples.IPv6Network, 128),
    "ipv4-interface": _interfaces(_V4, samples.IPv4Interface, 32),
    "ipv6-interface": _interfaces(_V6, samples.IPv6Interface, 128),
}


def _scalar(row: ScalarType) -> Any:
    if row.tag.endswith("-path"):
        # The paths of another system cannot be made here.
        return _SEGMENTS.map(lambda parts: row.type(*parts)) if samples.SAMPLES[row.tag] else st.nothing()
    return _OWN[row.tag]


def _container(container: Container, items: Any, keys: Any) -> Any:
    if container.avro == "map":
        held = st.dictionaries(st.one_of(_TEXT, keys), items, max_size=5)
        if container.attribute is not None:
            return st.builds(container.type, st.sampled_from([None, int, list, dict, str]), held)
        return held.map(container.type)
    if container.unordered:
        return st.lists(keys, max_size=5).map(container.type)
    if container.attribute is not None:
        sizes = st.one_of(st.none(), st.integers(0, 6))
        return st.builds(container.type, st.lists(items, max_size=5), sizes)
    return st.lists(items, max_size=5).map(container.type)


SCALAR_STRATEGIES: dict[str, Any] = {row.tag: _scalar(row) for row in SCALARS}
#: Enums, and instances of record classes with items of any kind.
ENUMS = {
    "enum": st.sampled_from(samples.SAMPLES["enum"]),
    "flag": st.sampled_from(samples.SAMPLES["flag"]),
}
SCALAR = st.one_of(*SCALAR_STRATEGIES.values(), *ENUMS.values())
#: Signalling nan has no hash.
_HASHABLE = SCALAR.filter(samples.is_hashable)
KEY = st.recursive(
    _HASHABLE,
    lambda keys: st.one_of(st.lists(keys, max_size=3).map(tuple), st.frozensets(keys, max_size=3)),
    max_leaves=3,
)


#: Names of fields, with those of methods and properties.
NAMES = st.one_of(st.text(max_size=8), st.sampled_from(["items", "get", "self", "fields", "avro_str", "a b", "\ud800"]))


def container_strategies(items: Any) -> dict[str, Any]:
    """Build a strategy for each container, of items of a strategy.

    :param items: The strategy of the items.
    :return: The strategies by tag.
    """
    record = {
        "dataclass": st.one_of(
            st.builds(classes.Point, items, items),
            st.builds(classes.Line, _TEXT, items, st.lists(_TEXT, max_size=3)),
            st.builds(classes.Slotted, items, items),
        ),
        "namedtuple": st.one_of(st.builds(classes.Pair, items, items), st.builds(classes.OldPair, items, items)),
        "model": st.one_of(
            st.builds(classes.Product, _TEXT, st.floats(), st.lists(_TEXT, max_size=3), st.none() | st.integers(0, 9)),
            st.builds(classes.Address, st.text(max_size=5), st.integers(0, 9)),
            st.builds(lambda plate, id_: classes.Car(plate, 3, uuid=id_), st.text(max_size=5), st.uuids()),
            st.uuids().map(Ref),
        ),
        "context": st.dictionaries(
            st.one_of(st.sampled_from(["items", "get", "fields", "self", "a b"]), _TEXT), items, max_size=4
        ).map(SagaContext),
    }
    return {**{row.tag: _container(row, items, KEY) for row in CONTAINERS}, **record}


#: Anything that a context keeps.
VALUE = st.recursive(SCALAR, lambda items: st.one_of(*container_strategies(items).values()), max_leaves=12)
#: A strategy for each tag.
STRATEGIES: dict[str, Any] = {**SCALAR_STRATEGIES, **ENUMS, **container_strategies(SCALAR)}
#: The tags of those that make values on this system.
POSSIBLE = [tag for tag, strategy in STRATEGIES.items() if not strategy.is_empty]
