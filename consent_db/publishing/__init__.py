"""Channels, the ledger of publications, and take-downs."""
