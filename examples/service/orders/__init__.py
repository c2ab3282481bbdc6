"""A microservice of minos with one saga."""

import minos_saga_context  # noqa: F401 - before minos, which would warn of pkg_resources
