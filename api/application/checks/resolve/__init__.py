"""Resolving a blocked check: what is said, and the request that follows from it."""
