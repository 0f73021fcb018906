"""Checks that go: a compromising picture at once, and a person who is erased."""
