"""Reference photographs of many people at once."""
