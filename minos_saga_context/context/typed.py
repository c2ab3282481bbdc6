"""Typed contexts: subclasses of the saga context that declare fields, which are checked where steps begin and end.

They are views: what is stored, sent and handed to other steps is the plain context.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Annotated, Any, ClassVar, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from ..codec.classes.records import RECORD_TYPES
from ..codec.classes.upgrades import named_as_today
from ..codec.types.registry import IMMUTABLE
from ..codec.types.subclasses import is_class
from ..codec.values.children import children
from ..codec.values.copying import copy_in
from ..codec.values.paths import join, step_to
from ..exceptions import ContextTypeException
from .method_fields import MethodOrField, uncallable
from .record import ContextRecordType
from .saga_context import SagaContext
from .values import build, copied_in, kept_values, own_values

T = TypeVar("T", bound="TypedContext")
_NOTHING: Any = ()


class TypedContext(SagaContext):
    """What a subclass of the saga context that has annotations extends: see :func:`_declare`.

    :param other: A mapping, or pairs of names and values.
    :param values: Fields by name. Declared ones that are missing get their defaults.
    :raises ContextTypeException: If a value is not of the type that its field declares.
    """

    #: The fields that are declared, in order, and the defaults of those that have one.
    _names: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, Any]] = {}
    #: What each field is declared to be; found out when it is first asked for, when all names are known.
    _hints: ClassVar[dict[str, Any]] = {}
    #: The step that was given the context.
    _step = ""

    def __init__(self, other: Union[Mapping[str, Any], Iterable[tuple[str, Any]]] = _NOTHING, /, **values: Any):
        super().__init__(other, **values)
        complete(self)

    def __setitem__(self, key: str, value: Any) -> None:
        check(self, {key: value})
        super().__setitem__(key, value)

    @MethodOrField
    def update(self, other: Any = (), /, **kwargs: Any) -> None:
        """Set several fields, or none if one of the values cannot be kept, or is not what its field declares.

        :param other: A mapping, or pairs of names and values.
        :param kwargs: Fields by name.
        :return: This method does not return anything.
        :raises ContextTypeException: If a value is not of the type that its field declares.
        """
        self |= {**copied_in(other), **copied_in(kwargs)}

    def __ior__(self: T, other: Any) -> T:
        copied = copied_in(other)
        check(self, copied)
        self._kept.update(copied)
        return self

    def __or__(self: T, other: Any) -> T:
        made = super().__or__(other)
        return made if made is NotImplemented else complete(made)

    def __ror__(self: T, other: Any) -> T:
        made = super().__ror__(other)
        return made if made is NotImplemented else complete(made)

    @classmethod
    def from_avro_bytes(cls, raw: bytes, batch_mode: bool = False, **kwargs: Any) -> Any:
        """Read a plain context, as this class.

        :param raw: The bytes of an Avro file.
        :param batch_mode: Whether to return all contexts of the file, rather than the only one.
        :param kwargs: Taken as ``minos.common.Model`` does.
        :return: The context, or the list of contexts.
        :raises ContextTypeException: If a value is not of the type that its field declares.
        """
        found = super().from_avro_bytes(raw, batch_mode=batch_mode, **kwargs)
        made = [
            complete(build(cls, named_as_today(cls, kept_values(one)))) for one in (found if batch_mode else [found])
        ]
        return made if batch_mode else made[0]


class TypedRecordType(ContextRecordType):
    """How typed contexts become records: as the plain context, so that services without the class see no difference."""

    def __init__(self, cls: type):
        super().__init__(self.default)
        self.owner = cls

    @classmethod
    def matches(cls, candidate: type) -> bool:
        return TypedContext in candidate.__mro__


RECORD_TYPES.insert(0, TypedRecordType)


def _declare(cls: type[Any], /, **kwargs: Any) -> None:
    """Make a subclass of the saga context that has annotations a typed one."""
    super(SagaContext, cls).__init_subclass__(**kwargs)
    own = [name for name, hint in vars(cls).get("__annotations__", {}).items() if _is_field(name, hint)]
    if TypedContext not in cls.__mro__:
        if not own:
            return
        bases = tuple(TypedContext if base is SagaContext else base for base in cls.__bases__)
        cls.__bases__ = bases if TypedContext in bases else (*bases, TypedContext)
    typed: list[Any] = [base for base in reversed(cls.__mro__[1:]) if TypedContext in base.__mro__]
    cls._names = tuple(dict.fromkeys([*(name for base in typed for name in base._names), *own]))
    cls._defaults = {name: default for base in typed for name, default in base._defaults.items()}
    for name in cls._names:
        if name in vars(cls):
            cls._defaults[name] = copy_in(vars(cls)[name], name)
            # Else it would be found before the field is looked for.
            delattr(cls, name)
        for base in (one for one in cls.__mro__ if name in vars(one) and one not in TypedContext.__mro__):
            raise TypeError(f"{cls.__name__} declares {name!r}, but {base.__name__} has an attribute of that name")


SagaContext.__init_subclass__ = classmethod(_declare)  # type: ignore[assignment]


def _is_field(name: str, hint: Any) -> bool:
    text = hint if isinstance(hint, str) else str(hint)
    return name[:1] != "_" and not re.match(r"(\w+\.)*ClassVar\b", text)


def declared(cls: type[TypedContext]) -> dict[str, Any]:
    """Give what each field of a typed context is declared to be."""
    if "_hints" not in vars(cls):
        try:
            hints = get_type_hints(cls)
        except NameError as exc:
            remedy = "Define it, or import it, at the top level of the module, outside of TYPE_CHECKING."
            raise NameError(f"An annotation of {cls.__qualname__!r} means nothing there: {exc}. {remedy}") from exc
        # typeguard lets pass whatever is Final.
        cls._hints = {
            name: get_args(hints[name])[0] if get_origin(hints[name]) is Final else hints[name] for name in cls._names
        }
    return cls._hints


def fill_in(context: TypedContext) -> None:
    """Set the fields that are missing and have a default."""
    for name, default in context._defaults.items():
        if name not in context._kept:
            context._kept[name] = copy_in(default, name)


def complete(context: T) -> T:
    """Fill in what is missing and has a default; check all that is there."""
    fill_in(context)
    check(context, own_values(context))
    return context


def check(context: TypedContext, values: dict[str, Any]) -> None:
    """Refuse values that are not what their fields declare."""
    for name, hint in declared(type(context)).items():
        if name in values:
            _check_value(context, name, uncallable(values[name]), hint)


def _check_value(context: TypedContext, name: str, value: Any, hint: Any) -> None:
    if not _fits(value, hint):
        path, found = _locate(join("", step_to(name)), value, hint)
        raise ContextTypeException(path, type(context).__name__, name, hint, type(found), context._step)


def _fits(value: Any, hint: Any) -> bool:
    if type(value) is hint and hint in IMMUTABLE:
        return True  # most are
    import typeguard

    if _checker_of not in typeguard.checker_lookup_functions:
        typeguard.checker_lookup_functions.append(_checker_of)
    error, every = typeguard.ForwardRefPolicy.ERROR, typeguard.CollectionCheckStrategy.ALL_ITEMS
    try:
        typeguard.check_type(value, hint, forward_ref_policy=error, collection_check_strategy=every)
    except typeguard.TypeCheckError:
        return False
    return True


def _locate(path: str, value: Any, hint: Any) -> tuple[str, Any]:
    """Find what is wrong in a value that does not fit, with its path: typeguard tells it to people only."""
    origin, hints = get_origin(hint), get_args(hint)
    if origin in _AROUND:
        inner = [one for one in hints if _says_what_is_in(one, value)]
        return _locate(path, value, inner[0]) if len(inner) == 1 else (path, value)
    for name, of_field in _named_hints(hint).items() if isinstance(value, Mapping) else ():
        if name in value and not _fits(value[name], of_field):
            return _locate(join(path, step_to(name)), value[name], of_field)
    if hints and isinstance(origin, type) and isinstance(value, origin):
        of_key = hints[0] if isinstance(value, Mapping) and len(hints) > 1 else Any
        each = hints[:-1] if hints[-1] is Ellipsis else hints if isinstance(value, tuple) else hints[-1:]
        for child, of_child in zip(children(value) or (), each if len(each) > 1 else repeat(each[0])):
            here = join(path, child.step)
            if not _fits(child.key, of_key):
                return here, child.key
            if not _fits(child.value, of_child):
                return _locate(here, child.value, of_child)
    return path, value


def _says_what_is_in(hint: Any, value: Any) -> bool:
    origin = get_origin(hint)
    return isinstance(value, origin if isinstance(origin, type) else Mapping if _named_hints(hint) else ())


def _named_hints(hint: Any) -> dict[str, Any]:
    """Give the fields that a hint names: that of a ``TypedDict``, or of a typed context."""
    if not is_class(hint) or not issubclass(hint, (dict, TypedContext)):
        return {}
    return (
        declared(hint) if issubclass(hint, TypedContext) else get_type_hints(hint) if hasattr(hint, "__total__") else {}
    )


def _checker_of(origin: Any, _args: Any, _extras: Any) -> Any:
    """Tell typeguard that a plain context stands for a typed one: in a context there are no others."""
    return _check_plain if is_class(origin) and TypedContext in origin.__mro__ else None


def _check_plain(value: Any, cls: Any, _args: Any, _memo: Any) -> None:
    import typeguard

    if not isinstance(value, SagaContext) or not all(
        name in value and _fits(value[name], hint) for name, hint in declared(cls).items()
    ):
        raise typeguard.TypeCheckError(f"is not what {cls.__name__} declares")


#: What stands around the hint that the value itself may fit.
_AROUND = (Union, getattr(types, "UnionType", Union), Annotated)
