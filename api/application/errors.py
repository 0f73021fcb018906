"""The base of what use cases raise on purpose."""


class UseCaseError(Exception):
    """What was asked for cannot be done; the message says what to do next."""
