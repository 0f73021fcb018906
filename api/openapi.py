"""`python -m api.openapi > docs/reference/openapi.json` writes the OpenAPI document down."""

from __future__ import annotations

import json

from api.app import create_app
from api.platform.settings import Settings


def main() -> None:
    """Print the document as it is kept in `docs/reference/openapi.json`."""
    print(json.dumps(create_app(Settings()).openapi(), indent=2, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
