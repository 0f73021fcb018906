"""What other programs are given: keys and webhooks."""
