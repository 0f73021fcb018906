"""How well the people of the register can be recognised, and making their templates anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from api.application.register.enrolment import templates_of
from consent_db import Store
from consent_db.errors import BiometricConsentMissing, NotFound
from consent_db.transaction import Transaction
from gatekeeper.decision.case import PhotoOpener
from gatekeeper.identity.health import Health, Made, Pair, health, lookalikes, nearest_others
from gatekeeper.rendition import Rendition
from gatekeeper.types import PersonId
from gatekeeper.vision.engine import Engine

Clock = Callable[[], datetime]
Advance = Callable[[], None]


@dataclass(frozen=True, slots=True)
class PersonHealth:
    """How well one person can be recognised.

    Attributes:
        person: by id.
        external_id: the school's own number; None if there is none.
        made: what the template was made of.
        health: the score, and what would raise it.
    """

    person: PersonId
    external_id: str | None = field(repr=False)
    made: Made
    health: Health


@dataclass(frozen=True, slots=True)
class Renewal:
    """What became of making templates anew: how many people, and who has to be photographed again."""

    renewed: int
    without_photographs: tuple[PersonId, ...]


def template_health(tx: Transaction, engine: Engine) -> list[PersonHealth]:
    """Return all people who have a template under this engine, the poorest first."""
    return sorted(
        _health_of(tx, engine, tx.enrolment.made(engine.name)), key=lambda one: (one.health.score, one.person)
    )


def health_of(tx: Transaction, engine: Engine, person: PersonId) -> PersonHealth | None:
    """Return how well one person can be recognised; None if they have no template under this engine."""
    return next(_health_of(tx, engine, tx.enrolment.made(engine.name, person)), None)


def _health_of(tx: Transaction, engine: Engine, made: Mapping[PersonId, Made]) -> Iterator[PersonHealth]:
    """Yield the health of these templates."""
    gallery = tx.register(engine.name, engine.embedder.dimension).gallery
    nearest = nearest_others(gallery)
    for person in made.keys() & set(gallery.people):
        score = health(made[person], nearest[person], engine.thresholds, len(gallery.people))
        yield PersonHealth(person, tx.people.get(person).profile.external_id, made[person], score)


def lookalike_pairs(tx: Transaction, engine: Engine) -> tuple[Pair, ...]:
    """Return every two people who resemble each other to this engine, likest first."""
    return lookalikes(tx.register(engine.name, engine.embedder.dimension).gallery, engine.thresholds)


def renew(store: Store, begun: tuple[str, Clock], opener: PhotoOpener, engine: Engine, advance: Advance) -> Renewal:
    """Make a template under `engine` for all who have one under another only, from kept photographs.

    Each person is a transaction of their own, so that what is done stays done.

    Args:
        store: where templates and photographs are.
        begun: who does it, for the audit, and what time it is.
        opener: opens the photographs as any upload.
        engine: the one that templates are missing of.
        advance: called after each person.
    """
    actor, clock = begun
    with store.reading(actor, clock()) as tx:
        missing = tx.enrolment.only_elsewhere(engine.name)
    without = []
    for person in missing:
        with store.reading(actor, clock()) as tx:
            photos, given_at = tx.reference_photos.of(person), tx.enrolment.given_at(person)
        made = templates_of([opener.open(photo, Rendition()).pixels for photo in photos], engine)
        with suppress(BiometricConsentMissing, NotFound), store.transaction(actor, clock()) as tx:
            for name, (template, how) in made.items():
                tx.enrolment.enrol(person, name, template, how, given_at)
        if not made:
            without.append(person)
        advance()
    return Renewal(len(missing) - len(without), tuple(without))
