"""Templates: escaped always, and an unknown name is an error."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.types import Scope

from api.http.dependencies import services_of
from api.web.assets import asset_url
from api.web.navigation import DAILY, MANAGING, links, sections
from consent_db.accounts.records import SessionRecord, Step


@dataclass(frozen=True, slots=True)
class WayBack:
    """The undo of one act.

    Attributes:
        action: where its form is sent.
        page: where to come back to.
        locked: whether the user has to prove who they are first.
    """

    action: str
    page: str
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What was done a moment ago, and its undo where there is one."""

    text: str
    back: WayBack | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page needs; each page adds its own fields.

    Attributes:
        template: the file that shows it.
        title: for the tab and the history, without the site's name.
        nav: the entry of the navigation that is current, if any.
        refresh: seconds after which the page asks again; None for never.
        notice: what was done a moment ago, if anything.
    """

    template: ClassVar[str]
    title: str
    nav: str = ""
    refresh: int | None = None
    notice: Notice | None = None


def render(page: Page, scope: Scope, status: int = 200) -> HTMLResponse:
    """Return the page as a response; who is signed in is taken from the scope."""
    session: SessionRecord | None = scope.get("state", {}).get("session")
    context: dict[str, Any] = {field.name: getattr(page, field.name) for field in fields(page)}
    text = _environment.get_template(page.template).render(
        context, page=page, letterhead=services_of(scope).letterhead.head, **_around(session)
    )
    return HTMLResponse(text, status)


def _around(session: SessionRecord | None) -> dict[str, Any]:
    """Return what stands around the page; nothing is linked before signing in is finished."""
    email, called = (session.user.email, session.user.called) if session else (None, "")
    if session is None or session.step is not Step.DONE:
        return {"email": email, "called": called, "daily": (), "managing": ()}
    role = session.user.role
    return {"email": email, "called": called, "daily": links(DAILY, role), "managing": sections(links(MANAGING, role))}


_WEB: Final = Path(str(resources.files("api.web")))
_FOLDERS: Final = sorted(folder for folder in _WEB.rglob("templates") if folder.is_dir())
"""Each slice keeps its templates beside its routes; names are unique over all slices."""
_environment: Final = Environment(
    loader=FileSystemLoader(_FOLDERS), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_environment.globals["asset"] = asset_url
