"""Python values to Avro and back. Knows nothing of contexts, nor of ``minos.saga``."""
