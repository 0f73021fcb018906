"""Every setting, read once from the environment (`GATEKEEPER_...`).

`docs/reference/settings.md` explains each, and a test fails when one is missing there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.platform.origins import origin_of
from gatekeeper.types import Role

MIB: Final = 1024 * 1024
_BUCKETS: Final = frozenset({"s3", "gs", "az", "abfs", "abfss"})
"""Schemes of addresses of buckets."""


def checked_storage(address: str) -> str:
    """Return where pictures are stored, a folder's path or a bucket's address, in its one spelling.

    Raises:
        ValueError: it is neither, or holds credentials; the message does not quote it.
    """
    if "://" not in address:
        return address
    if not _is_bucket(address):
        message = "must be a folder's path, or like s3://bucket/prefix, gs://bucket/prefix or az://container/prefix"
        raise ValueError(message)
    return address.rstrip("/")


def _is_bucket(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    known = parts.scheme in _BUCKETS and bool(parts.hostname) and not (parts.password or parts.query or parts.fragment)
    return known and (not parts.username or parts.scheme.startswith("abfs"))  # abfs://container@account...


class Settings(BaseSettings):
    """How this installation is set up; wrong values are refused at start."""

    model_config = SettingsConfigDict(env_prefix="GATEKEEPER_", frozen=True, extra="forbid")

    data: Path = Path("data")
    """The folder with the database, the stored pictures and the key file; made with mode 0700."""
    database_url: str | None = Field(default=None, repr=False)
    """SQLAlchemy's address of the database; None means SQLite in the data folder."""
    key_file: Path | None = None
    """The keys that templates and pictures are sealed with; None means `keys.json` in the data
    folder. Keep it elsewhere than the database's backup."""
    key: str = Field(default="", repr=False)
    """The content of a key file, from a secret store; it comes before `key_file`, which is not read then."""
    pictures: str = ""
    """Where pictures are stored: a folder's path, or a bucket such as `s3://bucket/prefix`; empty means in the data
    folder."""
    models: Annotated[tuple[Path, ...], NoDecode] = ()
    """Folders searched first for model files, separated as in PATH."""
    weights_mirror: str | None = None
    """A folder, or the https address of one, that model files are fetched from first; each is checked."""
    policy: str = "secondary"
    """The name of a shipped policy, or the path of the school's own."""
    engine: str = "sface"
    """The face engine that templates and checks are made with."""
    next_engine: str | None = None
    """A second engine that templates are made with too, so that a change to it needs no pause."""
    base_url: str = "http://127.0.0.1:8000"
    """The address that people use. With https, cookies and HSTS are strict."""
    max_upload_bytes: int = Field(default=25 * MIB, ge=1 * MIB, le=40 * MIB)
    """The largest picture file that is accepted, in bytes."""
    max_batch_bytes: int = Field(default=1024 * MIB, ge=40 * MIB, le=8 * 1024 * MIB)
    """The most that many pictures sent as one form may have together, in bytes."""
    unsafe_without_filter: bool = False
    """Open pictures even where the kernel cannot hold a decoder that was taken over."""
    workers: int = Field(default=1, ge=1, le=64)
    """How many checks run at once."""
    checks_per_minute: int = Field(default=120, ge=1, le=10_000)
    """How much one API key may send in a minute, on average: checks, verifications, reports, all together."""
    reads_per_minute: int = Field(default=600, ge=1, le=100_000)
    """How often one API key may ask for something besides in a minute, on average."""
    second_factor: Annotated[frozenset[Role], NoDecode] = frozenset({Role.ADMIN, Role.APPROVER, Role.SAFEGUARDING_LEAD})
    """The roles that cannot go on without a second factor, separated by commas; `none` for no role."""
    second_factor_grace_days: int = Field(default=14, ge=0, le=60)
    """How long an account of before, whose role did not need one, goes on without: from its next sign-in on."""
    oidc_issuer: str | None = None
    """The address of the school's own sign-in service (OpenID Connect); None for passwords only."""
    oidc_client_id: str = ""
    """What the sign-in service calls this installation."""
    oidc_client_secret: str = Field(default="", repr=False)
    """The secret that the sign-in service gave for it."""
    oidc_name: str = "your school account"
    """What people call the sign-in service, as in `Sign in with ...`."""
    oidc_role_claim: str | None = None
    """The claim that gives the role, such as `groups`; None admits only accounts that were added here."""
    oidc_roles: Annotated[Mapping[str, Role], NoDecode] = {}
    """Which value of that claim gives which role, as in `it-team:admin,teachers:staff`."""
    unsafe_oidc_any_email: bool = False
    """Believe addresses that the sign-in service does not call verified."""
    unsafe_webhooks_to_loopback: bool = False
    """Send webhooks to this machine too, also without TLS; for trying things out."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least severe log line that is written."""

    @field_validator("models", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @field_validator("second_factor", mode="before")
    @classmethod
    def _roles(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return frozenset() if value.strip() in {"", "none"} else [part.strip() for part in value.split(",")]

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _mapping(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = (part.rpartition(":") for part in value.split(",") if part.strip())
        return {name.strip(): role.strip() for name, _, role in pairs}

    @field_validator("oidc_issuer")
    @classmethod
    def _is_safe(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if value and parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
            message = "must begin with https://"
            raise ValueError(message)
        return value

    @field_validator("pictures")
    @classmethod
    def _is_storage(cls, value: str) -> str:
        return checked_storage(value)

    @field_validator("base_url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        try:
            return origin_of(value)
        except ValueError as error:
            message = f"must be like https://photos.example.sch.uk: {error}"
            raise ValueError(message) from None

    @property
    def database(self) -> str:
        """The database's address, ready for SQLAlchemy."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'gatekeeper.sqlite3'}"

    @property
    def pictures_at(self) -> str:
        """The address of the stored pictures: a path, or a bucket's."""
        return self.pictures or str(self.data / "pictures")

    @property
    def bucket(self) -> bool:
        """Whether pictures lie in a bucket, which several machines share."""
        return "://" in self.pictures

    @property
    def keys(self) -> Path:
        """The key file's path."""
        return self.key_file or self.data / "keys.json"

    @property
    def model_folders(self) -> tuple[Path, ...]:
        """Where model files are looked for before the installed packages."""
        return (*self.models, self.data / "models")

    @property
    def https(self) -> bool:
        """Whether people reach this over TLS, here or at a proxy in front."""
        return self.base_url.startswith("https://")

    @property
    def max_body_bytes(self) -> int:
        """The picture and room for the other fields of the form."""
        return self.max_upload_bytes + MIB
