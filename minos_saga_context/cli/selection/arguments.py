"""How the command line asks for executions."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from datetime import datetime, timedelta, timezone
from typing import Any, Optional

from minos.saga import SagaStatus

from ...codec.values.paths import parse
from .selection import ORDERS
from .where import Where

_STATUSES = tuple(status.value for status in SagaStatus)
_UNITS = {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def duration(text: str) -> timedelta:
    """Read how long something takes.

    :param text: Such as ``2h``.
    :return: The duration.
    :raises ArgumentTypeError: If it is none.
    """
    number = text.rstrip("adehimnorsuwy")
    try:
        found = timedelta(seconds=float(number) * _UNITS[text[len(number) :]])
        datetime.now(timezone.utc) - found  # as far back as there are dates
        return found
    except (ValueError, KeyError, OverflowError):
        raise ArgumentTypeError(f"{text!r} is no duration such as 90s, 30min, 2h, 1.5d or 2w") from None


def condition(text: str) -> Where:
    """Read a condition on a context, for argparse."""
    try:
        return Where.parse(text)
    except ValueError as exc:
        raise ArgumentTypeError(str(exc)) from None


def count(text: str) -> int:
    """Read how many, for argparse."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is no number of executions")
    return int(text)


def path(text: str) -> list[str]:
    """Read a path, for argparse."""
    try:
        return parse(text)
    except ValueError as exc:
        raise ArgumentTypeError(str(exc)) from None


def is_given(args: Namespace) -> bool:
    """Tell whether the command line asks for a selection, by arguments of :func:`add_arguments`."""
    asked = (args.status, args.saga, args.step, args.older_than, args.limit)
    return any(it is not None for it in asked) or bool(args.where or args.reverse or args.sort != "uuid")


def add_arguments(command: Any, sort: Optional[str]) -> None:
    """Let a command take a selection.

    :param command: The parser of the command.
    :param sort: The order that it has by itself; ``None`` if it has none.
    :return: This function does not return anything.
    """
    group = command.add_argument_group("which executions, and in which order")
    group.add_argument("--status", metavar="STATUS", choices=_STATUSES, help="only those of it, such as paused")
    group.add_argument("--saga", metavar="NAME", help="only those of this saga, such as '*.order'")
    group.add_argument("--step", metavar="NAME", help="only those at this step, such as 'charge*'")
    group.add_argument("--older-than", metavar="TIME", type=duration, help="such as 90s, 30min, 2h or 1.5d")
    group.add_argument(
        "--where",
        metavar="CONDITION",
        type=condition,
        action="append",
        default=[],
        help="such as customer.id=x, total>20, coupon; repeatable",
    )
    command.set_defaults(sort="uuid", reverse=False, limit=None)
    if sort is None:
        return
    orders = ", ".join([f"{sort} (default)", *(name for name in ORDERS if name != sort)])
    group.add_argument("--sort", metavar="ORDER", choices=ORDERS, default=sort, help=orders)
    group.add_argument("--reverse", action="store_true", help="turn the order round")
    group.add_argument("--limit", metavar="N", type=count, help="no more than N")
