"""The callbacks of steps. minos's own annotations of them ask for one argument more than minos hands over."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from ..messages import SagaRequest

T = TypeVar("T")
_NowOrLater = T | Awaitable[T]

#: Their first parameter may be any class that extends the context.
RequestCallBack = Callable[..., _NowOrLater[SagaRequest]]
ResponseCallBack = Callable[..., _NowOrLater[Exception | Mapping[str, Any] | None]]
LocalCallback = Callable[..., _NowOrLater[Mapping[str, Any] | None]]
