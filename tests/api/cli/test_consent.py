"""Consent, the list, the ledger and the policy on the command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import typer

from api.application.opening import open_store
from api.cli import main, options
from api.platform.settings import Settings
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import ChannelDraft, PublicationDraft
from gatekeeper.consent.permission import Statement, Subject
from gatekeeper.policy.model import PROFILES
from gatekeeper.types import Kind, Role
from tests.support.register import approve, said
from tests.support.terminal import Terminal

PASSWORD = "a long enough sentence"


@pytest.fixture
def school(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A school with a website, a pupil whose parent agreed long ago, and a safeguarding lead."""
    monkeypatch.setattr(options.out, "width", 240)
    with open_store(Settings(data=tmp_path / "data")) as store, store.transaction("user:head", datetime.now(UTC)) as tx:
        tx.channels.add(ChannelDraft("website", "Website", purposes=frozenset({"online"}), staff=("a", "b")))
        tx.channels.approve("website", "user:head", Role.APPROVER)
        pupil = PersonDraft(Kind.PUPIL, "Amira", "Khan", external_id="P-1", date_of_birth=date(2018, 5, 5))
        person = tx.people.add(pupil)
        tx.consent.record_all(person, [_yes(Subject.PICTURE), _yes(Subject.NAME)])
        for email, role in (("lead@school.example", Role.SAFEGUARDING_LEAD), ("head@school.example", Role.ADMIN)):
            tx.users.add(email, PASSWORD, role)
    return Terminal(tmp_path / "data", capsys)


def _yes(subject: Subject) -> Statement:
    return replace(said(subject), said_at=datetime(2026, 9, 1, 9, tzinfo=UTC), since=date(2026, 9, 1))


def publish(terminal: Terminal) -> None:
    with open_store(Settings(data=terminal.data)) as store, store.transaction("user:head", datetime.now(UTC)) as tx:
        record = tx.people.by_external_id("P-1")
        assert record is not None
        check = approve(tx, record.id, days=10_000)
        tx.publications.record(PublicationDraft(check.id, tx.now, "https://school.example/fair"))


def test_a_withdrawal_says_first_what_it_touches(school: Terminal) -> None:
    """The approval that ends and the post that comes down; then both have happened, and the reasons are shown."""
    publish(school)
    code, out, _ = school("consent", "record", "P-1", "--said-by", "parent", "--answer", "withdrawn", "--yes")
    assert code == 0
    for words in ("It ends: 1 approval.", "It has to come down: 1 post.", "1 post to take down"):
        assert words in out
    _, out, _ = school("person", "show", "P-1", "--channel", "website")
    assert "Showing them is not permitted." in out
    assert "no A parent withdrew consent everywhere" in out
    code, out, _ = school("takedown", "list")
    assert code == 0
    assert "https://school.example/fair" in out
    takedown = next(word for word in out.split() if word.startswith("tkd_"))
    assert school("takedown", "done", takedown, "--proof", "It is gone.")[0] == 0
    assert "Nothing has to come down." in school("takedown", "list", "--overdue")[1]
    assert "Nothing." in school("publication", "list")[1]


def test_saying_no_to_the_question_changes_nothing(school: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The preview is a preview."""
    publish(school)
    monkeypatch.setattr("typer.confirm", _refuse)
    code, _, err = school("consent", "record", "P-1", "--said-by", "pupil", "--answer", "refused")
    assert (code, err.strip()) == (1, "Stopped.")
    assert "Showing them is permitted" in school("person", "show", "P-1")[1]


def _refuse(*_: object, **__: object) -> bool:
    raise typer.Abort


def test_a_day_in_the_past_or_future_may_be_asked_about(school: Terminal) -> None:
    """Before anybody had agreed, and next summer; and with what was written down by then only."""
    assert "No person whose consent is needed" in school("person", "show", "P-1", "--at", "2026-08-01")[1]
    assert "Showing them is permitted" in school("person", "show", "P-1", "--at", "2031-01-01 14:30")[1]
    _, out, _ = school("person", "show", "P-1", "--at", "2031-01-01", "--known-at", "2026-10-01")
    assert "Showing them is not permitted." in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["person", "show", "P-2"], "No person has this number"),
        (["person", "show", "P-1", "--channel", "paper"], "no such channel"),
        (["person", "show", "P-1", "--at", "tomorrow"], "A moment is written as"),
        (["consent", "record", "P-1", "--said-by", "parent", "--answer", "granted", "--until", "soon"], "A day is"),
        (
            ["consent", "record", "P-1", "--said-by", "parent", "--answer", "granted", "--until", "2020-01-01"],
            "end before",
        ),
        (["list", "remove", "P-1"], "no listing"),
        (["list", "review", "P-1"], "when to look again"),
        (["takedown", "done", "tkd_1", "--proof", "x"], "no take-down of this id"),
        (["publication", "add", "chk_1"], "no check of this id"),
        (["publication", "take-down", "pub_1"], "no publication of this id"),
        (["objection", "add", "fair", "a red cap"], "no event of this name"),
        (["objection", "withdraw", "obj_1"], "no such entry"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(school: Terminal, arguments: list[str], sentence: str) -> None:
    """Exit code 1, and what to do instead."""
    code, _, err = school(*arguments)
    assert code == 1
    assert sentence in err


def test_only_the_safeguarding_lead_reads_why(school: Terminal) -> None:
    """The list shows no reasons; whoever is not the lead, or does not know the password, reads none."""
    assert school("list", "add", "P-1", "--why", "refuge", "--review", "2099-01-01", "--yes")[0] == 0
    out = school("list", "show")[1]
    assert "Amira Khan" in out
    assert "2099-01-01" in out
    assert "refuge" not in out
    for email, password in (("head@school.example", PASSWORD), ("lead@school.example", "something else")):
        code, out, err = school("list", "reason", "P-1", "--email", email, "--password", password)
        assert (code, "refuge" in out + err) == (1, False)
    code, out, _ = school("list", "reason", "P-1", "--email", "lead@school.example", "--password", PASSWORD)
    assert (code, "refuge" in out) == (0, True)
    assert "Showing them is not permitted." in school("person", "show", "P-1")[1]
    assert school("list", "review", "P-1", "--next", "2099-02-02")[0] == 0
    assert "No people." in school("list", "review")[1]
    assert school("list", "remove", "P-1")[0] == 0
    assert "No people." in school("list", "show")[1]


def test_a_hold_is_laid_and_lifted(school: Terminal) -> None:
    """While it lies nothing may be published."""
    assert school("hold", "lay", "P-1", "--why", "", "--yes")[0] == 0
    assert "There is a hold on the person." in school("person", "show", "P-1")[1]
    assert school("hold", "lift", "P-1")[0] == 0
    assert "There is a hold" not in school("person", "show", "P-1")[1]


def test_what_is_published_is_written_down(school: Terminal) -> None:
    """By the check's id; somebody who left is listed without a clock, until a person decides."""
    publish(school)
    with open_store(Settings(data=school.data)) as store, store.transaction("user:head", datetime.now(UTC)) as tx:
        (post,) = tx.publications.up()
    code, out, _ = school("publication", "add", post.check_id, "--post-id", "77")
    assert (code, "Recorded as pub_" in out) == (0, True)
    assert out.count("tkd_") == 0
    assert school("publication", "list", "--person", "P-1")[1].count("pub_") == 2
    assert "Nothing." in school("publication", "list", "--lapsed")[1]
    code, out, _ = school("publication", "take-down", post.id)
    assert "tkd_" in out


def test_an_event_has_its_list(school: Terminal) -> None:
    """Added, shown and withdrawn again."""
    with open_store(Settings(data=school.data)) as store, store.transaction("user:head", datetime.now(UTC)) as tx:
        tx.groups.add_event("fair", "Summer fair", tx.today, frozenset())
    assert school("objection", "add", "fair", "a man in a red cap", "--person", "P-1")[0] == 0
    out = school("objection", "list", "fair")[1]
    assert "a man in a red cap" in out
    entry = next(word for word in out.split() if word.startswith("obj_"))
    assert school("objection", "withdraw", entry)[0] == 0
    assert "No people." in school("objection", "list", "fair")[1]


def test_a_search_that_nobody_asked_for_does_nothing(school: Terminal) -> None:
    """And somebody without a template cannot be searched for."""
    assert "No search waits." in school("search-released")[1]
    code, _, err = school("search-released", "--person", "P-1")
    assert (code, "no template" in err) == (1, True)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_policy_is_shown_in_words_copied_and_edited(
    profile: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy has the file's name, so that no check can be mistaken for one under a shipped profile."""
    monkeypatch.setattr(options.out, "width", 240)
    copy = tmp_path / "our-school.toml"
    assert main.run(["policy", "show", profile]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert main.run(["policy", "copy", profile, str(copy)]) == 0
    capsys.readouterr()
    assert main.run(["policy", "show", str(copy)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == shown[1:]
    assert f"({profile}@1)" in shown[0]
    copy.write_text(copy.read_text("utf-8").replace("biometrics = true ", "biometrics = false"), "utf-8")
    assert main.run(["policy", "show", str(copy)]) == 0
    out = capsys.readouterr().out
    assert "(our-school@1)" in out
    assert "No face is ever recognised" in out


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("our-school.toml", "already"), ("primary.toml", "after the school"), ("Our School!.toml", "after the school")],
)
def test_a_copy_replaces_nothing_and_has_a_name_of_its_own(
    name: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is there stays, and a shipped profile's name is not taken."""
    (tmp_path / "our-school.toml").write_text("ours", "utf-8")
    assert main.run(["policy", "copy", "trust", str(tmp_path / name)]) == 1
    assert sentence in capsys.readouterr().err
    assert (tmp_path / "our-school.toml").read_text("utf-8") == "ours"
