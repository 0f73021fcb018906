"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import Settings


def test_everything_has_a_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing has to be set: database and keys lie in the data folder, and http is not https."""
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    assert settings.database == f"sqlite:///{tmp_path}/data/gatekeeper.sqlite3"
    assert settings.keys == Path("data/keys.json")
    assert not settings.https


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


@pytest.mark.parametrize("address", ["photos.school.example", "ftp://x", "https://", "https://x/gatekeeper"])
def test_an_address_that_cookies_cannot_be_bound_to_is_refused(address: str) -> None:
    """The address is a scheme and a host."""
    with pytest.raises(ValidationError, match="without a path"):
        Settings(base_url=address)


def test_a_copy_with_another_address_follows_it() -> None:
    """What is worked out from a setting is never remembered from before a change."""
    settings = Settings()
    assert not settings.https
    assert settings.model_copy(update={"base_url": "https://photos.school.example"}).https
