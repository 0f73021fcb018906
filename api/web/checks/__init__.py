"""One check: the answer, its faces, and resolving it."""
