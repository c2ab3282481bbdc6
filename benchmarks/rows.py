"""The rows of the table: what is timed, what was promised of it, and what was hoped for."""

from __future__ import annotations

from typing import NamedTuple, Optional

from .data import special

Found = dict[tuple[str, str], float]


class Row(NamedTuple):
    """A row of the table."""

    label: str
    job: str
    #: Stock's time by ours, at least.
    target: float
    #: The peers that do the same work.
    peers: tuple[str, ...] = ()
    #: The peer to be measured by, and its time by ours, at least.
    aim: Optional[tuple[str, float]] = None


_COPY = ("deepcopy",)
_AVRO = ("fastavro", "pickle", "jsonpickle")
ROWS = (
    Row("message of the order: build", "build order", 40),
    Row("message of the order: encode", "send order", 15),
    Row("message of the order: decode", "receive order", 20),
    Row("message of 200 order lines: build", "build 600", 200),
    Row("message of 200 order lines: encode", "send 600", 25),
    Row("message of 200 order lines: decode", "receive 600", 25),
    Row("step copy: the order", "copy order", 40, _COPY, ("deepcopy", 2)),
    Row("step copy: 20 lists of 100 order lines", "copy large", 150, _COPY, ("deepcopy", 5)),
    Row("`avro_str`: the order", "encode order", 24, _AVRO, ("fastavro", 1 / 1.6)),
    Row("`avro_str`: 20 lists of 100", "encode large", 18, _AVRO, ("fastavro", 1 / 1.5)),
    Row("`from_avro_str`: the order", "decode order", 45, _AVRO, ("fastavro", 1 / 1.6)),
    Row("`from_avro_str`: 20 lists of 100", "decode large", 60, _AVRO, ("fastavro", 1 / 1.2)),
    Row("UUIDs, dates, UTC datetimes: step copy", "copy natural", 50, _COPY),
    Row("UUIDs, dates, UTC datetimes: `avro_str`", "encode natural", 25, _AVRO),
    Row("UUIDs, dates, UTC datetimes: `from_avro_str`", "decode natural", 50, _AVRO),
    Row("DTOs and declarative models: step copy", "copy models", 20, _COPY),
    Row("DTOs and declarative models: `avro_str`", "encode models", 4, _AVRO, ("fastavro", 1 / 2)),
    Row("DTOs and declarative models: `from_avro_str`", "decode models", 4, _AVRO, ("fastavro", 1 / 2)),
    Row("set an attribute", "set order", 10),
    Row("get an attribute", "get order", 1),
    Row("get an item", "item order", 0.9),
    Row("iterate", "iterate order", 1),
    Row("a shape never seen before, there and back", "new order", 4),
)
#: Labels of sizes, the contexts, and stock's size by ours, at least.
SIZES = (("the order", "order", 1.0), ("20 lists of 100 order lines", "large", 3.0))
SPECIAL = tuple(special())
#: How many lines the orders of whole sagas have, and stock's time by ours, at least.
SHOPS = ((2, 8), (50, 20))
#: Milliseconds that importing the package may add to importing ``minos.saga``.
IMPORT_LIMIT = 20.0


def jobs(rows: tuple[Row, ...] = ROWS) -> list[tuple[str, str]]:
    """Give all that is to be timed for some rows.

    :param rows: The rows.
    :return: Pairs of side and job.
    """
    found = []
    for row in rows:
        found += [("stock", row.job), ("ours", row.job), *(("peers", f"{peer} {row.job}") for peer in row.peers)]
    return found


def special_jobs() -> list[tuple[str, str]]:
    """Give all that is to be timed of special types.

    :return: Pairs of side and job.
    """
    pairs = [f"{work} {name}" for name in SPECIAL for work in ("encode", "decode")]
    return [pair for job in pairs for pair in (("ours", job), ("peers", f"jsonpickle {job}"))]
