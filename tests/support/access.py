"""The table of access, complete: it fills as the application takes in its routes."""

from __future__ import annotations

from api.app import create_app
from api.platform.settings import Settings
from api.security.access import RULES as RULES

create_app(Settings())
