"""Accounts that sign in, their sessions and second factors, and API clients."""
