"""What the Avro specification says, and the bounds on what reading it may cost."""
