"""What this microservice is asked for."""

from typing import Any

from minos.networks import Request, Response, enroute

from .saga import place_order


class OrderService:
    """Takes an order, and starts its saga."""

    def __init__(self, *args: Any, **kwargs: Any):
        """Accept whatever minos hands to its services."""

    @enroute.broker.command("PlaceOrder")
    async def place(self, request: Request) -> Response:
        """Start the saga of an order."""
        return Response(await place_order(await request.content()))
