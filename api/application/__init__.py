"""Use cases, independent of HTTP."""
