"""The one table of types, its indices, and the functions that it names."""
