"""What the tool shows, and how."""
