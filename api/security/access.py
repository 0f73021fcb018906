"""Access control: one table of routes and roles; a route that is not in it is not served.

A new route gets its line here. A test goes through every route of the
application with every role and compares the answers with this table, and
another fails for a route without a line or a line without a route.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Final

from starlette.routing import compile_path

from consent_db.accounts.records import SessionRecord, Step
from gatekeeper.types import Role

RECENTLY: Final = timedelta(minutes=10)
"""How long a proof of identity (password and second factor) counts as recent."""


class Asker(Enum):
    """Which kind of authentication a request needs."""

    PUBLIC = "none"
    PROGRAM = "a key"
    PERSON = "a session"


@dataclass(frozen=True, slots=True)
class Who:
    """Who may call a route.

    Attributes:
        asker: which kind of authentication is needed.
        roles: the roles of people that may.
        steps: the steps of sign-in that the session may be at.
        recently: whether the person must have authenticated within the last ten minutes.
    """

    asker: Asker
    roles: frozenset[Role] = frozenset()
    steps: frozenset[Step] = frozenset({Step.DONE})
    recently: bool = False

    @property
    def just_now(self) -> Who:
        """The same people, who must have authenticated within the last ten minutes."""
        return replace(self, recently=True)


def people(*roles: Role) -> Who:
    """Return those who are signed in with one of these roles."""
    return Who(Asker.PERSON, frozenset(roles))


PUBLIC: Final = Who(Asker.PUBLIC)
PROGRAM: Final = Who(Asker.PROGRAM)
SIGNED_IN: Final = people(*Role)
ADMIN: Final = people(Role.ADMIN)
LEADERSHIP: Final = people(Role.APPROVER, Role.SAFEGUARDING_LEAD)
MANAGERS: Final = people(Role.ADMIN, Role.APPROVER, Role.SAFEGUARDING_LEAD)
KEEPERS: Final = people(Role.ADMIN, Role.SAFEGUARDING_LEAD)
SAFEGUARDING: Final = people(Role.SAFEGUARDING_LEAD)
OWES_CODE: Final = replace(SIGNED_IN, steps=frozenset({Step.CODE}))
SETTING_UP: Final = replace(SIGNED_IN, steps=frozenset({Step.ENROL, Step.DONE}))
ANY_STEP: Final = replace(SIGNED_IN, steps=frozenset(Step))

RULES: Final[Mapping[str, Who]] = {
    # Public: no authentication.
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": PUBLIC,
    "GET /openapi.json": PUBLIC,
    "HEAD /openapi.json": PUBLIC,
    "GET /favicon.ico": PUBLIC,
    "GET /privacy": PUBLIC,
    "GET /static/{path:path}": PUBLIC,
    "HEAD /static/{path:path}": PUBLIC,
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "GET /sign-in/school": PUBLIC,
    "GET /sign-in/school/return": PUBLIC,
    "GET /set-up/{token}": PUBLIC,
    "POST /set-up/{token}": PUBLIC,
    "GET /choose-password/{token}": PUBLIC,
    "POST /choose-password/{token}": PUBLIC,
    # The second factor, and sign-out.
    "GET /sign-in/code": OWES_CODE,
    "POST /sign-in/code": OWES_CODE,
    "POST /sign-out": ANY_STEP,
    # The person's own account.
    "GET /confirm": SIGNED_IN,
    "POST /confirm": SIGNED_IN,
    "GET /account": SIGNED_IN,
    "POST /account/password": SIGNED_IN,
    "POST /account/sessions/end-others": SIGNED_IN.just_now,
    "POST /account/sessions/{session_id}/end": SIGNED_IN.just_now,
    "GET /account/second-factor": SETTING_UP.just_now,
    "POST /account/second-factor": SETTING_UP.just_now,
    "POST /account/second-factor/removal": SIGNED_IN.just_now,
    "POST /account/recovery-codes": SIGNED_IN.just_now,
    "GET /account/news": SIGNED_IN,
    "POST /account/news": SIGNED_IN,
    # Pictures; which of them an account may see is decided in `web/checks/access.py`.
    "GET /": SIGNED_IN,
    "GET /checks": SIGNED_IN,
    "POST /checks": SIGNED_IN,
    "GET /checks/{check_id}": SIGNED_IN,
    "GET /checks/{check_id}/picture": SIGNED_IN,
    "POST /checks/{check_id}/resolutions": SIGNED_IN,
    "GET /checks/{check_id}/faces/{number}": SIGNED_IN,
    "POST /checks/{check_id}/faces/{number}": SIGNED_IN,
    "GET /checks/{check_id}/faces/{number}/reference": SIGNED_IN,
    "GET /checks/{check_id}/area": SIGNED_IN,
    "POST /checks/{check_id}/deletion": SIGNED_IN,
    "GET /help": SIGNED_IN,
    "GET /help/findings/{code}": SIGNED_IN,
    "GET /approvals": SIGNED_IN,
    "POST /checks/{check_id}/opinion": SIGNED_IN,
    "POST /batches": SIGNED_IN,
    "GET /checks/{check_id}/release": SIGNED_IN,
    "GET /batches/{batch_id}": SIGNED_IN,
    "GET /batches/{batch_id}/approved.zip": SIGNED_IN,
    "POST /batches/{batch_id}/pictures": SIGNED_IN,
    # A refusal of a child or a colleague: recording it is quick and open to all staff.
    "GET /refusals": SIGNED_IN,
    "POST /refusals": SIGNED_IN,
    "POST /refusals/search": SIGNED_IN,
    # The overview, in figures.
    "GET /admin": MANAGERS,
    # The register. Restricting is quick; lifting a restriction needs recent authentication.
    "GET /admin/people": KEEPERS,
    "POST /admin/people": KEEPERS,
    "GET /admin/people/new": KEEPERS,
    "POST /admin/people/new": KEEPERS,
    "GET /admin/people/{person_id}": KEEPERS,
    "GET /admin/people/{person_id}/particulars": KEEPERS,
    "POST /admin/people/{person_id}/particulars": KEEPERS,
    "POST /admin/people/{person_id}/statements": KEEPERS,
    "GET /admin/people/{person_id}/photos": KEEPERS,
    "POST /admin/people/{person_id}/photos": KEEPERS,
    "POST /admin/people/{person_id}/photos/renewal": KEEPERS,
    "POST /admin/people/{person_id}/photos/removal": KEEPERS,
    "GET /admin/people/{person_id}/photos/{photo_id}": KEEPERS,
    "POST /admin/people/{person_id}/photos/{photo_id}/removal": KEEPERS,
    "GET /admin/people/{person_id}/data": KEEPERS,
    "POST /admin/people/{person_id}/export": KEEPERS.just_now,
    "POST /admin/people/{person_id}/export/request": KEEPERS,
    "POST /admin/people/{person_id}/export/release": SAFEGUARDING.just_now,
    "POST /admin/people/{person_id}/erasure": KEEPERS.just_now,
    "GET /admin/erasures": KEEPERS,
    "POST /admin/erasures": KEEPERS,
    "POST /admin/erasures/certificate": KEEPERS,
    "GET /admin/do-not-publish": KEEPERS,
    "POST /admin/do-not-publish/missing/{person_id}": SAFEGUARDING,
    "POST /admin/people/{person_id}/restrictions": SAFEGUARDING,
    "POST /admin/people/{person_id}/restrictions/lift": SAFEGUARDING.just_now,
    "POST /admin/people/{person_id}/restrictions/review": SAFEGUARDING,
    "POST /admin/people/{person_id}/restrictions/{number}/reason": SAFEGUARDING.just_now,
    # Take-downs; only the leadership may decide that a post stays.
    "GET /admin/takedowns": MANAGERS,
    "POST /admin/takedowns/{takedown_id}/down": MANAGERS,
    "POST /admin/takedowns/{takedown_id}/edited": MANAGERS,
    "POST /admin/takedowns/{takedown_id}/kept": LEADERSHIP,
    "POST /admin/publications/{publication_id}/takedown": MANAGERS,
    # Channels and events.
    "GET /admin/channels": MANAGERS,
    "POST /admin/channels": ADMIN,
    "POST /admin/channels/{channel}": ADMIN,
    "POST /admin/channels/{channel}/approval": LEADERSHIP.just_now,
    "POST /admin/channels/{channel}/closing": MANAGERS,
    "GET /admin/events": MANAGERS,
    "POST /admin/events": MANAGERS,
    "GET /admin/events/{group_id}": MANAGERS,
    "POST /admin/events/{group_id}/search": MANAGERS,
    "POST /admin/events/{group_id}/people": MANAGERS,
    "POST /admin/events/{group_id}/people/{person_id}/removal": MANAGERS,
    "POST /admin/classes/{group_id}/people": KEEPERS,
    "POST /admin/classes/{group_id}/people/{person_id}/removal": KEEPERS,
    "POST /admin/events/{group_id}/objections": MANAGERS,
    "POST /admin/events/{group_id}/objections/{objection_id}/withdrawal": MANAGERS,
    # Import and export of the school's list.
    "GET /admin/imports": ADMIN,
    "POST /admin/imports": ADMIN,
    "GET /admin/imports/waiting": ADMIN,
    "POST /admin/imports/waiting": ADMIN,
    "POST /admin/imports/waiting/discard": ADMIN,
    "POST /admin/imports/waiting/rejected": ADMIN,
    "POST /admin/imports/waiting/import": ADMIN.just_now,
    "POST /admin/imports/{number}/undo": ADMIN.just_now,
    "POST /admin/imports/export": ADMIN.just_now,
    # Policy, retention and audit.
    "GET /admin/policy": MANAGERS,
    "POST /admin/phrases": MANAGERS,
    "POST /admin/phrases/{phrase_id}/removal": MANAGERS,
    "GET /admin/due": KEEPERS,
    "GET /admin/retention": KEEPERS,
    "POST /admin/retention": KEEPERS,
    "POST /admin/clock": ADMIN,
    "GET /admin/audit": MANAGERS,
    "POST /admin/audit": MANAGERS,
    "POST /admin/audit/verification": MANAGERS,
    "POST /admin/audit/checkpoint": MANAGERS,
    "POST /admin/audit/export": MANAGERS,
    # Accounts, API clients and webhooks.
    "GET /admin/users": ADMIN,
    "POST /admin/users": ADMIN.just_now,
    "GET /admin/users/{user_id}": ADMIN,
    "POST /admin/users/{user_id}/role": ADMIN.just_now,
    "POST /admin/users/{user_id}/link": ADMIN.just_now,
    "POST /admin/users/{user_id}/second-factor": ADMIN.just_now,
    "POST /admin/users/{user_id}/sessions": ADMIN,
    "POST /admin/users/{user_id}/disable": ADMIN.just_now,
    "POST /admin/users/{user_id}/enable": ADMIN.just_now,
    "GET /admin/clients": ADMIN,
    "POST /admin/clients": ADMIN.just_now,
    "GET /admin/clients/{client_id}": ADMIN,
    "POST /admin/clients/{client_id}/keys": ADMIN.just_now,
    "POST /admin/clients/{client_id}/revoke": ADMIN,
    "GET /admin/webhooks": ADMIN,
    "POST /admin/webhooks": ADMIN.just_now,
    "GET /admin/webhooks/{webhook_id}": ADMIN,
    "POST /admin/webhooks/{webhook_id}/secret": ADMIN.just_now,
    "POST /admin/webhooks/{webhook_id}/disable": ADMIN,
    "POST /admin/webhooks/{webhook_id}/enable": ADMIN.just_now,
    "POST /admin/webhooks/{webhook_id}/replay": ADMIN,
    "POST /admin/webhooks/{webhook_id}/deletion": ADMIN.just_now,
    # Programs. The address of a release is a capability URL.
    "POST /v1/checks": PROGRAM,
    "GET /v1/checks": PROGRAM,
    "GET /v1/checks/{check_id}": PROGRAM,
    "POST /v1/checks/{check_id}/resolutions": PROGRAM,
    "POST /v1/oauth/token": PROGRAM,
    "POST /v1/receipts/verify": PROGRAM,
    "POST /v1/publications": PROGRAM,
    "GET /v1/publications": PROGRAM,
    "GET /v1/takedowns": PROGRAM,
    "POST /v1/takedowns/{takedown_id}/done": PROGRAM,
    "POST /v1/webhooks": PROGRAM,
    "GET /v1/webhooks": PROGRAM,
    "DELETE /v1/webhooks/{webhook_id}": PROGRAM,
    "POST /v1/webhooks/{webhook_id}/secret": PROGRAM,
    "GET /v1/webhooks/{webhook_id}/deliveries": PROGRAM,
    "POST /v1/webhooks/{webhook_id}/replay": PROGRAM,
    "GET /v1/roster/people": PROGRAM,
    "GET /v1/roster/people/{person_id}": PROGRAM,
    "POST /v1/roster/imports": PROGRAM,
    "POST /v1/roster/imports/rejected": PROGRAM,
    "GET /v1/audit/entries": PROGRAM,
    "GET /v1/audit/export": PROGRAM,
    "GET /v1/audit/checkpoint": PROGRAM,
    "POST /v1/audit/verification": PROGRAM,
    "GET /v1/releases/{name}": PUBLIC,
    "GET /.well-known/jwks.json": PUBLIC,
}


@dataclass(frozen=True, slots=True)
class Place:
    """The entry of the table for one request.

    Attributes:
        who: who may call it; of an address that is not in the table, who may be answered 404.
        line: the line of the table; None if there is none.
        methods: the methods that this address takes.
    """

    who: Who
    line: str | None
    methods: frozenset[str]


def place(method: str, path: str) -> Place:
    """Return what the table says about a method and an address."""
    found = [(line, who) for line, pattern, who in _patterns() if pattern.fullmatch(path)]
    for line, who in found:
        if line.startswith(f"{method} "):
            return Place(who, line, frozenset({method}))
    return Place(
        found[0][1] if found else _who_may_be_told(path), None, frozenset(line.split()[0] for line, _ in found)
    )


def may(role: Role, path: str) -> bool:
    """Return whether people of this role may open a page, so that only links that work are shown."""
    return role in place("GET", path).who.roles


def may_send(role: Role, path: str) -> bool:
    """Return the same of a form, by the address that it is sent to."""
    return role in place("POST", path).who.roles


def proved_lately(session: SessionRecord, now: datetime) -> bool:
    """Return whether the person of a session has authenticated within the last ten minutes."""
    return now - session.proved_at < RECENTLY


def _who_may_be_told(path: str) -> Who:
    """Return who may know that there is nothing at an address that no line names."""
    if path.startswith("/v1/releases/"):
        return PUBLIC
    return PROGRAM if path.startswith("/v1/") else SIGNED_IN


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], Who], ...]:
    """Return the lines, those without a variable part first: `/checks/new` is no check's id."""
    lines = sorted(RULES.items(), key=lambda line: line[0].count("{"))
    return tuple((line, compile_path(line.split()[1])[0], who) for line, who in lines)
