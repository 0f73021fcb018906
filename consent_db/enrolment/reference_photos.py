"""Reference photographs that a school has decided to keep, each sealed with its person's key.

They live and die with the permission for a template: what destroys a person's
templates destroys their reference photographs in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, insert, select

from consent_db.core.context import Context, new_id
from consent_db.enrolment.records import KeptPhoto
from consent_db.enrolment.templates import destroy_reference_photos, has_templates
from consent_db.errors import NotPossible
from consent_db.keys.crypto import Place
from consent_db.people.current_statements import person_row
from consent_db.schema import ReferencePhotoRow
from gatekeeper.types import PersonId


class ReferencePhotos:
    """Kept reference photographs, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def replace(self, person: PersonId, photos: Sequence[bytes]) -> None:
        """Keep these photographs (whole files) in place of those that were kept before; none forgets them.

        Raises:
            NotFound: no person has this id.
            NotPossible: no template is made of them, so there is nothing to keep them for.
        """
        context = self._context
        person_row(context, person)
        if photos and not has_templates(context, person):
            raise NotPossible("Reference photographs are kept only beside a template; enrol the person first.")
        forgotten = destroy_reference_photos(context, person)
        rows = []
        for photo in photos:
            row_id = new_id("ref")
            sealed = context.person_key(person).seal(photo, _place(row_id, person))
            rows.append({"id": row_id, "person_id": person, "kept_at": context.now, "sealed": sealed})
        if rows:
            context.connection.execute(insert(ReferencePhotoRow), rows)
        if rows or forgotten:
            context.log("references.kept", person, {"kept": len(rows), "forgotten": forgotten})

    def of(self, person: PersonId) -> list[bytes]:
        """Return the photographs kept of a person, as `kept` does, without ids."""
        return [photo.data for photo in self.kept(person)]

    def among(self, people: Collection[PersonId]) -> frozenset[PersonId]:
        """Return those people whose photographs are kept."""
        query = select(ReferencePhotoRow.person_id).where(ReferencePhotoRow.person_id.in_(people)).distinct()
        return frozenset(PersonId(person) for person in self._context.connection.execute(query).scalars())

    def kept(self, person: PersonId) -> tuple[KeptPhoto, ...]:
        """Return the photographs kept of a person; of those that were kept together the order is chance, but stays."""
        row = ReferencePhotoRow
        query = select(row.id, row.kept_at, row.sealed).where(row.person_id == person).order_by(row.kept_at, row.id)
        opened = self._context.person_key(person).open
        return tuple(
            KeptPhoto(one.id, one.kept_at, opened(one.sealed, _place(one.id, person)))
            for one in self._context.connection.execute(query)
        )

    def count(self) -> int:
        """Return how many photographs are kept of all people together."""
        return self._context.connection.execute(select(func.count()).select_from(ReferencePhotoRow)).scalar_one()


def _place(row_id: str, person: PersonId) -> Place:
    return Place("reference_photos", row_id, "sealed", person)
