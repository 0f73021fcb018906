"""Checks: requests, answers, second opinions, idempotency, deletion."""
