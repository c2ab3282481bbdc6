"""Schemas to converters: how a value is encoded for fastavro, and decoded from what it reads."""
