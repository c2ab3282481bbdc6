"""What the plug changes in minos.saga: the two ends of a step, and what is stored of an execution."""
