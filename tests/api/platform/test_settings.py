"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from api.platform.settings import Settings
from gatekeeper.types import Role


def test_everything_has_a_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing has to be set: database and keys lie in the data folder, and http is not https."""
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    assert settings.database == f"sqlite:///{tmp_path}/data/gatekeeper.sqlite3"
    assert settings.keys == Path("data/keys.json")
    assert not settings.https


@pytest.mark.parametrize("address", ["ftp://x/y", "s3://", "s3://key:secret@bucket", "s3://bucket?key=1", "file:///x"])
def test_an_address_of_pictures_is_checked(address: str) -> None:
    """Credentials have no place in it."""
    with pytest.raises(ValidationError, match="s3://bucket/prefix"):
        Settings(pictures=address)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is `GATEKEEPER_` and its name; folders are separated as in PATH."""
    monkeypatch.setenv("GATEKEEPER_MODELS", "/one:/two")
    monkeypatch.setenv("GATEKEEPER_DATABASE_URL", "postgresql://user:secret@db/gatekeeper")
    monkeypatch.setenv("GATEKEEPER_KEY_FILE", "/keys/k.json")
    settings = Settings(base_url="https://photos.school.example/")
    assert settings.models == (Path("/one"), Path("/two"))
    assert settings.database == "postgresql://user:secret@db/gatekeeper"
    assert settings.keys == Path("/keys/k.json")
    assert (settings.base_url, settings.https) == ("https://photos.school.example", True)
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("photos.school.example", "http://"),
        ("ftp://x", "http://"),
        ("https:/x.example", "http://"),
        ("https://", "host"),
        ("https://x/gatekeeper", "path"),
        ("https://x?y=1", "query"),
        ("https://x#y", "query"),
        ("https://x/?", "query"),
        ("https://user:secret@x.example", "password"),
        ("https://x.example:99999", "port"),
        ("https://x.example:0", "port"),
        ("https://x.example:", "port"),
        ("https://x y.example", "spaces"),
        (" https://x.example", "spaces"),
        ("https://schüle.example", "letters"),
        ("https://x..example", "host"),
        ("https://-x.example", "host"),
        ("https://1.2.3.4.5", "host"),
        ("https://[::1", "host"),
    ],
)
def test_an_address_that_is_more_or_less_than_an_origin_is_refused(address: str, what: str) -> None:
    """The address is a scheme, a host and perhaps a port; the error says which of them is wrong."""
    with pytest.raises(ValidationError, match=what):
        Settings(base_url=address)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("HTTPS://Photos.School.Example/", "https://photos.school.example"),
        ("https://photos.school.example:443", "https://photos.school.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("http://gatekeeper:80", "http://gatekeeper"),
    ],
)
def test_an_address_is_kept_as_browsers_write_it(address: str, origin: str) -> None:
    """However it was typed, it compares equal with what browsers send, and https is strict."""
    settings = Settings(base_url=address)
    assert (settings.base_url, settings.https) == (origin, origin.startswith("https:"))


def test_a_copy_with_another_address_follows_it() -> None:
    """What is worked out from a setting is never remembered from before a change."""
    settings = Settings()
    assert not settings.https
    assert settings.model_copy(update={"base_url": "https://photos.school.example"}).https


def test_the_second_factor_is_for_those_who_decide_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Administrators and safeguarding leads as it comes; any roles, or none, if the school says so."""
    assert Settings().second_factor == {Role.ADMIN, Role.APPROVER, Role.SAFEGUARDING_LEAD}
    for text, roles in (("admin, staff", {Role.ADMIN, Role.STAFF}), ("none", set()), ("", set())):
        monkeypatch.setenv("GATEKEEPER_SECOND_FACTOR", text)
        assert Settings().second_factor == roles
    monkeypatch.setenv("GATEKEEPER_SECOND_FACTOR", "headmaster")
    with pytest.raises(ValidationError):
        Settings()


def test_a_sign_in_service_is_named_by_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups may have a colon in them; the secret is not shown."""
    monkeypatch.setenv("GATEKEEPER_OIDC_ISSUER", "https://login.school.example/realms/school")
    monkeypatch.setenv("GATEKEEPER_OIDC_CLIENT_SECRET", "very secret")
    monkeypatch.setenv("GATEKEEPER_OIDC_ROLES", "urn:school:it:admin, teachers:staff")
    settings = Settings()
    assert settings.oidc_roles == {"urn:school:it": Role.ADMIN, "teachers": Role.STAFF}
    assert "very secret" not in repr(settings)


@pytest.mark.parametrize("issuer", ["http://login.school.example", "login.school.example", "file:///etc/passwd"])
def test_a_sign_in_service_is_asked_by_https_only(issuer: str) -> None:
    """Or anybody on the way could say who somebody is; this machine itself is the exception."""
    with pytest.raises(ValidationError, match="https"):
        Settings(oidc_issuer=issuer)
    assert Settings(oidc_issuer="http://127.0.0.1:9000").oidc_issuer == "http://127.0.0.1:9000"
