"""Commands about what is kept: the audit, backups, retention."""
