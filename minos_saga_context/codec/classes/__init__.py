"""Classes whose instances are kept: enums, dataclasses, NamedTuples, minos's Models; and how they are found again."""
