"""The command line about people who sign in: the way back in when no administrator can."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from api.application.opening import open_store
from api.cli import main, options
from api.platform.settings import Settings
from consent_db.accounts import totp
from tests.support.school import MORNING
from tests.support.signing_in import HEAD, PASSWORD

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs `gatekeeper user ...` on one data folder."""
    monkeypatch.setattr(options.out, "width", 240)

    def command(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main.run(["user", *arguments, "--data", str(tmp_path / "data")])
        said = capsys.readouterr()
        return code, said.out + said.err

    assert command("add", HEAD, "--role", "admin", "--password", PASSWORD)[0] == 0
    return command


def test_users_are_listed(run: Run) -> None:
    """With their role, and whether a second factor is set up."""
    row = next(line for line in run("list")[1].splitlines() if HEAD in line)
    assert re.findall(r"[\w@.]+", row) == [HEAD, "Administrator", "no", "yes"]


def test_a_link_is_printed_for_a_forgotten_password(run: Run) -> None:
    """With how long it is good; the address is where people go."""
    code, said = run("link", HEAD)
    assert code == 0
    assert "within 24 hours" in said
    assert re.search(r"http://127\.0\.0\.1:8000/choose-password/[\w-]{43}\n", said)


def test_a_lost_phone_is_forgotten(run: Run, tmp_path: Path) -> None:
    """Once: a second time there is nothing to forget, and the command says so."""
    with open_store(Settings(data=tmp_path / "data")) as store, store.transaction("x", MORNING) as tx:
        user = tx.users.all()[0].id
        secret = tx.second_factors.begin(user)
        tx.second_factors.confirm(user, totp.code_at(secret, totp.step_of(MORNING)))
        token = tx.sessions.start(user)
    assert run("reset-factor", HEAD)[0] == 0
    with open_store(Settings(data=tmp_path / "data")) as store, store.reading("x", MORNING) as tx:
        assert not tx.second_factors.has(user)
        assert tx.sessions.find(token) is None
    assert run("reset-factor", HEAD) == (1, "This user has no second factor.\n")


@pytest.mark.parametrize("command", ["link", "reset-factor"])
def test_an_address_that_nobody_has_is_said_so(run: Run, command: str) -> None:
    """Without repeating it, and with where to look."""
    assert run(command, "nobody@school.example") == (
        1,
        "No account has this address; see `gatekeeper user list`.\n",
    )


def test_a_list_is_shown_first_and_then_added(run: Run, tmp_path: Path) -> None:
    """Without --links nothing is saved; the file of links is its owner's alone and never replaced."""
    staff, links = tmp_path / "staff.csv", tmp_path / "links.csv"
    staff.write_text("email,name,role\nanna@school.example,Anna Weir,staff\nnone,No,staff\n", "utf-8")
    code, said = run("import", str(staff))
    assert (code, "would be added" in said, "not an e-mail address" in said) == (1, True, True)
    assert "anna@" not in run("list")[1]
    assert run("import", str(staff), "--links", str(links))[0] == 1
    assert "anna@school.example,Anna Weir,Staff,http" in links.read_text("utf-8-sig")
    assert links.stat().st_mode & 0o077 == 0
    assert "Anna Weir" in run("list")[1]
    assert run("import", str(staff), "--links", str(links))[0] != 0
