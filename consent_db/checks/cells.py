"""The encrypted cells of a check: the request that came with the photo, and the facts found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pydantic import TypeAdapter

from consent_db.keys.crypto import DataKey, Place
from gatekeeper.decision.traces import without
from gatekeeper.types import CheckRequest, Facts, PersonId

_REQUEST: Final = TypeAdapter(CheckRequest)
_FACTS: Final = TypeAdapter(Facts)


@dataclass(frozen=True, slots=True)
class _Caption:
    """A request as far as a search needs it; what else is in it is passed over."""

    caption: str | None = None


_CAPTION: Final = TypeAdapter(_Caption)


def seal_request(key: DataKey, check_id: str, request: CheckRequest) -> bytes:
    """Return the request sealed for this check."""
    return key.seal(_REQUEST.dump_json(request), _place(check_id, "request"))


def open_request(key: DataKey, check_id: str, sealed: bytes) -> CheckRequest:
    """Return what `seal_request` sealed."""
    return _REQUEST.validate_json(key.open(sealed, _place(check_id, "request")))


def open_caption(key: DataKey, check_id: str, sealed: bytes) -> str:
    """Return the caption of a request that `seal_request` sealed, and nothing else of it; empty if it has none."""
    return _CAPTION.validate_json(key.open(sealed, _place(check_id, "request"))).caption or ""


def seal_facts(key: DataKey, check_id: str, facts: Facts) -> bytes:
    """Return the facts sealed for this check."""
    return key.seal(_FACTS.dump_json(facts), _place(check_id, "facts"))


def open_facts(key: DataKey, check_id: str, sealed: bytes) -> Facts:
    """Return what `seal_facts` sealed."""
    return _FACTS.validate_json(key.open(sealed, _place(check_id, "facts")))


def people_in(facts: Facts) -> frozenset[PersonId]:
    """Return all people that a face was bound to."""
    return frozenset(face.person for face in facts.faces if face.person is not None)


def recognised_in(facts: Facts) -> frozenset[PersonId]:
    """Return all people that the engine has taken a face for, whatever was said of it since."""
    return frozenset(person for trace in facts.traces for person in trace.recognised)


def request_without(request: CheckRequest, person: PersonId) -> CheckRequest:
    """Return a request without its words, which may name the person, and without what was said of them."""
    said = tuple(word for word in request.said if word.person != person)
    return untraced_request(replace(request.without_words(), said=said), person)


def facts_without(facts: Facts, person: PersonId) -> Facts:
    """Return facts without their words, which may name the person, and without the person."""
    faces = tuple(
        replace(face, person=None, first_name=None) if face.person == person else face for face in facts.faces
    )
    return untraced_facts(replace(wordless_facts(facts), faces=faces), person)


def untraced_request(request: CheckRequest, person: PersonId) -> CheckRequest:
    """Return a request in which no face was ever compared with this person."""
    return replace(request, traces=without(request.traces, person))


def untraced_facts(facts: Facts, person: PersonId) -> Facts:
    """Return facts in which no face was ever compared with this person."""
    return replace(facts, traces=without(facts.traces, person))


def wordless_facts(facts: Facts) -> Facts:
    """Return facts without their words."""
    return replace(
        facts,
        caption=None,
        alt_text=None,
        credit=None,
        changes=(),
        other_names=(),
        proposed_caption=None,
        proposed_alt_text=None,
        proposed_credit=None,
    )


def _place(check_id: str, column: str) -> Place:
    return Place("checks", check_id, column)
