"""Where the tool finds executions: stores, which it opens for reading, and files."""
