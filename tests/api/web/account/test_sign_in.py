"""Signing in with a second factor, and the way back in for whoever has lost something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from api.application.services import REFUSALS_PER_MINUTE
from api.http.problems import Problem
from api.security import credentials
from consent_db.accounts.passwords import Compared, Credential, Hashed
from consent_db.accounts.passwords import compare as real_compare
from consent_db.accounts.passwords import hashed as really_hashed
from consent_db.accounts.records import Purpose
from gatekeeper.types import Role
from tests.support.http import ORIGIN
from tests.support.pages import read
from tests.support.school import School
from tests.support.signing_in import HEAD, PASSWORD, Somebody, add, installed


@pytest.fixture
def head(school: School) -> Iterator[Somebody]:
    """An administrator who has never signed in."""
    add(school)
    with installed(school) as browser:
        yield Somebody(browser, school)


@pytest.fixture
def equipped(head: Somebody) -> Somebody:
    """The administrator with an app that is set up, signed in."""
    head.gives_password()
    head.sets_app_up()
    return head


def sent_to_sign_in(somebody: Somebody, token: str) -> bool:
    """Say whether a session's token opens nothing any more."""
    somebody.browser.cookies.clear()
    answer = somebody.browser.get("/checks", headers={"Cookie": f"sid={token}"})
    return answer.headers.get("Location") == "/sign-in?next=/checks"


def test_an_administrator_sets_an_app_up_first(head: Somebody) -> None:
    """After the password nothing but the set-up page opens; after the first code everything does."""
    assert head.gives_password(wanted="/admin/users").headers["Location"] == "/account/second-factor?next=/admin/users"
    before = head.browser.cookies["sid"]
    assert head.get("/").headers["Location"] == "/account/second-factor"
    page = read(head.get("/account/second-factor"))
    assert "Your role can change who is published" in page
    assert "Manage" not in page
    answer = head.sets_app_up()
    assert len(head.codes) == 8
    assert "They are shown only now." in read(answer)
    assert head.browser.cookies["sid"] != before
    assert head.get("/admin/users").status_code == 200


def test_the_qr_code_holds_what_the_letters_say(head: Somebody) -> None:
    """It is drawn inline, without any style, and says whose account it is for."""
    head.gives_password()
    page = head.get("/account/second-factor")
    assert page.text.count('class="qr"') == 1
    assert page.text.count('class="key"') == 1
    read(page)
    assert head.get("/account/second-factor").text == page.text


def test_a_wrong_code_sets_nothing_up(head: Somebody) -> None:
    """The page comes back with the same key and a sentence."""
    head.gives_password()
    key = head.get("/account/second-factor").text
    answer = head.post("/account/second-factor", code="000000")
    assert (answer.status_code, "This code is not right." in read(answer)) == (422, True)
    assert head.get("/account/second-factor").text == key
    assert head.get("/").headers["Location"] == "/account/second-factor"


def test_password_and_code_together_open_the_door(equipped: Somebody) -> None:
    """Next time the password leads to the code, and the code to the page that was wanted."""
    equipped.post("/sign-out")
    assert equipped.gives_password(wanted="/checks").headers["Location"] == "/sign-in/code?next=/checks"
    half = equipped.browser.cookies["sid"]
    assert equipped.get("/checks").headers["Location"] == "/sign-in/code"
    equipped.school.clock.advance(seconds=30)
    answer = equipped.post("/sign-in/code", code=equipped.code, next="/checks")
    assert answer.headers["Location"] == "/checks"
    assert equipped.browser.cookies["sid"] != half
    equipped.browser.cookies.clear()
    assert (
        equipped.browser.get("/checks", headers={"Cookie": f"sid={half}"}).headers["Location"].startswith("/sign-in?")
    )


def test_signing_in_again_ends_the_session_of_this_browser(equipped: Somebody) -> None:
    """An old token is not left behind as a second way in."""
    old = equipped.browser.cookies["sid"]
    equipped.signs_in()
    assert sent_to_sign_in(equipped, old)


def test_the_code_that_set_the_app_up_does_not_sign_in(equipped: Somebody) -> None:
    """Each code is good once, whatever for."""
    code = equipped.code
    equipped.post("/sign-out")
    equipped.gives_password()
    answer = equipped.post("/sign-in/code", code=code)
    assert (answer.status_code, "was used before" in read(answer)) == (401, True)


def test_a_recovery_code_opens_the_door_once(equipped: Somebody) -> None:
    """And the account says how many are left."""
    equipped.post("/sign-out")
    equipped.gives_password()
    assert equipped.post("/sign-in/code", code=equipped.codes[3]).status_code == 303
    assert "7 recovery codes are left" in read(equipped.get("/account"))
    equipped.post("/sign-out")
    equipped.gives_password()
    assert equipped.post("/sign-in/code", code=equipped.codes[3]).status_code == 401


def test_guessing_codes_is_slowed_down_wherever_it_comes_from(equipped: Somebody) -> None:
    """Five wrong codes, then waiting, also in another browser; but not in one that the account is known in."""
    equipped.post("/sign-out")
    guessing, other = equipped.elsewhere(), equipped.elsewhere()
    guessing.gives_password()
    answers = [guessing.post("/sign-in/code", code=f"{number:06}").status_code for number in range(20)]
    assert answers == [401] * 5 + [429] * 15
    other.gives_password()
    equipped.school.clock.advance(seconds=14)
    refused = other.post("/sign-in/code", code=other.code)
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    equipped.school.clock.advance(seconds=30)
    assert other.post("/sign-in/code", code=other.code).status_code == 303


def test_a_known_browser_signs_in_whatever_strangers_try(equipped: Somebody) -> None:
    """Hundreds of wrong passwords from the same address, and the owner's own browser opens the door at once."""
    equipped.post("/sign-out")
    stranger = equipped.elsewhere()
    tries = [stranger.post("/sign-in", email=HEAD, password="wrong").status_code for _ in range(300)]
    assert tries == [401] * 5 + [429] * 295
    assert stranger.gives_password().status_code == 429
    equipped.school.clock.advance(seconds=1)
    assert equipped.gives_password().status_code == 303


def test_a_cookie_of_another_account_or_a_forged_one_makes_no_browser_known(equipped: Somebody) -> None:
    """What a pupil's own browser is known for helps with nobody else's account."""
    add(equipped.school, "pupil@school.example", Role.STAFF)
    pupil = equipped.elsewhere()
    assert pupil.post("/sign-in", email="pupil@school.example", password=PASSWORD).status_code == 303
    own, theirs = pupil.browser.cookies["device"], equipped.browser.cookies["device"]
    for _ in range(6):
        pupil.post("/sign-in", email=HEAD, password="wrong")
    assert pupil.gives_password().status_code == 429
    browser, rest = own.split(".")[0], theirs.split(".", 1)[1]
    for forged in (f"{browser}.{rest}", theirs[:-1], f"{theirs}.x", "x" * 5000):
        pupil.browser.cookies.set("device", forged)
        assert pupil.gives_password().status_code == 429


def test_a_browser_is_known_for_half_a_year(equipped: Somebody) -> None:
    """After that strangers' tries count for it too."""
    equipped.post("/sign-out")
    equipped.school.clock.advance(days=181)
    stranger = equipped.elsewhere()
    for _ in range(6):
        stranger.post("/sign-in", email=HEAD, password="wrong")
    assert equipped.gives_password().status_code == 429


def test_a_link_is_a_way_in_past_the_pause(equipped: Somebody) -> None:
    """Whoever chooses a password with a link of an administrator signs in with it at once, in a new browser."""
    school, new = equipped.school, equipped.elsewhere()
    for _ in range(20):
        new.post("/sign-in", email=HEAD, password="wrong")
    assert new.gives_password().status_code == 429
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        user = tx.users.find(HEAD)
        assert user is not None
        token = tx.links.make(Purpose.PASSWORD, user.id)
    chosen = "quite another horse battery"
    assert new.post(f"/choose-password/{token}", password=chosen, again=chosen).status_code == 303
    assert new.post("/sign-in", email=HEAD, password=chosen).status_code == 303


def test_one_address_takes_no_place_of_others(head: Somebody) -> None:
    """While one address has as many passwords compared as it may, others and known browsers are answered."""
    with ExitStack() as held:
        for _ in range(credentials.MOST_OF_ONE):
            held.enter_context(credentials.PLACES.one("203.0.113.5"))
        with pytest.raises(Problem), credentials.PLACES.one("203.0.113.5"):
            pass
        assert head.gives_password().status_code == 303
        for number in range(credentials.MOST_OF_STRANGERS - credentials.MOST_OF_ONE):
            held.enter_context(credentials.PLACES.one(f"198.51.100.{number}"))
        with pytest.raises(Problem), credentials.PLACES.one("192.0.2.1"):
            pass
        with credentials.PLACES.one(None):
            pass


@pytest.mark.parametrize("what", ["set up", "change", "link"])
def test_a_new_password_is_hashed_while_nothing_is_locked(
    school: School, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Another writer gets its turn during the hashing, wherever a password is chosen."""
    written = []

    def slowly(password: str, email: str) -> Hashed:
        with school.services.store.transaction("user:admin", school.clock()) as tx:
            written.append(tx.audit.newest().seq)
        return really_hashed(password, email)

    monkeypatch.setattr(credentials, "hashed", slowly)
    new = "quite another horse battery"
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        user = None if what == "set up" else tx.users.add(HEAD, PASSWORD, Role.ADMIN).id
        token = tx.links.make(Purpose.SET_UP if user is None else Purpose.PASSWORD, user)
    with installed(school) as browser:
        somebody = Somebody(browser, school)
        if what == "set up":
            answer = somebody.post(f"/set-up/{token}", email=HEAD, password=new, again=new)
        elif what == "link":
            answer = somebody.post(f"/choose-password/{token}", password=new, again=new)
        else:
            somebody.gives_password()
            somebody.sets_app_up()
            answer = somebody.post("/account/password", current=PASSWORD, password=new, again=new)
    assert (answer.status_code, len(written)) == (303, 1)


def test_staff_may_do_without_and_set_one_up_if_they_like(school: School) -> None:
    """Their role is not on the list; their account offers it, and lets go of it again."""
    add(school, role=Role.STAFF)
    with installed(school) as browser:
        staff = Somebody(browser, school)
        assert staff.gives_password().headers["Location"] == "/"
        assert "Set up an authenticator app" in read(staff.get("/account"))
        staff.sets_app_up()
        assert "8 recovery codes are left" in read(staff.get("/account"))
        assert staff.post("/account/second-factor/removal").headers["Location"] == "/account"
        assert "Set up an authenticator app" in read(staff.get("/account"))


def test_whose_role_needs_one_keeps_it(equipped: Somebody) -> None:
    """There is no way to do without it oneself, and a second one is not set up beside it."""
    answer = equipped.post("/account/second-factor/removal")
    assert (answer.status_code, "Your role needs a second factor." in read(answer)) == (409, True)
    assert equipped.get("/account/second-factor").headers["Location"] == "/account"
    assert equipped.post("/account/second-factor", code="000000").headers["Location"] == "/account"


def test_recovery_codes_can_be_made_anew(equipped: Somebody) -> None:
    """The new ones are shown once, and the old ones are worthless."""
    old = equipped.codes
    page = equipped.post("/account/recovery-codes").text
    assert not any(code in page for code in old)
    equipped.post("/sign-out")
    equipped.gives_password()
    assert equipped.post("/sign-in/code", code=old[0]).status_code == 401


def test_setting_an_app_up_signs_out_everywhere_else(head: Somebody) -> None:
    """Whoever had the password alone is out."""
    other = head.elsewhere()
    other.gives_password()
    head.gives_password()
    head.sets_app_up()
    assert other.get("/account/second-factor").headers["Location"].startswith("/sign-in")


def test_a_confirmation_lasts_ten_minutes(equipped: Somebody) -> None:
    """Then the password is asked for again, in place, and leads back; a wrong one does not count."""
    equipped.school.clock.advance(minutes=11)
    sent = equipped.browser.post(
        "/admin/users", data={"email": "x"}, headers={"Origin": ORIGIN, "Referer": f"{ORIGIN}/admin/users"}
    )
    assert sent.headers["Location"] == "/confirm?next=/admin/users"
    assert "Confirm that it is you" in read(equipped.get("/admin/users"))
    wrong = equipped.post("/confirm", password="wrong", next="/admin/users")
    assert (wrong.status_code, "The password is not right." in read(wrong)) == (401, True)
    assert equipped.post("/confirm", password=PASSWORD, next="//evil.example").headers["Location"] == "/"
    assert "Add and make a link" in read(equipped.get("/admin/users"))


def test_guessing_at_an_open_screen_is_slowed_down(equipped: Somebody) -> None:
    """Also where the password is asked for once more, and where it is changed."""
    answers = [equipped.post("/confirm", password="wrong").status_code for _ in range(7)]
    assert answers == [401] * 5 + [429] * 2
    assert equipped.post("/account/password", current="wrong", password="x", again="x").status_code == 429


def test_nothing_secret_gets_into_the_logs(head: Somebody, log_lines: Callable[[], str]) -> None:
    """Neither address, password, key, code nor token of a session."""
    head.gives_password()
    head.sets_app_up()
    head.signs_in()
    written = log_lines()
    assert '"event": "signed_in"' in written
    for secret in (HEAD, PASSWORD, head.code, *head.codes, head.browser.cookies["sid"]):
        assert secret not in written


def test_a_password_is_hashed_while_nothing_is_locked(
    head: Somebody, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer gets its turn during the comparison of a password."""
    written = []

    def compare(known: Credential, password: str) -> Compared:
        with school.services.store.transaction("user:admin", school.clock()) as tx:
            written.append(tx.users.add("other@school.example", None, Role.STAFF).id)
        return real_compare(known, password)

    monkeypatch.setattr(credentials, "compare", compare)
    assert head.gives_password().status_code == 303
    assert len(written) == 1


def test_a_password_that_changes_while_it_is_compared_lets_no_request_in(
    head: Somebody, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The credential is read again in the transaction that starts the session."""

    def compare(known: Credential, password: str) -> Compared:
        with school.services.store.transaction("user:admin", school.clock()) as tx:
            tx.users.set_password(known.user or "", "quite another horse battery")
        return real_compare(known, password)

    monkeypatch.setattr(credentials, "compare", compare)
    assert head.gives_password().status_code == 401


def test_refused_sign_ins_do_not_grow_the_audit_without_bound(head: Somebody, school: School) -> None:
    """Two of an account a minute are recorded, and two of all addresses without an account."""
    for number in range(12):
        head.post("/sign-in", email=HEAD, password="wrong")
        head.post("/sign-in", email=f"nobody{number}@school.example", password="wrong")
    with school.services.store.reading("user:admin", school.clock()) as tx:
        refused = [entry.object_id for entry in tx.audit.entries() if entry.action == "user.refused"]
    assert (len(refused), refused.count("unknown")) == (2 * REFUSALS_PER_MINUTE, REFUSALS_PER_MINUTE)


def test_more_passwords_than_may_wait_are_sent_away(head: Somebody) -> None:
    """503 with Retry-After while as many as may are hashed; afterwards the same request is answered."""
    with ExitStack() as held:
        for _ in range(credentials.MOST_HASHING):
            held.enter_context(credentials.PLACES.one(None))
        refused = head.gives_password()
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert head.gives_password().status_code == 303
