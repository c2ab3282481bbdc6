"""What the rows of the table of types say: of a scalar, of an enum, of a container."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Callable, NamedTuple, Optional, Union

from ...exceptions import SnapshotException


class Encoding(NamedTuple):
    """One of the ways in which a scalar is written."""

    #: The Avro type.
    avro: str
    #: The ``logicalType``, if there is one.
    logical: Optional[str] = None
    #: Whether the tag of the row has to be written, because the Avro type alone reads as another Python type.
    tagged: bool = False
    #: Python value to what stands in the data; ``None`` if that is the value itself.
    encode: Optional[Callable[[Any], Any]] = None
    #: What stands in the data to the Python value; ``None`` if that is the value itself.
    decode: Optional[Callable[[Any], Any]] = None
    #: The schema's attribute that holds the variable part of the encoding. ``decode`` is then given that part,
    #: and builds the function that decodes.
    attribute: Optional[str] = None
    #: The type of what stands in the data.
    reads: type = str
    #: The type that fastavro makes of it, where it is given the logical type.
    logical_type: Optional[type] = None
    #: That to the Python value, as ``decode`` does; ``None`` if it is the Python value.
    decode_logical: Optional[Callable[[Any], Any]] = None
    #: Whether it takes values of the row's first encoding too, where it stands in its place in a union.
    takes_first: bool = False
    #: What Avro's enum lists.
    symbols: tuple[str, ...] = ()


class ScalarType(NamedTuple):
    """All that is known of a scalar type."""

    #: Its permanent name in snapshots.
    tag: str
    type: type
    #: The ways to write it, the natural one first. Those that ``choose`` never names are only read.
    encodings: tuple[Encoding, ...]
    #: The number of the encoding that takes a value, and the value of its attribute. ``None``: always the first.
    choose: Optional[Callable[[Any], tuple[int, Optional[str]]]] = None
    #: Whether the first encoding takes so nearly every value that it is tried before ``choose`` is asked.
    optimistic: bool = False
    #: What memory keeps of a value that can be changed. ``None``: the value itself.
    copy: Optional[Callable[[Any], Any]] = None
    #: Raises if one of these values of the type cannot be kept.
    check: Optional[Callable[[Iterable[Any]], None]] = None
    #: An instance of a subclass to the type itself, by no method of the subclass; ``None`` if it has no subclasses.
    upcast: Optional[Callable[[Any], Any]] = None
    #: A value as text for people. ``None``: as its encoding has it, or ``str`` where that has no text of its own.
    text: Optional[Callable[[Any], str]] = None


class EnumType(ScalarType):
    """All that is known of an enum, which is written as a scalar: see classes/enums.py."""

    __slots__ = ()

    def reads_back(self, member: Any) -> bool:
        """Tell whether what is written for a member is read as that member."""
        number, part = self.choose(member)  # type: ignore[misc]
        encoding = self.encodings[number]
        decode: Any = encoding.decode if encoding.attribute is None else encoding.decode(part)  # type: ignore[misc]
        try:
            return decode(encoding.encode(member)) is member  # type: ignore[misc]
        except SnapshotException:
            return False


class Container(NamedTuple):
    """All that is known of a container type: an :class:`Array` or a :class:`Map`."""

    #: Its permanent name in snapshots.
    tag: str
    type: type
    #: Builds the container from its items; of a map, from a dict or pairs. ``None``: the type does.
    build: Optional[Callable[..., Any]] = None
    logical: Optional[str] = None
    tagged: bool = True
    #: Whether the order of its items means nothing, so that snapshots sort them.
    unordered: bool = False
    #: Whether it cannot be changed, but for what its items hold.
    frozen: bool = False
    #: The attribute of the container, and of its schema, that is given to ``build`` too.
    attribute: Optional[str] = None
    #: What the schema has for that of the container. ``None``: the same.
    named: Optional[Callable[[Any], Any]] = None

    def builder(self, attribute: Any) -> Callable[..., Any]:
        """Give the function that builds the container, with a value for the attribute."""
        build = self.build or self.type
        return build if self.attribute is None else partial(build, **{self.attribute: attribute})

    def attribute_of(self, value: Any) -> Any:
        """Give the value of the attribute; ``None`` if there is none."""
        if self.attribute is None:
            return None
        found = getattr(self.type, self.attribute).__get__(value)
        return found if self.named is None else self.named(found)

    def upcast(self, value: Any) -> Any:
        """Give what an instance of a subclass holds, in one of the type itself."""
        raise NotImplementedError


class Array(Container):
    """A container of items. It is written as Avro's array."""

    __slots__ = ()
    avro = "array"
    #: The type of what fastavro reads.
    reads = list

    def upcast(self, value: Any) -> Any:
        cls: Any = self.type
        return self.builder(self.attribute_of(value))(cls.__iter__(value))


class Map(Container):
    """A container of items under keys. It is written as Avro's map; where a key is no text, as an array of entries."""

    __slots__ = ()
    avro = "map"
    reads = dict

    def upcast(self, value: Any) -> Any:
        cls: Any = self.type
        return self.builder(self.attribute_of(value))(cls.items(value))


AnyContainer = Union[Array, Map]
#: What the table has rows of.
AnyRow = Union[ScalarType, AnyContainer]
