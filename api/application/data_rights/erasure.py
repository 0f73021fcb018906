"""Erase a person, prove it, and certify it: counts and hashes, no names.

The order is fixed, because a crash may come between any two steps: the rows go in
one transaction, with its entry in the audit; then the stored pictures are
deleted, the tombstone is written, the files are searched, and the certificate's
hash goes into the audit. What a crash leaves undone, the next start sweeps (pictures)
or the daily run makes good (tombstones).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from api.application.register.photo_uploading import forget_files
from api.platform.storage import Installation, waiting_in
from consent_db.data_rights.erasure_proof import Proof
from consent_db.errors import NotFound, NotPossible
from consent_db.people.records import PersonRecord
from consent_db.register.erasure import Erasure
from consent_db.register.holdings import KEPT
from gatekeeper.types import PersonId

CERTIFIED: Final = "erasure.certified"
_FORMAT: Final = "gatekeeper-erasure/1"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate of an erasure, for the person who asked for it.

    Attributes:
        content: counts, ids and hashes, ready for JSON.
        sha256: of the content's canonical JSON; it is in the audit.
        holds: whether nothing was found any more.
    """

    content: Mapping[str, Any]
    sha256: str
    holds: bool

    def text(self) -> str:
        """Return the certificate as it is handed out."""
        return json.dumps({**self.content, "sha256": self.sha256}, indent=2, ensure_ascii=False) + "\n"


def protected_otherwise(before: PersonRecord, now: PersonRecord) -> bool:
    """Say whether a person has come under protection, or out of it, since their erasure was confirmed."""
    return (before.listed, before.held) != (now.listed, now.held)


def erase(
    place: Installation,
    person: PersonId,
    actor: str,
    *,
    keep_listing: bool = False,
    unless: Callable[[PersonRecord], bool] | None = None,
) -> Certificate:
    """Erase a person and certify it.

    Args:
        place: where they are kept.
        person: who it is.
        actor: who does it.
        keep_listing: leave the entry on the do-not-publish list, and the template.
        unless: says, in the transaction that erases, whether the person may not go after all.

    Raises:
        NotFound: no person has this id, or they were erased before.
        StorageAway: the bucket does not answer; nothing was erased.
        NotPossible: the listing is to be kept, but there is none, or no template; or `unless` holds.
    """
    moment = place.clock()
    place.pictures.objects.must_answer()  # nothing is erased in part because the storage is away
    with place.store.transaction(actor, moment) as tx:
        record = tx.people.get(person)
        if unless is not None and unless(record):
            raise NotPossible("This person was put on the list or under a hold meanwhile. Look at their page again.")
        waiting = tx.photo_uploads.ids_of(person)
        erasure = tx.people.erase(person, keep_listing=keep_listing)
        entry = tx.audit.newest()
    stored = [key for key in sorted(erasure.files) if place.pictures.holds(key)]
    for key in stored:
        place.pictures.delete(key)
    photographs = forget_files(waiting_in(place.settings), waiting)
    with place.store.reading(actor, moment) as tx:
        place.keep_tombstones(tx)
    proof = place.store.prove_erasure(person, erasure.cells, kept_listing=keep_listing)
    left = sum(place.pictures.holds(key) for key in stored)
    content = {
        "certificate": _FORMAT,
        "person": person,
        "erased_at": moment.isoformat(),
        "erased_by": actor,
        "kept_do_not_publish_entry": erasure.kept_listing,
        "destroyed": _destroyed(erasure) | {"pictures": len(stored), "waiting_photographs": photographs},
        "kept": {table: {"rows": rows, "why": KEPT[table]} for table, rows in erasure.kept.items() if rows},
        "proof": asdict(proof) | {"pictures_left": left},
        "audit": {"entry": entry.seq, "hash": entry.hash},
    }
    certificate = Certificate(content, _sha256(content), proof.holds and not left)
    with place.store.transaction(actor, place.clock()) as tx:
        tx.audit.append(CERTIFIED, person, {"sha256": certificate.sha256, "holds": certificate.holds})
    return certificate


def prove_again(place: Installation, text: str, actor: str) -> Proof:
    """Look again whether what a certificate says still holds.

    Raises:
        NotFound: this is no certificate of this installation, or it was altered.
    """
    try:
        content: dict[str, Any] = json.loads(text)
        sha256, person = content.pop("sha256"), PersonId(content["person"])
        kept = bool(content["kept_do_not_publish_entry"])
        with place.store.reading(actor, place.clock()) as tx:
            entries = tx.audit.about(person, CERTIFIED)
        known = _sha256(content) == sha256 and sha256 in {json.loads(entry.payload)["sha256"] for entry in entries}
    except (ValueError, KeyError, TypeError, AttributeError):
        known = False
    if not known:
        raise NotFound("The audit knows no such certificate: it was altered, or comes from another installation.")
    return place.store.prove_erasure(person, kept_listing=kept)


def _destroyed(erasure: Erasure) -> dict[str, Any]:
    return {
        "rows": {table: rows for table, rows in erasure.deleted.items() if rows},
        "templates": erasure.destroyed_templates,
        "checks_without_words_and_picture": erasure.checks,
        "other_checks_without_words": erasure.redacted,
        "approvals_ended": len(erasure.revoked_checks),
        "sealed_cells": len(erasure.cells),
    }


def _sha256(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
