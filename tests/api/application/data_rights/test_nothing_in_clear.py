"""Whoever steals the data folder or a backup finds nothing: every byte is searched.

Searched for are words, numbers, embeddings and pixels that are known to have gone
in, as they are, in other letters and number formats, in base64 and hexadecimal,
and inside everything that can be inflated.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.application.checks.submission import build_draft
from api.application.data_rights import backup
from api.platform.storage import Installation
from consent_db.publishing.records import PublicationDraft
from gatekeeper.media.release.encode import make_release
from tests.support.gate import picture_of, upload_of
from tests.support.register import PUPIL, template
from tests.support.school import AMIRA_HUE, ATTESTED, OFFICE, Clock, School, founded
from tests.support.searching import leaks, secrets_of

NOW = datetime.now(UTC) - timedelta(hours=1)
WORDS = (
    "Quillfeather", "Amira", "lives in a refuge", "form 12 of the office", "Khan waves in the garden",
    "https://example.org/posts/khan", "a man in a red cap", "scheduler of the office", "P-0077-secret", "2017-02-03",
)  # fmt: skip
EMBEDDING = template(7, 8)


def write_down(school: School, check_id: str) -> None:
    """Put every word and the embedding somewhere."""
    person = school.people["Amira"]
    with school.services.store.transaction(OFFICE, school.clock()) as tx:
        tx.consent.record(person, tx.consent.statements(person)[0].statement, "form 12 of the office")
        tx.reference_photos.replace(person, [make_release(picture_of(AMIRA_HUE)).data])
        tx.enrolment.enrol(school.people["Tom"], school.services.tools.engine.name, EMBEDDING, 3)
        tx.groups.add_event("fair", "Fair", NOW.date(), frozenset({person}))
        tx.objections.add("fair", "a man in a red cap", person)
        tx.clients.add("scheduler of the office", ["check"], ["website"], NOW + timedelta(days=9))
        tx.publications.record(PublicationDraft(check_id, NOW, "https://example.org/posts/khan"))
        tx.consent.hold(tx.people.add(replace(PUPIL, external_id="P-0077-secret")), "lives in a refuge")


def test_the_data_folder_and_a_backup_hold_nothing_in_clear(tmp_path: Path) -> None:
    """Database, write-ahead log, stored pictures, lock files and the backup, while the service runs."""
    upload, data = upload_of(AMIRA_HUE), tmp_path / "data"
    with founded(data, Clock(NOW)) as school:
        screener = school.screener
        screener.submit(upload, build_draft("website", caption="Khan waves in the garden"), OFFICE)
        record = screener.check(upload, build_draft("website", attestations=ATTESTED), OFFICE)
        released = screener.pictures.get(record.examined_key or "")
        write_down(school, record.id)
        kept = Installation(school.services.store, screener.pictures, school.services.settings, school.clock)
        backup.make(kept, data / "school.backup", "five words chosen by dice")
        files = [path for path in data.rglob("*") if path.is_file() and path.name != "keys.json"]
        secrets = secrets_of(WORDS, [EMBEDDING], [upload, released, make_release(picture_of(AMIRA_HUE)).data])
        found = {path.name: leaks(path.read_bytes(), secrets) for path in files}
    assert {"gatekeeper.sqlite3", "gatekeeper.sqlite3-wal", "school.backup"} <= found.keys()
    assert len([path for path in files if path.parent.parent.name == "pictures"]) == 2
    assert {name: secret for name, secret in found.items() if secret} == {}
