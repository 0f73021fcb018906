"""Embedders: from an aligned face to a vector, and thresholds between vectors."""
