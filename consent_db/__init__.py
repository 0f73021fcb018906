"""What is remembered: people, consents, templates, checks and the audit."""

from consent_db.keys.keyring import Keyring
from consent_db.store import Store

__all__ = ["Keyring", "Store"]
