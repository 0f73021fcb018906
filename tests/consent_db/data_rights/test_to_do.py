"""What waits, and what holds: counted right on both databases."""

from __future__ import annotations

from datetime import timedelta

from consent_db import Store
from consent_db.data_rights.to_do import RECENT, OwnPictures
from consent_db.publishing.records import ChannelDraft
from consent_db.register.statements import Words
from gatekeeper.consent.permission import Stance
from gatekeeper.types import FindingCode
from tests.consent_db.data_rights.test_statistics import approve_instead, block
from tests.support.register import ADMIN, NOW, add_channel, add_pupil, approve, said

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


def test_own_pictures_are_the_recent_ones_as_they_stand(store: Store) -> None:
    """What was replaced, what is another account's and what is old is left out; so are approvals that last longer."""
    with store.transaction(ADMIN, NOW - RECENT - HOUR) as tx:
        add_channel(tx)
        block(tx, FindingCode.UNKNOWN_FACE)
    with store.transaction(ADMIN, NOW - WEEK) as tx:
        approve_instead(tx, block(tx, FindingCode.AMBIGUOUS_FACE).id)
        block(tx, FindingCode.AMBIGUOUS_FACE)
    with store.transaction("user:usr_2", NOW - WEEK) as tx:
        block(tx, FindingCode.AMBIGUOUS_FACE)
    with store.reading(ADMIN, NOW) as tx:
        assert tx.to_do.own(ADMIN, WEEK) == OwnPictures(1, 1, NOW + WEEK)
        assert tx.to_do.own(ADMIN, WEEK - HOUR) == OwnPictures(1, 0, None)
        assert tx.to_do.blocked_for(FindingCode.AMBIGUOUS_FACE) == 2


def test_channels_listings_and_refusals_are_counted(store: Store) -> None:
    """Each person once, and from the moment that is asked for on."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        before = tx.to_do.people_refusing(NOW)
        tx.consent.record_many([Words(person, (said(stance=Stance.REFUSED),))])
        tx.consent.list_person(person, "A reason.", None)
        tx.consent.hold(person, "A reason.", None)
        tx.channels.add(ChannelDraft("press", "Press", purposes=frozenset({"online"}), staff=("usr_1", "usr_2")))
        assert (tx.to_do.people_listed(NOW), tx.to_do.people_refusing(NOW) - before) == (1, 1)
        assert (tx.to_do.people_listed(NOW + HOUR), tx.to_do.people_refusing(NOW + HOUR)) == (0, 0)
        assert tx.to_do.channels_to_approve() == 1


def test_an_approval_that_holds_knows_what_was_asked_before(store: Store) -> None:
    """Its chain leads back to the first check; what is over or replaced is not there."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        old = block(tx, FindingCode.UNKNOWN_FACE, FindingCode.CAPTION_LINK)
        approve_instead(tx, old.id)
        revoked = approve(tx)
        tx.checks.revoke(revoked.id, "a_test")
    with store.reading(ADMIN, NOW) as tx:
        (only,) = tx.standing_approvals.all()
        assert only.chain[-1] == old.id
        assert only.asked == {FindingCode.UNKNOWN_FACE, FindingCode.CAPTION_LINK}
    with store.reading(ADMIN, NOW + WEEK) as tx:
        assert tx.standing_approvals.all() == []
