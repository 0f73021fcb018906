from __future__ import annotations

import time

import pytest

from api.application.checks.release.released_search import searching
from api.application.checks.submission import build_draft
from consent_db.approvals.records import CheckRecord
from consent_db.publishing.records import PublicationDraft, Why
from gatekeeper.types import PersonId
from tests.support.gate import CONFIRMED, upload_of
from tests.support.school import AMIRA_HUE, TOM_HUE, School

LOOKS_LIKE_AMIRA = AMIRA_HUE + 14
"""Further than a match, near enough for the list."""


def release(school: School, *hues: float) -> CheckRecord:
    """Have a picture approved."""
    submission = build_draft("website", attestations=CONFIRMED)
    record = school.services.screener.check(upload_of(*hues), submission, "user:uploader")
    assert record.approved
    return record


def publish(school: School, record: CheckRecord) -> str:
    with school.services.store.transaction("user:uploader", school.clock()) as tx:
        return tx.publications.record(PublicationDraft(record.id, school.clock(), post_id=record.id)).id


def list_somebody(school: School, hue: float) -> PersonId:
    """Put somebody with a template on the do-not-publish list."""
    school.add("Zoe", "Lane", hue)
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        assert tx.consent.list_person(school.people["Zoe"], "refuge").search is not None
    return school.people["Zoe"]


def test_released_pictures_are_searched_for_somebody_newly_listed(school: School) -> None:
    """Posts that may show them come down, approvals that wait end, and everything else stays."""
    up, waits, other = release(school, AMIRA_HUE), release(school, AMIRA_HUE, TOM_HUE), release(school, TOM_HUE)
    posts = [publish(school, up), publish(school, other)]
    zoe = list_somebody(school, LOOKS_LIKE_AMIRA)
    (done,) = school.services.search.run_waiting()
    with school.services.store.reading("user:lead", school.clock()) as tx:
        (takedown,) = tx.takedowns.waiting()
        assert (takedown.id, takedown.publication.id, takedown.why) == (done.takedowns[0], posts[0], Why.MAY_SHOW)
        assert [post.id for post in tx.publications.showing(zoe)] == posts[:1]
        assert [tx.checks.get(r.id).stands(school.clock()) for r in (up, waits, other)] == [False, False, True]
        assert tx.searches.waiting() == []
    assert (done.looked, done.found, done.missing) == (3, 2, 0)
    assert sorted(done.revoked) == sorted([up.id, waits.id])
    assert school.services.search.run_waiting() == []


def test_nobody_is_found_who_looks_like_nobody(school: School) -> None:
    """A search that finds nothing changes nothing but its own end."""
    publish(school, release(school, AMIRA_HUE, TOM_HUE))
    list_somebody(school, (AMIRA_HUE + TOM_HUE) / 2)
    (done,) = school.services.search.run_waiting()
    assert (done.looked, done.found, done.takedowns, done.revoked) == (1, 0, (), ())


def test_pictures_that_are_gone_are_counted(school: School) -> None:
    """What could not be looked at is said, so that people can look at the post itself."""
    record = release(school, AMIRA_HUE)
    publish(school, record)
    school.services.screener.pictures.delete(record.examined_key or "")
    list_somebody(school, LOOKS_LIKE_AMIRA)
    (done,) = school.services.search.run_waiting()
    assert (done.looked, done.missing, done.found) == (0, 1, 0)


def test_a_search_that_was_cut_off_is_done_again(school: School) -> None:
    """It waits until it is finished, and doing it twice opens nothing twice."""
    publish(school, release(school, AMIRA_HUE))
    publish(school, release(school, AMIRA_HUE, TOM_HUE))
    list_somebody(school, LOOKS_LIKE_AMIRA)

    def cut_off() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        school.services.search.run_waiting(cut_off)
    (done,) = school.services.search.run_waiting()
    with school.services.store.reading("user:lead", school.clock()) as tx:
        assert sorted(done.takedowns) == sorted(takedown.id for takedown in tx.takedowns.waiting())
    assert done.found == len(done.takedowns) == 2


def test_the_service_searches_by_itself(school: School) -> None:
    """What waits is done when it starts; the block waits for what is under way."""
    publish(school, release(school, AMIRA_HUE))
    list_somebody(school, LOOKS_LIKE_AMIRA)
    with searching(school.services.search):
        for _ in range(600):
            with school.services.store.reading("user:lead", school.clock()) as tx:
                if not tx.searches.waiting():
                    break
            time.sleep(0.05)
    with school.services.store.reading("user:lead", school.clock()) as tx:
        assert len(tx.takedowns.waiting()) == 1
