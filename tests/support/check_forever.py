"""Check pictures until somebody kills this process: `python -m tests.support.check_forever DATA`."""

from __future__ import annotations

import sys
from pathlib import Path

from api.application.checks.submission import build_draft
from api.application.services import open_services
from api.platform import logs
from api.platform.settings import Settings
from tests.support.gate import FakeWords, fake_engine, upload_of
from tests.support.school import AMIRA_HUE, ATTESTED, OFFICE, STRANGER_HUE


def main(folder: Path) -> None:
    """Say `ready`, then the id of each check that was approved, one a line."""
    logs.configure("error")
    with open_services(Settings(data=folder), fake_engine(), words=FakeWords()) as services:
        print("ready", flush=True)  # noqa: T201
        while True:
            for hues in ((AMIRA_HUE,), (AMIRA_HUE, STRANGER_HUE)):
                submission = build_draft("website", attestations=ATTESTED)
                record = services.screener.check(upload_of(*hues), submission, OFFICE)
                print(record.id, record.approved, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
