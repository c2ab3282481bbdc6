"""What the tool does with executions."""
