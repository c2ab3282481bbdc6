"""The service that keeps the items."""

from typing import Any

from minos.networks import Request, Response, ResponseException, enroute

from . import books


class InventoryService:
    """Inventory Service class."""

    def __init__(self, *args: Any, **kwargs: Any):
        """Accept whatever minos hands to its services."""

    @enroute.broker.command("ReserveItems")
    async def reserve(self, request: Request) -> Response:
        """Put the items of an order aside.

        :param request: The order's items.
        :return: The reservation.
        """
        content = await request.content()
        reservation = {"boxes": len(content["items"]), "code": f"00{content['order_id']}"}
        books.write("inventory", "reserved", reservation=reservation["code"], **content)
        return Response(reservation)

    @enroute.broker.command("ReleaseItems")
    async def release(self, request: Request) -> None:
        """Put the items of a reservation back.

        :param request: The reservation.
        :return: This method does not return anything.
        """
        code = (await request.content())["code"]
        if code not in self._held():
            books.write("inventory", "no such reservation", reservation=code)
            raise ResponseException(f"There is no reservation {code!r}.")
        books.write("inventory", "released", reservation=code)

    @staticmethod
    def _held() -> set[Any]:
        held = set()
        for entry in books.read("inventory"):
            if entry["event"] == "reserved":
                held.add(entry["reservation"])
            elif entry["event"] == "released":
                held.discard(entry["reservation"])
        return held
