"""The tool that looks into the sagas which a service has stored: ``python -m minos_saga_context``."""

from .commands import main

__all__ = ["main"]
