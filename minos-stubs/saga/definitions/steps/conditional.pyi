"""Conditions, whose parameter may be any class that extends the context, as that of the other callbacks."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from ..operations import SagaOperation
from ..saga import Saga
from .abc import SagaStep

_Condition = Callable[..., bool | Awaitable[bool]]

class ConditionalSagaStep(SagaStep):
    if_then_alternatives: list[IfThenAlternative]
    else_then_alternative: ElseThenAlternative | None
    def __init__(
        self,
        if_then: IfThenAlternative | Iterable[IfThenAlternative] | None = None,
        else_then: ElseThenAlternative | None = None,
        **kwargs: Any,
    ) -> None: ...
    @classmethod
    def _from_raw(cls, raw: dict[str, Any], **kwargs: Any) -> ConditionalSagaStep: ...
    def if_then(self, condition: _Condition, saga: Saga) -> ConditionalSagaStep: ...
    def else_then(self, saga: Saga) -> ConditionalSagaStep: ...
    def validate(self) -> None: ...
    @property
    def raw(self) -> dict[str, Any]: ...
    def __iter__(self) -> Iterable[Any]: ...

class _Alternative:
    saga: Saga
    @classmethod
    def from_raw(cls, raw: Any, **kwargs: Any) -> Any: ...
    def validate(self) -> None: ...
    @property
    def raw(self) -> dict[str, Any]: ...
    def __iter__(self) -> Iterable[Any]: ...

class IfThenAlternative(_Alternative):
    condition: SagaOperation[Any]
    def __init__(self, condition: SagaOperation[Any] | _Condition, saga: Saga) -> None: ...

class ElseThenAlternative(_Alternative):
    def __init__(self, saga: Saga) -> None: ...
