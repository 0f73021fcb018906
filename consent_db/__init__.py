"""What is remembered: people, consents, templates, checks and the audit. See `store.Store`."""
