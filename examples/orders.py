"""The two orders of the demo, and what must come of them."""

from datetime import datetime

ORDER = {
    "order_id": 12345,
    "customer": {"id": "cust_456", "name": "John Doe", "orders": 3, "premium": True},
    "items": [{"sku": "ITEM1", "quantity": 2, "price": 9.50}, {"sku": "ITEM2", "quantity": 1, "price": 4.00}],
    "address": {"number": 123, "street": "Main St", "city": "Agawam", "zip": "01001"},
    "ordered_at": datetime(2026, 11, 23, 9, 30),
}
RESERVED_ORDER = {**ORDER, "total": 23.00, "reservation": {"boxes": 2, "code": "0012345"}}

REFUSED_ORDER = {
    **ORDER,
    "order_id": 12346,
    "items": [{"sku": "ITEM1", "quantity": 2, "price": 25.00}, {"sku": "ITEM2", "quantity": 1, "price": 49.99}],
}
ROLLED_BACK_ORDER = {**REFUSED_ORDER, "total": 99.99, "reservation": {"boxes": 2, "code": "0012346"}}
