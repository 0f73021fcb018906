"""Pages of administrators: overview, audit, channels, users, webhooks."""
