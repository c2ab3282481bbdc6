"""The Avro object container file, and what is remembered of each schema."""

from .datum import field_names, join, load_as_fastavro, without_names
from .header import HEADERS_BY_SYNC
from .plan import PLANS_BY_SHAPE, PLANS_BY_TEXT, Plan
from .reader import bytes_of, decode, inflate, load, load_text, load_without_missing_classes
from .writer import LIGHT, deflate, dump, dump_text, encode, file_of

__all__ = [
    "HEADERS_BY_SYNC",
    "LIGHT",
    "PLANS_BY_SHAPE",
    "PLANS_BY_TEXT",
    "Plan",
    "bytes_of",
    "decode",
    "deflate",
    "dump",
    "dump_text",
    "encode",
    "field_names",
    "file_of",
    "inflate",
    "join",
    "load",
    "load_as_fastavro",
    "load_text",
    "load_without_missing_classes",
    "without_names",
]
