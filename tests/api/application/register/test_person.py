"""One person: everything about them handed out, and their erasure, as people type it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from api.application.checks.submission import build_draft
from api.application.opening import open_store
from api.application.services import open_services
from api.cli import main
from api.platform.settings import Settings
from consent_db.approvals.records import CheckState
from consent_db.data_rights import tombstones
from consent_db.data_rights.protection import NEUTRAL, TABLES
from consent_db.data_rights.subject_access import OPENERS
from consent_db.register.holdings import holdings
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.media.release.encode import make_release, reopen_release
from gatekeeper.types import PersonId, Role
from tests.support.gate import FakeWords, fake_engine, picture_of, upload_of
from tests.support.school import AMIRA_HUE, ATTESTED, OFFICE, TOM_HUE, Clock, School, founded

NOW = datetime.now(UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def typed(data: Path, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main.run([*map(str, arguments), "--data", str(data)])
    out, err = capsys.readouterr()
    return code, out, err


def settle(data: Path) -> dict[str, PersonId]:
    """Leave a school behind in which Amira is listed, and was photographed alone and with Tom."""
    with founded(data, Clock(NOW - timedelta(hours=1))) as school:
        for hues in ((AMIRA_HUE,), (AMIRA_HUE, TOM_HUE)):
            assert school.check(*hues, caption="Amira and Tom on a walk" if len(hues) > 1 else None).approved
        with school.services.store.transaction(OFFICE, school.clock()) as tx:
            tx.reference_photos.replace(school.people["Amira"], [make_release(picture_of(AMIRA_HUE)).data])
            tx.consent.list_person(school.people["Amira"], "lives in a refuge")
        return school.people


def test_every_sealed_cell_about_a_person_can_be_handed_out() -> None:
    """A new table with sealed columns fails here until subject access knows how to open it."""
    assert set(OPENERS) == {holding.table.name for holding in holdings() if holding.sealed}


def test_everything_about_a_person_is_in_one_private_zip_file(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Statements, templates, photographs, pictures, audit; a page to read and a file for programs."""
    people = settle(data)
    file = data.parent / "amira.zip"
    code, out, _ = typed(data, capsys, "person", "export", people["Amira"], file)
    assert code == 0
    assert "1 photographs, 2 pictures" in out
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        names = {name.split("/")[0] for name in archive.namelist()}
        content = json.loads(archive.read("data.json"))
        page = archive.read("index.html").decode()
    assert names == {"data.json", "index.html", "photographs", "pictures"}
    assert content["person"]["last_name"] == "Khan"
    assert [row["content"] for row in content["tables"]["notes"] if row["about"] == "statements"] == ["form"] * 3
    assert len(content["tables"]["statements"]) == 3
    assert content["tables"]["templates"][0]["content"].endswith("given when asked for")
    assert {"person.added", "template.stored", "check.decided"} <= {entry["action"] for entry in content["audit"]}
    assert "Left out, and not mentioned in it: 3 rows" in " ".join(out.split())
    assert "<dd>Amira Khan</dd>" in page
    assert "The person themselves" in page
    assert "Amira and [another person] on a walk" in page
    assert page.count('<a href="pictures/') == 2


def test_what_a_copy_leaves_out_is_there_to_be_left_out() -> None:
    """A table that is renamed fails here instead of telling."""
    assert {holding.table.name for holding in holdings()} >= TABLES


TELLING = re.compile(
    r"listing|listed|hold\b|held\b(?! about)|restrict|withheld|reason|refuge|court|do.not.publish|search|why"
)


def test_a_copy_does_not_tell_that_a_person_is_protected(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not by a word, not by an empty table, not by a hint that something is withheld; with a court's order too."""
    people = settle(data)
    with founded_again(data) as school:
        order = Statement(
            Party.COURT, Subject.PICTURE, EVERYWHERE, Stance.REFUSED, school.clock(), school.clock().date()
        )
        with school.services.store.transaction("user:lead", school.clock()) as tx:
            tx.consent.record(people["Amira"], order, "High Court, 12 May")
            tx.consent.hold(people["Amira"], "lives in a refuge")
    file = data.parent / "amira.zip"
    assert typed(data, capsys, "person", "export", people["Amira"], file)[0] == 0
    with zipfile.ZipFile(file) as archive:
        text = archive.read("data.json").decode()
        page = re.sub(r"<style>.*?</style>", "", archive.read("index.html").decode(), flags=re.DOTALL)
    for told in (text, page):
        assert set(TELLING.findall(told.casefold())) == set()
    plain = json.loads(text)
    assert {entry["action"] for entry in plain["audit"]} <= NEUTRAL
    assert "restrictions" not in plain["tables"]


@contextmanager
def founded_again(data: Path) -> Iterator[School]:
    """Open a school that is there already."""
    settings = Settings(data=data, second_factor=frozenset())
    with open_services(settings, fake_engine(), Clock(NOW - timedelta(minutes=30)), FakeWords()) as services:
        yield School(services, Clock(NOW - timedelta(minutes=30)))


def test_where_there_is_a_lead_they_release_the_copy_first(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is refused until then, but for the lead's own password."""
    people, password = settle(data), "correct horse battery staple"
    with founded_again(data) as school, school.services.store.transaction("user:admin", school.clock()) as tx:
        lead = tx.users.add("lead@school.example", password, Role.SAFEGUARDING_LEAD)
    file = data.parent / "amira.zip"
    code, _, err = typed(data, capsys, "person", "export", people["Amira"], file)
    assert (code, "safeguarding lead reads the copy first" in " ".join(err.split()), file.exists()) == (1, True, False)
    assert typed(data, capsys, "person", "export", people["Tom"], data.parent / "tom.zip")[0] == 0
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "something else entirely")
    assert typed(data, capsys, "person", "export", people["Amira"], file, "--email", lead.email)[0] == 1
    monkeypatch.setattr("typer.prompt", lambda *_, **__: password)
    assert typed(data, capsys, "person", "export", people["Amira"], file, "--email", lead.email)[0] == 0


def test_nobody_else_is_in_it(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names of others in captions, their ids, and their faces in shared pictures are left out."""
    people = settle(data)
    file = data.parent / "amira.zip"
    assert typed(data, capsys, "person", "export", people["Amira"], file)[0] == 0
    with zipfile.ZipFile(file) as archive:
        text = archive.read("data.json").decode() + archive.read("index.html").decode()
        pictures = [reopen_release(archive.read(n)).pixels for n in archive.namelist() if n.startswith("pictures/")]
    assert people["Tom"] not in text
    assert "Tom" not in text
    assert "Amira and [another person] on a walk" in text
    assert "refuge" not in text
    widest = max(pictures, key=lambda pixels: pixels.shape[1])
    tom = reopen_release(make_release(picture_of(AMIRA_HUE, TOM_HUE)).data).pixels
    assert widest.shape == tom.shape
    green = (widest[..., 1] > 150) & (widest[..., 0] < 100)
    assert ((tom[..., 1] > 150) & (tom[..., 0] < 100)).sum() > 100
    assert green.sum() == 0


def test_reasons_and_numbers_are_handed_out_when_somebody_decided_so(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each look at a reason is in the audit."""
    people = settle(data)
    file = data.parent / "amira.zip"
    typed(data, capsys, "person", "export", people["Amira"], file, "--with-reasons", "--with-templates")
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        content = json.loads(archive.read("data.json"))
    assert "lives in a refuge" in {row["content"] for row in content["tables"]["notes"]}
    assert isinstance(content["tables"]["templates"][0]["content"][0], float)
    assert "reason.seen" in {entry["action"] for entry in content["audit"]}


def test_an_export_never_replaces_a_file(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What lies there stays, and the message names it."""
    people = settle(data)
    (data.parent / "there.zip").write_text("mine")
    code, _, err = typed(data, capsys, "person", "export", people["Amira"], data.parent / "there.zip")
    assert (code, "never replaced" in err, "there.zip" in err) == (1, True, True)
    assert (data.parent / "there.zip").read_text() == "mine"


def test_an_erasure_of_a_listed_person_asks_what_becomes_of_the_entry(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever erases is told that nobody can be recognised afterwards, and has to choose."""
    people = settle(data)
    code, _, err = typed(data, capsys, "person", "erase", people["Amira"], "--yes")
    assert (code, "stranger to the gate" in err) == (1, True)


def test_a_person_who_is_listed_while_the_question_stands_is_not_erased(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry would go with them, and no one has said what becomes of it."""
    tom = settle(data)["Tom"]

    def listed_meanwhile(_question: str, *, abort: bool) -> bool:
        with open_store(Settings(data=data)) as store, store.transaction(OFFICE, datetime.now(UTC)) as tx:
            tx.consent.list_person(tom)
        return abort

    monkeypatch.setattr(typer, "confirm", listed_meanwhile)
    code, _, err = typed(data, capsys, "person", "erase", tom)
    assert (code, "meanwhile" in err) == (1, True)
    with open_store(Settings(data=data)) as store, store.reading(OFFICE, datetime.now(UTC)) as tx:
        assert tx.people.get(tom).listed


def test_an_erasure_is_certified_and_proved(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts and hashes, no names; pictures and words are gone, and the certificate can be proved again."""
    people = settle(data)
    paper = data.parent / "certificate.json"
    arguments = ("person", "erase", people["Amira"], "--give-up-listing", "--yes", "--certificate", paper)
    code, out, _ = typed(data, capsys, *arguments)
    assert (code, "searched for in vain" in out) == (0, True)
    content = json.loads(paper.read_text())
    assert "Amira" not in paper.read_text()
    assert content["destroyed"]["pictures"] == 2
    assert content["destroyed"]["rows"] == {
        "templates": 1,
        "reference_photos": 1,
        "notes": 4,
        "memberships": 1,
        "release_searches": 1,
    }
    assert content["proof"]["found"] == 0 < content["proof"]["pieces"] < content["proof"]["searched"]
    assert list((data / "pictures").glob("*/*")) == []
    assert tombstones.read(data / "keys.json.tombstones").people == {people["Amira"]: False}
    assert typed(data, capsys, "person", "prove", paper)[0] == 0
    paper.write_text(paper.read_text().replace('"pictures": 2', '"pictures": 3'))
    assert typed(data, capsys, "person", "prove", paper)[0] == 1
    assert typed(data, capsys, "person", "erase", people["Amira"], "--yes")[0] == 1


def test_a_picture_that_waits_with_an_erased_person_is_not_taken_up(school: School) -> None:
    """Its upload is deleted, and the next start finds nothing to do."""
    check_id = school.screener.submit(upload_of(AMIRA_HUE), build_draft("website", attestations=ATTESTED), OFFICE)
    record = school.screener.run(check_id)
    with school.services.store.transaction(OFFICE, school.clock()) as tx:
        files = tx.people.erase(school.people["Amira"]).files
    for key in files:
        school.screener.pictures.delete(key)
    assert record.examined_key in files
    assert school.screener.run(check_id).state is CheckState.REVOKED
    with school.services.store.reading(OFFICE, school.clock()) as tx:
        assert tx.check_work.waiting() == 0


def test_the_command_says_what_a_confirmation_of_siblings_ends_before_it_is_made(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The approval of a picture in which the engine alone told them apart; without a yes nothing changes."""
    with founded(data, Clock(NOW - timedelta(hours=1))) as school:
        check = school.check(AMIRA_HUE)
        with school.services.store.transaction(OFFICE, school.clock()) as tx:
            for number, name in (("1", "Amira"), ("2", "Zoe")):
                record = tx.people.get(school.people[name])
                tx.people.change(record.id, replace(record.profile, external_id=number))

    def no(*_: object, **__: object) -> None:
        raise typer.Abort

    monkeypatch.setattr("typer.confirm", no)
    code, out, _ = typed(data, capsys, "roster", "siblings", "1", "2")
    assert (code, "It ends: 1 approval." in out) == (1, True)
    code, out, _ = typed(data, capsys, "roster", "siblings", "1", "2", "--yes")
    assert (code, "From now on staff confirm their faces in each picture." in out) == (0, True)
    assert typed(data, capsys, "roster", "siblings", "1", "--remove")[0] == 0
    with founded_again(data) as school, school.services.store.reading(OFFICE, school.clock()) as tx:
        assert not tx.checks.get(check.id).stands(school.clock())
