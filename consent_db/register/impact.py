"""The impact of a change to one person, computed before it is made, so that a preview tells the truth.

Approvals that rest on the person end. Posts that show them come down, with a clock,
if a person objects (a refusal, a listing, a hold); if a permission merely ends they
are listed for people to look at. Templates go when their own permission does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from sqlalchemy import func, insert, select

from consent_db.approvals.records import CheckState
from consent_db.approvals.revocation import end, outlasting, resting_on
from consent_db.core import policy_terms
from consent_db.core.chunked_queries import people_in
from consent_db.core.context import Context, new_id
from consent_db.enrolment.templates import destroy_without_permission, lasting_permissions
from consent_db.errors import NotFound
from consent_db.people.current_statements import standing_of
from consent_db.people.records import Change
from consent_db.publishing.channels import Channels
from consent_db.publishing.publications import find_publications
from consent_db.publishing.records import PublicationRecord, Touched, Why
from consent_db.publishing.takedowns import open_takedowns
from consent_db.schema import CheckPersonRow, PublicationPersonRow, PublicationRow, SearchRow, TemplateRow
from gatekeeper.consent.history import Restriction
from gatekeeper.consent.permission import Reason, Stance, Standing, Statement, Subject
from gatekeeper.register import permission_on
from gatekeeper.types import Channel, PersonId

OBJECTIONS: Final = frozenset({Reason.LISTED, Reason.HELD, Reason.REFUSED})
"""The reasons for which a post comes down; the others are for people to look at."""


def by_statements(context: Context, person: PersonId, said: Sequence[Statement]) -> Touched:
    """Return what it touches when these statements are written down about a person."""
    before = standing_of(context, person)
    after = replace(before, statements=(*before.statements, *said))
    approvals: dict[str, str] = {}
    for statement in said:
        if statement.stance is not Stance.GRANTED:
            approvals |= dict.fromkeys(resting_on(context, person), f"consent_{statement.stance}")
        elif statement.until is not None:
            late = outlasting(context, person, statement.until)
            approvals = dict.fromkeys(late, "consent_shortened") | approvals
    return _touched(context, person, after, approvals)


def by_restriction(context: Context, person: PersonId, restriction: Restriction) -> Touched:
    """Return what it touches when a listing or a hold is laid on a person."""
    before = standing_of(context, person)
    listing = restriction is Restriction.LISTING
    after = replace(before, listed=before.listed or listing, held=before.held or not listing)
    approvals = dict.fromkeys(resting_on(context, person), f"{restriction}_set")
    return replace(_touched(context, person, after, approvals), searches=_templates(context, person) > 0)


def by_standing(context: Context, person: PersonId, after: Standing, why: str) -> Touched:
    """Return what it touches when what the rule asks about a person becomes `after`."""
    return _touched(context, person, after, dict.fromkeys(resting_on(context, person), why))


def by_erasure(context: Context, person: PersonId) -> Touched:
    """Return what it touches when a person is erased, as `erasure.erase` does it."""
    approvals = dict.fromkeys(resting_on(context, person), "person_erased")
    down = dict.fromkeys((post.id for post in showing(context, person)), Why.NOT_PERMITTED)
    return Touched(approvals, down, templates=_templates(context, person))


def apply(context: Context, person: PersonId, touched: Touched) -> Change:
    """Let a change that was just made have these effects, in its own transaction.

    The register has to be moved on first, so that no check that began before
    can be recorded afterwards.
    """
    for check_id, why in touched.approvals.items():
        end(context, [check_id], CheckState.REVOKED, why)
    return Change(
        register_version=context.register_version(),
        revoked_checks=tuple(sorted(touched.approvals)),
        destroyed_templates=destroy_without_permission(context, person),
        takedowns=open_takedowns(context, touched.down),
        lapsed=touched.lapsed,
        search=ask_for_search(context, person) if touched.searches else None,
    )


def concerned(context: Context, people: Iterable[PersonId]) -> list[PersonId]:
    """Return those that a check, a post or a template rests on; a change affects no other person's data."""
    asked, found = list(people), set[PersonId]()
    for column in (CheckPersonRow.person_id, PublicationPersonRow.person_id, TemplateRow.person_id):
        found |= people_in(context, column, asked)
    return sorted(found)


def merged(each: Iterable[Touched]) -> Touched:
    """Return what changes to several people touch together; `templates` adds up."""
    found = list(each)
    return Touched(
        approvals={check: why for one in found for check, why in one.approvals.items()},
        down={post: why for one in found for post, why in one.down.items()},
        lapsed=tuple(dict.fromkeys(post for one in found for post in one.lapsed)),
        templates=sum(one.templates for one in found),
        searches=any(one.searches for one in found),
    )


def together(context: Context, changes: Iterable[Change]) -> Change:
    """Return what several changes of this transaction did."""
    done = list(changes)
    searches = tuple(dict.fromkeys(search for change in done for search in _searches(change)))
    return Change(
        register_version=context.register_version(),
        revoked_checks=tuple(sorted({check for change in done for check in change.revoked_checks})),
        destroyed_templates=sum(change.destroyed_templates for change in done),
        takedowns=tuple(dict.fromkeys(takedown for change in done for takedown in change.takedowns)),
        lapsed=tuple(dict.fromkeys(post for change in done for post in change.lapsed)),
        search=searches[0] if searches else None,
        searches=searches,
    )


def _searches(change: Change) -> tuple[str, ...]:
    return change.searches or ((change.search,) if change.search else ())


def ask_for_search(context: Context, person: PersonId) -> str:
    """Note that the released pictures are to be searched for a person; return the search's id."""
    row_id = new_id("sea")
    values = {"id": row_id, "person_id": person, "asked_at": context.now, "asked_by": context.actor}
    context.connection.execute(insert(SearchRow).values(values))
    context.log("search.asked", person, {"search": row_id})
    return row_id


def showing(context: Context, person: PersonId) -> list[PublicationRecord]:
    """Return the posts that are up and show a person, the latest first."""
    mine = select(PublicationPersonRow.publication_id).where(PublicationPersonRow.person_id == person)
    return find_publications(context, PublicationRow.id.in_(mine), PublicationRow.taken_down_at.is_(None))


def posts_today(
    context: Context, publications: Iterable[PublicationRecord]
) -> tuple[dict[str, Why], list[PublicationRecord]]:
    """Return which of these posts are objected to today, and which only lapsed."""
    posts = list(publications)
    down: dict[str, Why] = {}
    ended: set[str] = set()
    for person in sorted({person for post in posts for person in post.people}):
        with suppress(NotFound):  # erased since: what had to come down came down then
            mine = [post for post in posts if person in post.people]
            objected_to, only_ended = _posts(mine, person, standing_of(context, person), context)
            down = objected_to | down
            ended.update(only_ended)
    return down, [post for post in posts if post.id in ended - down.keys()]


def objected(context: Context, publication: PublicationRecord) -> Why | None:
    """Return why a post has to come down today, if a person it shows may not be shown or named."""
    found: set[Why] = set()
    for person in publication.people:
        try:
            down, _ = _posts([publication], person, standing_of(context, person), context)
        except NotFound:  # erased since
            return Why.NOT_PERMITTED
        found.update(down.values())
    return min(found, key=list(Why).index, default=None)


def _touched(context: Context, person: PersonId, after: Standing, approvals: dict[str, str]) -> Touched:
    down, lapsed = _posts(showing(context, person), person, after, context)
    stays = any(answer.allowed for answer in lasting_permissions(context, after))
    return Touched(approvals, down, lapsed, templates=0 if stays else _templates(context, person))


def _posts(
    publications: Iterable[PublicationRecord], person: PersonId, after: Standing, context: Context
) -> tuple[dict[str, Why], tuple[str, ...]]:
    """Return which of these posts come down, and which only lapse."""
    age, channels = policy_terms.current(context).own_consent_age, _channels(context)
    down: dict[str, Why] = {}
    lapsed: list[str] = []
    for post in publications:
        channel = channels[post.channel]
        picture = permission_on(channel, after, Subject.PICTURE, context.today, age)
        name = permission_on(channel, after, Subject.NAME, context.today, age)
        if picture.reason in OBJECTIONS:
            down[post.id] = Why.NOT_PERMITTED
        elif person in post.named and name.reason in OBJECTIONS:
            down[post.id] = Why.NAME_NOT_PERMITTED
        elif not picture.allowed or (person in post.named and not name.allowed):
            lapsed.append(post.id)
    return down, tuple(lapsed)


def _channels(context: Context) -> dict[str, Channel]:
    return {record.name: record.as_channel() for record in Channels(context).all()}


def _templates(context: Context, person: PersonId) -> int:
    query = select(func.count()).select_from(TemplateRow).where(TemplateRow.person_id == person)
    return context.connection.execute(query).scalar_one()
