"""Which executions a command is about, and in which order."""
