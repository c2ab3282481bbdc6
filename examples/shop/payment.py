"""The service that takes the money."""

from typing import Any

from minos.networks import Request, Response, ResponseException, enroute

from . import books

CARD_LIMIT = 50.00


class PaymentService:
    """Payment Service class."""

    def __init__(self, *args: Any, **kwargs: Any):
        """Accept whatever minos hands to its services."""

    @enroute.broker.command("ChargeOrder")
    async def charge(self, request: Request) -> Response:
        """Charge an order to the customer's card.

        :param request: The order's amount.
        :return: The receipt.
        """
        content = await request.content()
        refused = content["amount"] > CARD_LIMIT
        books.write("payment", "refused" if refused else "charged", **content)
        if refused:
            raise ResponseException("The card does not cover the amount.")
        return Response({"receipt": f"00{content['order_id']}-1", "amount": content["amount"]})
