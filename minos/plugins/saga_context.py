"""The plugin by which minos finds this package when a service starts."""

import minos_saga_context  # noqa: F401
