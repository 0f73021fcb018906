"""The outbox and the delivery of webhooks."""
