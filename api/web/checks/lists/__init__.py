"""Lists of checks, and the way from one of them to the next."""
