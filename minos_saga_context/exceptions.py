"""What can go wrong, and what to catch.

::

    MinosException                               Exception
    ├── MinosModelAttributeException
    │   ├── MinosMalformedAttributeException
    │   │   ├── UnsupportedValueException        + TypeError      cannot be kept: refused when it is assigned
    │   │   └── ContextTypeException             + TypeError      a typed context declares something else
    │   └── MissingItemException                 + KeyError       context["typo"]
    ├── MinosModelException
    │   └── TypeRegistrationException            + ValueError     register_type() was given what it cannot take
    ├── MinosProtocolException
    │   └── SnapshotException                    + ValueError     the bytes are no snapshot, or one that cannot be read
    └── DatabaseClientException
        └── IntegrityException
            └── ConcurrentExecutionException     + RuntimeError   another replica has gone on with the execution

    AttributeError
    └── MissingAttributeException                                 context.typo

The last is no MinosException: since Python 3.10 no class can extend both, for how they are laid out in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Optional, get_args

from minos.common import (
    IntegrityException,
    MinosMalformedAttributeException,
    MinosModelAttributeException,
    MinosModelException,
    MinosProtocolException,
)

__all__ = [
    "ConcurrentExecutionException",
    "ContextTypeException",
    "MissingAttributeException",
    "MissingItemException",
    "SnapshotException",
    "TypeRegistrationException",
    "UnsupportedValueException",
]

_REMEDY = "Convert it to a supported type, or teach the context its type with register_type()."


class UnsupportedValueException(MinosMalformedAttributeException, TypeError):
    """A value cannot be kept in a context, or in a message. What was to take it is as it was before.

    :param value: The value itself.
    :param path: Where it stands, such as ``order.items[1].price``.
    :param reason: Why it cannot be kept; by default, that its type is not supported.
    :param remedy: What can be done about it.
    """

    def __init__(self, value: Any, path: str = "", reason: str = "", remedy: str = _REMEDY):
        self.value = value
        self.path = path
        self.reason = reason
        self.remedy = remedy
        what = f"Unsupported value of type {type(value).__name__!r}"
        super().__init__(f"{what}{f' - at {path!r}' if path else ''}{f': {reason}' if reason else ''}. {remedy}")

    def at(self, path: str) -> UnsupportedValueException:
        """Build the same exception for the given path.

        :param path: Where the value stands.
        :return: A new exception.
        """
        return type(self)(self.value, path, self.reason, self.remedy)

    def __reduce__(self) -> Any:
        return type(self), (self.value, self.path, self.reason, self.remedy)


class ContextTypeException(MinosMalformedAttributeException, TypeError):
    """A field of a typed context is missing, or is not what the class declares. A refused assignment sets nothing.

    A typed context is a subclass of ``SagaContext`` with annotations.

    :param path: Where the value stands, such as ``lines[1]``.
    :param context: The name of the typed context.
    :param field: The name of the field.
    :param expected: How the field is annotated.
    :param found: The type of the value at the path; ``None`` if the field is missing.
    :param step: The name of the callback that was given the context; empty outside of a step.
    """

    def __init__(self, path: str, context: str, field: str, expected: Any, found: Optional[type], step: str = ""):
        self.path = path
        self.context = context
        self.field = field
        self.expected = expected
        self.found = found
        self.step = step
        is_ = "is missing" if found is None else f"is of type {found.__name__!r}"
        remedy = (
            "Set it in an earlier step, or declare a default" if found is None else "Nothing is converted: set it so"
        )
        declared = f"{context} declares '{field}: {_text_of(expected)}'"
        super().__init__(f"{path!r} {is_}, but {declared}{f' - in step {step!r}' if step else ''}. {remedy}.")

    def __reduce__(self) -> Any:
        return type(self), (self.path, self.context, self.field, self.expected, self.found, self.step)


def _text_of(hint: Any) -> str:
    if isinstance(hint, type) and not get_args(hint):
        return hint.__qualname__.rpartition(".")[2]
    return re.sub(r"\b(?:\w+\.|<locals>\.)+(?=\w)", "", str(hint))


class _MissingField:
    """No field of that name."""

    def __init__(self, name: Any, owner: str, fields: Iterable[str]):
        self.name = name
        self.owner = owner
        self.fields = tuple(fields)

    def __str__(self) -> str:
        # Looked for only when somebody reads it: most of these are caught by hasattr() and get().
        from difflib import get_close_matches

        close = get_close_matches(self.name, self.fields, n=1) if isinstance(self.name, str) else []
        hint = f" Did you mean {close[0]!r}?" if close else ""
        return f"{self.owner!r} does not contain the {self.name!r} field.{hint}"

    def __repr__(self) -> str:
        # minos.saga puts it into the message of its own exception, when a callback fails with this one.
        return f"{type(self).__name__}(message={str(self)!r})"

    def __reduce__(self) -> Any:
        return type(self), (self.name, self.owner, self.fields)


class MissingItemException(_MissingField, MinosModelAttributeException, KeyError):
    """The context has no field of the name in ``context["name"]``. The message tells a name that is close.

    :param name: The name that was asked for.
    :param owner: The name of the context's class.
    :param fields: The names of the fields that are there.
    """

    @property
    def _message(self) -> str:
        # Where the exceptions of minos.common keep their message.
        return str(self)


class MissingAttributeException(_MissingField, AttributeError):
    """The context has no field of the name in ``context.name``. The message tells a name that is close.

    :param name: The name that was asked for.
    :param owner: The name of the context's class.
    :param fields: The names of the fields that are there.
    """


class TypeRegistrationException(MinosModelException, ValueError):
    """``register_type``, ``renamed`` or ``upgrade`` was told what cannot be, or what contradicts an earlier call.

    :param error_message: What, and why.
    """


class SnapshotException(MinosProtocolException, ValueError):
    """What was stored cannot be read as a context: damaged, no context, hostile, or of classes that are gone.

    :param error_message: What is wrong, and where.
    """

    def at(self, path: str) -> SnapshotException:
        """Give the same exception, with the path to what cannot be read.

        :param path: The path.
        :return: Another exception.
        """
        found = type(self)(f"{self} - at {path!r}")
        found.__dict__.update(self.__dict__)
        return found


class ConcurrentExecutionException(IntegrityException, RuntimeError):
    """Another replica of the service goes on with the execution of a saga, or has gone on. Nothing was stored.

    Sagas in PostgreSQL raise it, and minos logs it as the failure of a message's handler. Nothing has to be done: the
    other replica does the work.

    :param uuid: The identifier of the execution.
    :param reason: What the other has done.
    """

    def __init__(self, uuid: Any, reason: str):
        self.uuid = uuid
        self.reason = reason
        super().__init__(f"The execution {uuid} cannot go on here: {reason}. Leave it to that replica.")

    def __reduce__(self) -> Any:
        return type(self), (self.uuid, self.reason)


def reason_of(error: BaseException) -> str:
    """Write what was raised. A UnicodeError holds all of what could not be decoded, secrets too: that is left out.

    :param error: What was raised.
    :return: Its type and what it says.
    """
    return f"{type(error).__name__}({str(error)!r})" if isinstance(error, UnicodeError) else repr(error)
