"""A class whose instances stand in contexts."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass
class Payment:
    """The payment of an order."""

    id: UUID
    amount: Decimal
    captured: bool = False
