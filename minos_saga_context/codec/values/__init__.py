"""Values as memory keeps them: copied in or refused, and walked through."""
