"""Receipts, publications and webhooks."""
