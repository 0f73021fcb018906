"""The overview of administrators, with its charts."""
