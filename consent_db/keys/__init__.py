"""Keys at rest, sealing, and files that only their owner may read."""
