"""Receipts, tokens and webhook deliveries."""
