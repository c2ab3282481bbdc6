"""Classes that contexts keep: enums and records, and how they are found again; types that users register."""

# Each of them tells types/registry.py how to find its own.
from . import dataclasses, enums, models

__all__ = ["dataclasses", "enums", "models"]
