"""The plug: all that changes minos from outside."""
