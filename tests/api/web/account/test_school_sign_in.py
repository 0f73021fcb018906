"""Signing in with the school's own account, against a service that keeps to the standard, and one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from httpx2 import Response
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from gatekeeper.types import Role
from tests.support.http import ORIGIN
from tests.support.pages import read
from tests.support.provider import CLIENT, SECRET, Provider, running
from tests.support.school import School
from tests.support.signing_in import HEAD, Somebody, add, installed

VERIFIED = {"email": HEAD, "email_verified": True}


@pytest.fixture
def provider(school: School) -> Iterator[Provider]:
    with running(int(school.clock().timestamp())) as provider:
        provider.claims = dict(VERIFIED)
        yield provider


def named(provider: Provider, **more: Any) -> dict[str, Any]:
    """Return the settings that name the service."""
    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_name": "your Example account",
        **more,
    }


@pytest.fixture
def browser(school: School, provider: Provider) -> Iterator[TestClient]:
    with installed(school, **named(provider)) as browser:
        yield browser


def come_back(browser: TestClient, path: str = "/sign-in/school") -> str:
    """Go to the service, be signed in there, and return the address that it sends the browser back to."""
    leaving = browser.get(path)
    assert leaving.status_code == 303
    return httpx2.get(leaving.headers["Location"], trust_env=False).headers["Location"]


def sign_in(browser: TestClient, path: str = "/sign-in/school") -> Response:
    return browser.get(come_back(browser, path))


def test_a_verified_address_that_was_added_here_signs_in(
    browser: TestClient, provider: Provider, school: School
) -> None:
    """The sign-in page offers it, the page that was wanted follows, and the service was asked as it has to be."""
    add(school, role=Role.STAFF, password=None)
    assert "Sign in with your Example account" in read(browser.get("/sign-in?next=/checks"))
    assert sign_in(browser, "/sign-in/school?next=/checks").headers["Location"] == "/checks"
    assert browser.get("/checks").status_code == 200
    asked = provider.asked[0]
    assert (asked["scope"], asked["redirect_uri"]) == ("openid email profile", f"{ORIGIN}/sign-in/school/return")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43


def test_a_second_factor_here_is_owed_unless_there_was_one_there(
    browser: TestClient, provider: Provider, school: School
) -> None:
    """An administrator sets an app up, or used a second factor at the service, which says so."""
    add(school, password=None)
    assert sign_in(browser).headers["Location"] == "/account/second-factor"
    provider.claims["amr"] = ["pwd", "mfa"]
    assert sign_in(browser).headers["Location"] == "/"


def test_somebody_stays_who_they_are_when_their_address_changes(
    browser: TestClient, provider: Provider, school: School
) -> None:
    """After the first time the subject counts; another subject with the same address is somebody else's account."""
    add(school, role=Role.STAFF, password=None)
    sign_in(browser)
    provider.claims["email"] = "married@school.example"
    assert sign_in(browser).headers["Location"] == "/"
    assert HEAD in read(browser.get("/account"))


@pytest.mark.parametrize(
    "claims",
    [{"email": "stranger@school.example"}, {"email_verified": False}, {"email_verified": None}, {"email": None}],
)
def test_whoever_has_no_account_here_is_refused(
    browser: TestClient, provider: Provider, school: School, claims: dict[str, Any]
) -> None:
    """A stranger, and everybody whose address the service does not vouch for: it may be a pupil's own choice."""
    add(school, role=Role.STAFF, password=None)
    provider.claims |= claims
    answer = sign_in(browser)
    assert (answer.status_code, "You have no account here." in read(answer)) == (403, True)
    assert "sid" not in browser.cookies


def test_an_ended_account_stays_ended(browser: TestClient, school: School) -> None:
    """Also for those who are still known elsewhere."""
    user = add(school, role=Role.STAFF, password=None)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.users.disable(user)
    assert sign_in(browser).status_code == 403


FUTURE, PAST = 10_000, -10_000


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-program"},
        {"aud": [CLIENT, "another-program"]},
        {"iss": "https://evil.example"},
        {"exp": PAST},
        {"exp": None},
        {"iat": FUTURE},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_this_moment_and_this_place_is_refused(
    browser: TestClient, provider: Provider, school: School, lie: dict[str, Any]
) -> None:
    """Each claim is checked; nobody is signed in."""
    add(school, role=Role.STAFF, password=None)
    moments = {name: provider.now + value for name, value in lie.items() if isinstance(value, int)}
    provider.claims |= lie | moments
    assert sign_in(browser).status_code == 503
    assert "sid" not in browser.cookies


def test_a_signature_of_somebody_else_is_refused(browser: TestClient, provider: Provider, school: School) -> None:
    """Of another key under the same name, and of the shared secret; after the key was changed all is well."""
    add(school, role=Role.STAFF, password=None)
    provider.publishes = RSAKey.generate_key(2048, {"kid": "one"})
    assert sign_in(browser).status_code == 503
    provider.publishes = None
    assert sign_in(browser).status_code == 303
    provider.algorithm = "HS256"
    assert sign_in(browser).status_code == 503


def test_an_answer_belongs_to_the_browser_that_asked(browser: TestClient, school: School) -> None:
    """Another browser, another state, no code, a second use and an answer after ten minutes sign nobody in."""
    add(school, role=Role.STAFF, password=None)
    back = come_back(browser)
    stranger = TestClient(browser.app, base_url=ORIGIN, follow_redirects=False)
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert stranger.get(back).status_code == 403
    assert browser.get(back.replace(state, "x" * 43)).status_code == 403
    assert browser.get(f"/sign-in/school/return?state={state}&error=access_denied").status_code == 403
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 403
    late = come_back(browser)
    school.clock.advance(minutes=10)
    assert browser.get(late).status_code == 403


def test_a_claim_gives_roles(school: School, provider: Provider) -> None:
    """Whoever has one gets an account at first sight, the role follows the claim, and without one they are refused."""
    claim = {"oidc_role_claim": "groups", "oidc_roles": {"teachers": Role.STAFF, "heads": Role.APPROVER}}
    with installed(school, **named(provider, **claim), second_factor=frozenset()) as browser:
        provider.claims["groups"] = ["everybody", "teachers"]
        assert sign_in(browser).headers["Location"] == "/"
        assert "Staff." in read(browser.get("/account"))
        provider.claims["groups"] = ["teachers", "heads"]
        sign_in(browser)
        assert "Approver." in read(browser.get("/account"))
        provider.claims["groups"] = "nobodies"
        assert sign_in(browser).status_code == 403


def test_a_name_comes_from_the_claims_unless_one_was_given_here(school: School, provider: Provider) -> None:
    """`name`, or both of its parts; what an administrator has typed stays, and nothing unprintable is taken."""
    user = add(school, role=Role.STAFF, password=None)

    def called() -> str:
        with school.services.store.reading("tests", school.clock()) as tx:
            return tx.users.get(user).called

    with installed(school, **named(provider), second_factor=frozenset()) as browser:
        provider.claims["name"] = "Anna\u202e Weir"
        sign_in(browser)
        assert called() == "head@school.example"
        provider.claims |= {"name": None, "given_name": "Anna", "family_name": "Weir"}
        sign_in(browser)
        assert called() == "Anna Weir"
        provider.claims["name"] = "A. Weir"
        sign_in(browser)
        assert called() == "Anna Weir"


def test_the_last_administrator_stays_one_whatever_a_claim_says(school: School, provider: Provider) -> None:
    """Or a slip at the service would lock everybody out."""
    add(school)
    claim = {"oidc_role_claim": "groups", "oidc_roles": {"teachers": Role.STAFF}}
    with installed(school, **named(provider, **claim)) as browser:
        provider.claims |= {"groups": ["teachers"], "amr": ["mfa"]}
        assert sign_in(browser).status_code == 303
        assert browser.get("/admin/users").status_code == 200


def test_proving_anew_asks_the_service_for_it(browser: TestClient, provider: Provider, school: School) -> None:
    """What matters is open only after the service says that somebody has just proved who they are."""
    add(school, password=None)
    provider.claims["amr"] = ["mfa"]
    sign_in(browser)
    head = Somebody(browser, school)
    assert "Confirm that it is you" in read(head.get("/admin/users"))
    assert "Sign in again with your Example account" in read(head.get("/confirm?next=/admin/users"))
    provider.claims["auth_time"] = provider.now - 60
    again = "/sign-in/school?again=true&next=/admin/users"
    assert sign_in(browser, again).headers["Location"] == "/admin/users"
    assert (provider.asked[-1]["prompt"], provider.asked[-1]["max_age"]) == ("login", "0")
    assert "Add and make a link" in read(head.get("/admin/users"))


def test_a_service_that_is_away_is_said_so(school: School, provider: Provider) -> None:
    """503 with what to do; passwords still work."""
    add(school, role=Role.STAFF)
    with installed(school, **named(provider, oidc_issuer="http://127.0.0.1:9")) as browser:
        answer = browser.get("/sign-in/school")
        assert (answer.status_code, "use a password" in read(answer)) == (503, True)
        assert Somebody(browser, school).gives_password().status_code == 303


def test_without_a_service_there_is_no_such_way(http: TestClient) -> None:
    """The page does not offer it, and its addresses are not there."""
    assert "Sign in with" not in read(http.get("/sign-in"))
    assert [http.get(path).status_code for path in ("/sign-in/school", "/sign-in/school/return")] == [404, 404]
