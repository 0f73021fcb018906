"""The approved pictures of a batch as files of one archive, with a list of what may be published of each and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from api.application.checks.release.releasing import ClockSetBack, NoSuchRelease, ReleaseWithdrawn
from api.application.services import Services
from api.platform import labels
from api.platform.storage import NoSuchPicture
from api.platform.zipping import Member
from consent_db.approvals.records import CheckRecord
from consent_db.roster_export import csv_of
from gatekeeper.rendition import suffix_of

_HEADINGS: Final = ("file", "channel", "caption", "alternative text", "credit", "until")


def members(services: Services, records: Sequence[CheckRecord], titles: Mapping[str, str]) -> Iterator[Member]:
    """Yield the files, one picture in memory at a time; one whose approval ended meanwhile is left out.

    Args:
        services: of the installation.
        records: whose approval stands.
        titles: of the channels, by name.
    """
    captions, rows = list[str](), [_HEADINGS]
    for number, record in enumerate(records, 1):
        try:
            file = services.screener.releases.open(services.screener.releases.token(record) or "")
        except (NoSuchRelease, ReleaseWithdrawn, ClockSetBack, NoSuchPicture):
            continue
        name = f"{number:03}-{file.sha256[:12]}{suffix_of(file.media_type)}"
        caption, alt_text, credit = _words(record)
        until = labels.moment(record.expires_at, services.policy.zone) if record.expires_at else ""
        rows.append((name, titles.get(record.draft.channel, record.draft.channel), caption, alt_text, credit, until))
        captions.append(f"{name}\n{_texts(caption, alt_text, credit)}\n")
        yield Member(name, file.data)
    yield Member("captions.txt", "\n".join(captions).encode())
    yield Member("list.csv", csv_of(rows))


def _words(record: CheckRecord) -> tuple[str, str, str]:
    facts = record.facts
    return (facts.caption or "", facts.alt_text or "", facts.credit or "") if facts else ("", "", "")


def _texts(*words: str) -> str:
    labelled = zip(("Caption", "Alternative text", "Credit"), words, strict=True)
    return "".join(f"{label}: {text}\n" for label, text in labelled if text)
