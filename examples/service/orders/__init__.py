"""A microservice of minos with one saga."""
