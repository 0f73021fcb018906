"""People: added, changed, looked up, erased."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from consent_db.checks.named_in_words import naming_them_otherwise
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context, new_id
from consent_db.errors import AlreadyExists, NotPossible
from consent_db.people import fact_history, former_details
from consent_db.people.current_statements import person_row, restrictions_among, standing_of
from consent_db.people.known_people import among
from consent_db.people.profiles import LONGEST, Profile, spelling
from consent_db.people.records import Change, PersonDraft, PersonRecord
from consent_db.publishing.records import Touched
from consent_db.register import impact
from consent_db.register.erasure import Erasure, erase
from consent_db.schema import MembershipRow, PersonRow, RestrictionRow, TemplateRow
from gatekeeper.consent.history import PersonFacts, Restriction
from gatekeeper.naming import natural_key
from gatekeeper.naming.ordering import NaturalKey
from gatekeeper.types import Kind, PersonId

_TAKEN: Final = "Another person on the register has this number; change that person instead."


class People:
    """All people on the register, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, draft: PersonDraft) -> PersonId:
        """Add a person to the register; nothing is permitted for them yet.

        Raises:
            AlreadyExists: another person has this external id.
            NotPossible: a name is missing or cannot be kept.
        """
        return self.add_all([draft])[0]

    def add_all(self, drafts: Sequence[PersonDraft]) -> list[PersonId]:
        """Put several people on the register, as `add` does; return their ids in the same order."""
        context, added, rows = self._context, [], []
        for draft, index in zip(drafts, self._free_indexes(drafts), strict=True):
            person, profile = PersonId(new_id("per")), Profile.of(draft)
            values: dict[str, Any] = {"id": person, "kind": draft.kind.value, "leaving_date": draft.leaving_date}
            values |= {"external_index": index, "wrapped_key": context.new_person_key(person)}
            rows.append(values | {"profile": profile.seal(person, context.person_key(person))})
            context.log("person.added", person, self._digest(person, profile) | {"kind": draft.kind.value})
            added.append(person)
        if rows:
            context.connection.execute(insert(PersonRow), rows)
            self._join({person: draft.groups for person, draft in zip(added, drafts, strict=True)})
            context.move_register()
        return added

    def change(self, person: PersonId, draft: PersonDraft) -> Change:
        """Replace what is known of a person. The same draft again changes nothing.

        Another kind of person, another date of birth or an earlier
        leaving date ends the approvals that rest on the person, and templates
        for which there is no permission any more (`touches` says it beforehand).
        What an answer about the past rests on is kept.

        Raises:
            NotFound: no person has this id.
            AlreadyExists: another person has this external id.
        """
        context, profile = self._context, Profile.of(draft)
        before = self.get(person).profile
        after = profile.draft(draft.kind, draft.leaving_date, frozenset(map(group_name, draft.groups)))
        if before == after:
            return Change(context.register_version())
        touched = self.touches(person, draft)
        values: dict[str, Any] = {"kind": draft.kind.value, "leaving_date": draft.leaving_date}
        values |= {"external_index": self._free_index(profile, person)}
        values |= {"profile": profile.seal(person, context.person_key(person))}
        context.connection.execute(update(PersonRow).where(PersonRow.id == person).values(values))
        self._set_groups(person, draft.groups)
        context.move_register()
        entry = context.log("person.changed", person, self._digest(person, profile) | {"kind": draft.kind.value})
        former_details.keep(context, entry, person, before)
        fact_history.remember(context, person, _facts(before), _facts(after))
        return impact.apply(context, person, touched)

    def touches(self, person: PersonId, draft: PersonDraft) -> Touched:
        """Return what it would touch to replace what is known of a person; nothing is changed.

        Raises:
            NotFound: no person has this id.
        """
        known = self.get(person).profile
        renamed = naming_them_otherwise(self._context, person, known, draft)
        if not _restricts(known, draft):
            return Touched(renamed)
        facts, before = _facts(draft), standing_of(self._context, person)
        after = replace(
            before,
            leaving_date=facts.leaving_date,
            date_of_birth=facts.date_of_birth,
            speaks_for_self=facts.speaks_for_self,
        )
        touched = impact.by_standing(self._context, person, after, "person_changed")
        return replace(touched, approvals={**renamed, **touched.approvals})

    def touches_many(self, drafts: Mapping[PersonId, PersonDraft]) -> Touched:
        """Return what it would touch to replace what is known of several people; nothing is changed."""
        return impact.merged(self.touches(person, draft) for person, draft in drafts.items())

    def former(self, person: PersonId, entry: int) -> PersonDraft:
        """Return what was known of a person before the change that an entry of the audit tells of.

        Raises:
            NotFound: there is no such change, or what it replaced is not kept any more.
            NotPossible: their details were changed again since.
        """
        return former_details.read(self._context, person, entry)

    def changes(self, person: PersonId) -> frozenset[int]:
        """Return the numbers of the changes to a person's details of which `former` tells."""
        return former_details.kept(self._context, person)

    def get(self, person: PersonId) -> PersonRecord:
        """Return one person.

        Raises:
            NotFound: no person has this id, or they were erased.
        """
        person_row(self._context, person)
        return self._records([person])[0]

    def by_external_id(self, external_id: str) -> PersonRecord | None:
        """Return the person with this number of the school's own, if there is one."""
        number = spelling(external_id)
        taken = self._bearers([self._index(number)]) or self._bearers(self._in_any_case(number))
        return self._records([taken[0]])[0] if len(taken) == 1 else None

    def all(self) -> list[PersonRecord]:
        """Return all people, by last and first name."""
        records = self._records(None)
        return sorted(records, key=lambda r: (*_by_name(r.profile), r.id))

    def several(self, people: Sequence[PersonId]) -> list[PersonRecord]:
        """Return those of these people who are on the register, in no order; only theirs are opened."""
        return [record for some in portions(people) for record in self._records(list(some))]

    def page(self, after: PersonId | None, limit: int) -> list[PersonRecord]:
        """Return up to `limit` people whose ids follow `after`, by id; only theirs are opened."""
        query = select(PersonRow.id).where(PersonRow.erased_at.is_(None), PersonRow.id > (after or ""))
        found = self._context.connection.execute(query.order_by(PersonRow.id).limit(limit)).scalars()
        return sorted(self.several([*map(PersonId, found)]), key=lambda record: record.id)

    def count(self) -> int:
        """Return how many people are on the register."""
        query = select(func.count()).select_from(PersonRow).where(PersonRow.erased_at.is_(None))
        return self._context.connection.execute(query).scalar_one()

    def erase(self, person: PersonId, *, keep_listing: bool = False) -> Erasure:
        """Destroy everything that tells who this was, as `erasure.erase` says; the bare id stays as a tombstone.

        Raises:
            NotFound: no person has this id.
            NotPossible: the listing is to be kept, but there is none, or no template.
        """
        return erase(self._context, person, keep_listing=keep_listing)

    def touches_erasing(self, person: PersonId) -> Touched:
        """Return what it would touch to erase a person; nothing is changed.

        Raises:
            NotFound: no person has this id.
        """
        person_row(self._context, person)
        return impact.by_erasure(self._context, person)

    def touches_erasing_many(self, people: Sequence[PersonId]) -> Touched:
        """Return what it would touch to erase all of these people; nothing is changed."""
        return impact.merged(impact.by_erasure(self._context, person) for person in people)

    def erased(self) -> list[PersonId]:
        """Return the tombstones: the people to erase again after restoring an older backup."""
        query = select(PersonRow.id).where(PersonRow.erased_at.is_not(None)).order_by(PersonRow.id)
        return [PersonId(person) for person in self._context.connection.execute(query).scalars()]

    def _free_indexes(self, drafts: Sequence[PersonDraft]) -> list[bytes | None]:
        """Return the blind index of each external id; none may be on the register, or come twice."""
        numbers = [Profile.of(draft).external_id for draft in drafts]
        given = [number for number in numbers if number]
        in_any_case = [index for number in given for index in self._in_any_case(number)]
        taken = any(self._bearers(some) for some in portions(in_any_case))
        if taken or len({number.casefold() for number in given}) < len(given):
            raise AlreadyExists(_TAKEN)
        return [self._index(number) if number else None for number in numbers]

    def _free_index(self, profile: Profile, person: PersonId | None = None) -> bytes | None:
        if profile.external_id is None:
            return None
        if any(other != person for other in self._bearers(self._in_any_case(profile.external_id))):
            raise AlreadyExists(_TAKEN)
        return self._index(profile.external_id)

    def _index(self, number: str) -> bytes:
        return self._context.keyring.index(number, "people.external_id")

    def _in_any_case(self, number: str) -> list[bytes]:
        """Return the blind indexes of a number as it is, in capital and in small letters: `A123` is `a123`."""
        return [self._index(way) for way in dict.fromkeys((number, number.upper(), number.lower()))]

    def _bearers(self, indexes: Sequence[bytes]) -> list[PersonId]:
        query = select(PersonRow.id).where(PersonRow.external_index.in_(indexes))
        return [PersonId(person) for person in self._context.connection.execute(query).scalars()]

    def _set_groups(self, person: PersonId, groups: Iterable[str]) -> None:
        self._context.connection.execute(delete(MembershipRow).where(MembershipRow.person_id == person))
        self._join({person: groups})

    def _join(self, groups: Mapping[PersonId, Iterable[str]]) -> None:
        rows = [
            {"person_id": person, "name": name}
            for person, names in groups.items()
            for name in sorted({group_name(name) for name in names})
        ]
        if rows:
            self._context.connection.execute(insert(MembershipRow), rows)

    def _digest(self, person: PersonId, profile: Profile) -> dict[str, str]:
        """Return a digest that tells one profile from another and dies with the person's key."""
        secret = self._context.person_key(person).secret
        digest = hmac.digest(secret, repr(_secrets(profile)).encode(), hashlib.sha256)
        return {"profile_hmac": digest.hex()[:32]}

    def _records(self, people: list[PersonId] | None) -> list[PersonRecord]:
        """Return these people (few enough for one query), or all; in no order."""
        context = self._context
        query = select(PersonRow.id, PersonRow.kind, PersonRow.leaving_date, PersonRow.profile, PersonRow.wrapped_key)
        query = query.where(PersonRow.erased_at.is_(None), *among(PersonRow.id, people))
        groups = self._by_person(MembershipRow.person_id, MembershipRow.name, people)
        engines = self._by_person(TemplateRow.person_id, TemplateRow.engine, people)
        restrictions = restrictions_among(context, *among(RestrictionRow.person_id, people))
        records = []
        for row in context.connection.execute(query):
            person = PersonId(row.id)
            profile = Profile.open(row.profile, person, context.keyring.unwrap(row.wrapped_key, person))
            draft = profile.draft(Kind(row.kind), row.leaving_date, frozenset(groups[person]))
            laid = restrictions.get(person, frozenset())
            listed, held = Restriction.LISTING in laid, Restriction.HOLD in laid
            records.append(PersonRecord(person, draft, listed, held, tuple(sorted(engines[person]))))
        return records

    def _by_person(
        self, person: InstrumentedAttribute[str], value: InstrumentedAttribute[str], people: list[PersonId] | None
    ) -> defaultdict[str, list[str]]:
        return _by_first(self._context.connection.execute(select(person, value).where(*among(person, people))))


def _by_first(pairs: Iterable[tuple[str, str]]) -> defaultdict[str, list[str]]:
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for first, second in pairs:
        grouped[first].append(second)
    return grouped


def _by_name(draft: PersonDraft) -> tuple[NaturalKey, NaturalKey]:
    return natural_key(draft.last_name), natural_key(draft.first_name)


def _facts(draft: PersonDraft) -> PersonFacts:
    return PersonFacts(draft.leaving_date, draft.date_of_birth, draft.kind is not Kind.PUPIL)


def _restricts(before: PersonDraft, after: PersonDraft) -> bool:
    """Say whether a change can take permissions away."""
    earlier = after.leaving_date is not None and (
        before.leaving_date is None or after.leaving_date < before.leaving_date
    )
    return earlier or before.kind is not after.kind or before.date_of_birth != after.date_of_birth


def _secrets(profile: Profile) -> tuple[object, ...]:
    born = profile.date_of_birth
    return (profile.first_name, profile.last_name, profile.known_as, profile.external_id, born)


def group_name(name: str) -> str:
    """Return a group's name without the spaces around it.

    Raises:
        NotPossible: it is empty, too long or not printable.
    """
    if not name.strip() or len(name) > LONGEST or not name.isprintable():
        message = f"A group needs a printable name of at most {LONGEST} letters."
        raise NotPossible(message)
    return name.strip()
