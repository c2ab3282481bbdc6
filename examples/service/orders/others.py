"""Two other microservices, so that this one can run alone. Once yours are there, delete these, also in config.yml."""

from decimal import Decimal
from typing import Any

from minos.networks import Request, Response, ResponseException, enroute

LIMIT = Decimal("50.00")


class StockService:
    """Keeps the goods."""

    #: The lines that are reserved, by order.
    reserved: dict[int, Any] = {}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any):
        """Accept whatever minos hands to its services."""

    @enroute.broker.command("ReserveStock")
    async def reserve(self, request: Request) -> Response:
        """Put the lines of an order aside."""
        content = await request.content()
        self.reserved[content["order_id"]] = content["lines"]
        return Response(len(content["lines"]))

    @enroute.broker.command("ReleaseStock")
    async def release(self, request: Request) -> None:
        """Put the lines of an order back."""
        del self.reserved[(await request.content())["order_id"]]


class PaymentService:
    """Takes the money."""

    #: What was paid, by order.
    paid: dict[int, Decimal] = {}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any):
        """Accept whatever minos hands to its services."""

    @enroute.broker.command("Charge")
    async def charge(self, request: Request) -> Response:
        """Charge an order."""
        content = await request.content()
        if content["amount"] > LIMIT:
            raise ResponseException("The card does not cover it")
        self.paid[content["order_id"]] = content["amount"]
        return Response(f"00{content['order_id']}")
