"""The demo of ``minos-saga-context``: a small minos shop, and the driver that kills it in the middle of a saga."""
