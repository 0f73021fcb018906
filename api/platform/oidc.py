"""Single sign-on: OpenID Connect, authorization code flow with state, nonce and PKCE.

What the provider says is believed only after its signature, issuer, audience,
age and nonce were checked. Nothing but `openid email profile` is asked for, and the
tokens are thrown away when the session has begun.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.platform.settings import Settings
from consent_db.errors import SealBroken
from consent_db.store import Store
from gatekeeper.errors import GatekeeperError
from gatekeeper.types import Role

RETURN: Final = "/sign-in/school/return"
_SIGNED_WITH: Final = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures that are believed. Never `none`, and never a shared secret."""
_STRONG: Final = frozenset({"mfa", "otp", "hwk", "swk", "fido"})
"""Authentication methods (`amr`, RFC 8176) that mean more than a password."""
_PATIENCE: Final = 10.0
_KEPT: Final = timedelta(hours=1)
_LEEWAY: Final = 60
_LONGEST_NAME: Final = 100


class SignInServiceFailed(GatekeeperError):
    """The school's sign-in service did not answer as it has to."""


@dataclass(frozen=True, slots=True)
class Journey:
    """What a browser takes to the sign-in service and back, sealed in a cookie."""

    state: str
    nonce: str
    verifier: str
    next: str
    ends: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Person:
    """The identity that the sign-in service asserts.

    Attributes:
        issuer, subject: what they are known by, for good.
        email: their address if it was verified, else None.
        role: what the claim of the settings gives them, if anything.
        strong: whether they used a second factor there.
        proved_at: when they last proved who they are, if it says so.
    """

    issuer: str
    subject: str
    email: str | None
    role: Role | None
    strong: bool
    proved_at: datetime | None
    name: str = field(default="", repr=False)
    """What the service calls them; empty if it says nothing that can be used."""


class SignInService:
    """The school's OpenID provider, as the settings name it; safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._kept: tuple[datetime, dict[str, Any], KeySet] | None = None

    @property
    def configured(self) -> bool:
        """Whether there is one at all."""
        return self._settings.oidc_issuer is not None

    def begin(self, wanted: str, now: datetime, *, anew: bool) -> tuple[str, Journey]:
        """Return where to send a browser, and what it has to bring back.

        Args:
            wanted: the page to show afterwards.
            now: the moment.
            anew: whether they have to prove who they are even if they are signed in there.

        Raises:
            SignInServiceFailed: it cannot be reached.
        """
        about, _ = self._provider(now)
        ends = (now + timedelta(minutes=10)).timestamp()
        journey = Journey(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            next=wanted,
            ends=ends,
        )
        more = {"prompt": "login", "max_age": "0"} if anew else {}
        with self._client() as client:
            address, _ = client.create_authorization_url(
                about["authorization_endpoint"],
                state=journey.state,
                nonce=journey.nonce,
                code_verifier=journey.verifier,
                **more,
            )
        return address, journey

    def finish(self, journey: Journey, code: str, now: datetime) -> Person:
        """Return who came back with this code.

        Raises:
            SignInServiceFailed: the code, the token or one of its claims is not as it has to be.
        """
        about, keys = self._provider(now)
        try:
            with self._client() as client:
                tokens = client.fetch_token(about["token_endpoint"], code=code, code_verifier=journey.verifier)
            return self._person(tokens, keys, journey, now)
        except (AuthlibBaseError, JoseError, httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            with self._lock:
                self._kept = None  # its keys may have changed; the next try asks for them again
            raise _failed() from error

    def _person(self, tokens: Mapping[str, Any], keys: KeySet, journey: Journey, now: datetime) -> Person:
        settings = self._settings
        token = jwt.decode(tokens["id_token"], keys, algorithms=_SIGNED_WITH)
        wanted: Any = {
            "iss": {"essential": True, "value": settings.oidc_issuer},
            "aud": {"essential": True, "value": settings.oidc_client_id},
            "nonce": {"essential": True, "value": journey.nonce},
        }
        params = {
            "nonce": journey.nonce,
            "client_id": settings.oidc_client_id,
            "access_token": tokens.get("access_token"),
        }
        claims = CodeIDToken(token.claims, token.header, wanted, params)
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
        believed = claims.get("email_verified") is True or settings.unsafe_oidc_any_email
        proved = claims.get("auth_time")
        return Person(
            issuer=claims["iss"],
            subject=claims["sub"],
            email=str(claims["email"]) if believed and claims.get("email") else None,
            role=self._role(claims),
            strong=bool(_STRONG & set(claims.get("amr") or ())),
            proved_at=datetime.fromtimestamp(proved, UTC) if proved else None,
            name=_name(claims),
        )

    def _role(self, claims: Mapping[str, Any]) -> Role | None:
        """Return the most powerful role that the claim gives; roles are named in that order."""
        if self._settings.oidc_role_claim is None:
            return None
        said = claims.get(self._settings.oidc_role_claim) or ()
        values = {said} if isinstance(said, str) else set(said)
        given = {role for value, role in self._settings.oidc_roles.items() if value in values}
        return next((role for role in _MOST_FIRST if role in given), None)

    def _provider(self, now: datetime) -> tuple[dict[str, Any], KeySet]:
        """Return what the provider says about itself and its keys, asked for once an hour."""
        with self._lock:
            if self._kept is None or now - self._kept[0] >= _KEPT:
                self._kept = (now, *self._ask_provider())
            return self._kept[1:]

    def _ask_provider(self) -> tuple[dict[str, Any], KeySet]:
        issuer = self._settings.oidc_issuer or ""
        try:
            with httpx2.Client(timeout=_PATIENCE) as http:
                about = http.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration").raise_for_status().json()
                if about["issuer"] != issuer:
                    raise _failed()
                return about, KeySet.import_key_set(http.get(about["jwks_uri"]).raise_for_status().json())
        except (httpx2.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            raise _failed() from error

    def _client(self) -> OAuth2Client:
        settings = self._settings
        return OAuth2Client(
            settings.oidc_client_id,
            settings.oidc_client_secret,
            scope="openid email profile",
            redirect_uri=settings.base_url + RETURN,
            code_challenge_method="S256",
            timeout=_PATIENCE,
        )


def sealed(journey: Journey, store: Store) -> str:
    """Return a journey as the browser keeps it: it can neither be read nor changed there."""
    return store.seal_file("journey", "cookie", json.dumps(asdict(journey)).encode()).hex()


def unsealed(text: str, state: str, store: Store, now: datetime) -> Journey | None:
    """Return the journey that a browser brings back; None if it is not this one's, or too old."""
    try:
        journey = Journey(**json.loads(store.open_file("journey", "cookie", bytes.fromhex(text))))
    except (SealBroken, ValueError):
        return None
    fits = secrets.compare_digest(journey.state.encode(), state.encode())
    return journey if fits and now.timestamp() < journey.ends else None


def _name(claims: Mapping[str, Any]) -> str:
    """Return the name by OpenID Connect Core 5.1: `name`, or `given_name` and `family_name`."""
    parts = (claims.get("given_name"), claims.get("family_name"))
    whole = claims.get("name") or " ".join(part for part in parts if isinstance(part, str))
    name = " ".join(whole.split()) if isinstance(whole, str) else ""
    return name if name.isprintable() and len(name) <= _LONGEST_NAME else ""


_MOST_FIRST: Final = (Role.ADMIN, Role.SAFEGUARDING_LEAD, Role.APPROVER, Role.STAFF)


def _failed() -> SignInServiceFailed:
    message = "The school's sign-in service did not answer as it should. Try again, or use a password."
    return SignInServiceFailed(message)
