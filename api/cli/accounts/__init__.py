"""Commands about user accounts and API clients."""
