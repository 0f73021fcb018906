from __future__ import annotations

from dataclasses import replace

import pytest

from consent_db import Store
from consent_db.errors import AlreadyExists, NotFound, NotPossible
from consent_db.publishing.records import ChannelDraft
from gatekeeper.types import Channel, PersonId, Role
from tests.support.register import ADMIN, NOW, PUPIL, TODAY, add_channel, add_pupil, approve

DRAFT = ChannelDraft(
    name="instagram",
    title="Our Instagram",
    platform="instagram",
    address="https://instagram.com/our-school",
    purposes=frozenset({"social_media", "press"}),
    staff=("usr_1", "usr_2"),
)


def test_a_channel_opens_when_it_is_approved(store: Store) -> None:
    """Before that the gate gets a channel that is not approved; it is kept by whom and when."""
    with store.transaction(ADMIN, NOW) as tx:
        added = tx.channels.add(DRAFT)
        assert (added.draft, added.open, added.name, added.title) == (DRAFT, False, "instagram", "Our Instagram")
        assert added.as_channel() == Channel("instagram", DRAFT.purposes, approved=False)
        approved = tx.channels.approve("instagram", "usr_head", Role.APPROVER)
        assert (approved.approved_by, approved.approved_at, approved.open) == ("usr_head", NOW, True)
        assert approved.as_channel().approved
    with store.reading(ADMIN, NOW) as tx:
        assert tx.channels.all() == [approved]
        assert tx.channels.get("nowhere") is None


@pytest.mark.parametrize("staff", [(), ("usr_1",), ("usr_1", "usr_1"), ("Ann Lee", " ann lee"), ("Ann Lee", " ")])
def test_a_channel_needs_two_named_staff(lite: Store, staff: tuple[str, ...]) -> None:
    """One person twice is one person."""
    with lite.transaction(ADMIN, NOW) as tx:
        tx.channels.add(replace(DRAFT, staff=staff))
        with pytest.raises(NotPossible, match="at least 2"):
            tx.channels.approve("instagram", "usr_head", Role.APPROVER)


@pytest.mark.parametrize(
    ("by", "role", "reason"),
    [
        ("usr_office", Role.STAFF, "leadership"),
        ("usr_admin", Role.ADMIN, "leadership"),
        (" ", Role.APPROVER, "Say who"),
    ],
)
def test_a_channel_is_approved_by_somebody_of_the_leadership(lite: Store, by: str, role: Role, reason: str) -> None:
    """Neither the office nor whoever looks after the computers opens an account in the school's name."""
    with lite.transaction(ADMIN, NOW) as tx:
        tx.channels.add(DRAFT)
        with pytest.raises(NotPossible, match=reason):
            tx.channels.approve("instagram", by, role)
        assert tx.channels.approve("instagram", "usr_lead", Role.SAFEGUARDING_LEAD).open


def test_staff_may_change_and_below_two_the_channel_is_suspended(lite: Store) -> None:
    """While two are named the approval stands; with one the approvals end, and leadership has to look again."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        draft = tx.channels.all()[0].draft
        check = approve(tx, add_pupil(tx))
        assert tx.channels.change(replace(draft, staff=("usr_1", "usr_3"))).open
        assert tx.checks.get(check.id).stands(NOW)
        suspended = tx.channels.change(replace(draft, staff=("usr_1",)))
        assert (suspended.open, suspended.approved_by) == (False, None)
        assert tx.checks.get(check.id).ended_why == "channel_short_of_staff"
        assert not tx.channels.change(replace(draft, staff=("usr_1", "usr_4"))).open
        assert tx.channels.approve("website", "usr_head", Role.APPROVER).open


def test_who_approved_is_kept_with_the_channel_and_not_in_the_audit(lite: Store) -> None:
    """A name has no place in a chain that cannot be changed; the role has."""
    with lite.transaction(ADMIN, NOW) as tx:
        tx.channels.add(DRAFT)
        tx.channels.approve("instagram", "Ms Quillfeather", Role.APPROVER)
        entry = tx.audit.entries()[-1]
    assert (entry.action, entry.payload) == ("channel.approved", '{"role":"approver"}')


def test_closing_and_changing_a_channel_end_its_approvals(store: Store) -> None:
    """Those of other channels stand; a changed channel has to be approved anew."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        add_channel(tx, "press")
        person = add_pupil(tx)
        web, press = approve(tx, person), approve(tx, person, channel="press")
        assert tx.channels.close("website") == (web.id,)
        record = tx.channels.get("website")
        assert record is not None
        assert (record.open, record.closed_at) == (False, NOW)
        assert tx.checks.get(press.id).stands(NOW)
        draft = tx.channels.approve("press", "usr_head", Role.APPROVER).draft
        assert tx.channels.change(draft).open
        assert not tx.channels.change(replace(draft, title="The press")).open
        assert not tx.checks.get(press.id).stands(NOW)
        assert tx.channels.approve("website", "usr_head", Role.APPROVER).open


@pytest.mark.parametrize("wrong", [{"name": "My Site"}, {"name": ""}, {"purposes": frozenset({"a b"})}, {"name": "*"}])
def test_names_of_channels_and_purposes_are_plain(lite: Store, wrong: dict[str, object]) -> None:
    """They are used in columns and statements, so that odd ones are refused."""
    with lite.transaction(ADMIN, NOW) as tx, pytest.raises(NotPossible):
        tx.channels.add(replace(DRAFT, **wrong))  # type: ignore[arg-type]


def test_a_channel_is_added_once_and_known_before_it_is_changed(store: Store) -> None:
    """A second one of the name and a change of none are errors in words."""
    with store.transaction(ADMIN, NOW) as tx:
        tx.channels.add(DRAFT)
        with pytest.raises(AlreadyExists):
            tx.channels.add(DRAFT)
        for step in (tx.channels.close, lambda name: tx.channels.approve(name, "usr_head", Role.APPROVER)):
            with pytest.raises(NotFound):
                step("nowhere")
        with pytest.raises(NotFound):
            tx.channels.change(replace(DRAFT, name="nowhere"))


def test_classes_and_events_are_found_by_name(store: Store) -> None:
    """A person may be in several; an event is a list of its own."""
    with store.transaction(ADMIN, NOW) as tx:
        one = tx.people.add(PUPIL)
        two = tx.people.add(replace(PUPIL, external_id="2", groups=frozenset({" Oak "})))
        assert tx.groups.groups(one) == {"Oak", "Choir"}
        assert tx.groups.names() == ["Choir", "Oak"]
        assert tx.groups.members("Oak") == {one, two}
        event = tx.groups.add_event("fair", "Summer fair", TODAY, frozenset({two}))
        nobody = tx.groups.add_event("empty", "Nobody came", TODAY, frozenset())
        assert tx.groups.members("fair") == event.people == {two}
        assert tx.groups.event("fair") == event
        assert tx.groups.events() == [nobody, event]
        assert tx.groups.members("empty") == frozenset()
        with pytest.raises(NotFound):
            tx.groups.members("Elm")


def test_an_event_needs_a_name_of_its_own_and_known_people(store: Store) -> None:
    """No name, a class's name, the same name twice, somebody unknown: none of them is kept."""
    with store.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(PUPIL)
        tx.groups.add_event("fair", "Summer fair", TODAY, frozenset({person}))
        for name in ("fair", "Oak"):
            with pytest.raises(AlreadyExists):
                tx.groups.add_event(name, "Again", TODAY, frozenset())
        with pytest.raises(NotPossible):
            tx.groups.add_event(" ", "No name", TODAY, frozenset())
        with pytest.raises(NotFound):
            tx.groups.add_event("trip", "Trip", TODAY, frozenset({PersonId("per_none")}))


@pytest.mark.parametrize("group", ["", "x" * 101, "a\nb"])
def test_a_group_has_a_printable_name(lite: Store, group: str) -> None:
    """Others are refused with what to do."""
    with lite.transaction(ADMIN, NOW) as tx, pytest.raises(NotPossible, match="group"):
        tx.people.add(replace(PUPIL, groups=frozenset({group})))
