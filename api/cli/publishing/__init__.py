"""Commands about channels, publications and webhooks."""
