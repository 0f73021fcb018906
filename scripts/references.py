"""Write the generated parts of docs/reference anew: `python -m scripts.references`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from api.app import create_app
from api.platform.settings import Settings
from api.security import access
from gatekeeper.decision import findings

FOLDER: Final = Path(__file__).parents[1] / "docs" / "reference"
_TABLE: Final = re.compile(r"^((?:\|.*\n)+)", re.MULTILINE)


def main() -> None:
    """Write the OpenAPI document, and the first tables of findings.md and access.md."""
    document = create_app(Settings()).openapi()
    (FOLDER / "openapi.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    for name, table in (("findings.md", findings.reference()), ("access.md", access.reference())):
        text = (FOLDER / name).read_text("utf-8")
        before, _, after = _TABLE.split(text, maxsplit=1)
        (FOLDER / name).write_text(f"{before}{table}{after}", "utf-8")


if __name__ == "__main__":
    main()
