"""Contexts in time: snapshots, differences, histories, and how values are shown."""
