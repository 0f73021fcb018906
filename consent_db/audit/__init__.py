"""The append-only audit chain and its signed checkpoints."""
