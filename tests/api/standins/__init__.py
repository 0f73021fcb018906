"""Schedulers that stand in for the real ones: servers on this machine that take and refuse what those do."""
