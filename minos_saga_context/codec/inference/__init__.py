"""Values to the schema that provides for them, and for nothing else."""
