"""The composition root: everything that makes the application, from top to bottom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from functools import cache
from importlib import metadata
from operator import attrgetter
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from api import v1, web
from api.application.checks.policy_change import end_outdated
from api.application.checks.release.released_search import searching
from api.application.data_rights.housekeeping import every_day, housekeeping
from api.application.last_uses import writing_last_uses
from api.application.publishing.deliveries import delivering
from api.application.register.photo_uploading import examining
from api.application.services import Services, open_services
from api.http.errors import add_error_answers
from api.http.openapi import TAGS, describe_problems
from api.platform.logs import configure, log, place_of, why
from api.platform.memory import giving_back
from api.platform.settings import Settings
from api.security.access import PUBLIC, declare
from api.security.admission import Admission
from api.security.requests.arrival import Arrival
from api.security.requests.body import BodyLimit
from api.security.requests.concurrency import Concurrency
from api.security.requests.head import HeadAsGet
from api.security.requests.headers import SecurityHeaders
from api.security.requests.lingering import Lingering
from api.security.requests.log import RequestLog
from api.security.requests.origin import OwnOrigin
from api.security.routing import Router, hold_to_table, routers_in
from api.v1.publishing import events
from api.web.assets import mount_assets
from api.web.leadership import arrivals
from api.web.problem import problem_page
from api.web.refused import form_again
from api.web.register.person import photos
from api.web.register.photographs import many_photos
from gatekeeper.media.core_dumps import forbid_core_dumps

for _method in ("GET", "HEAD"):
    declare(f"{_method} /openapi.json", PUBLIC)

_WITHOUT_COOKIES: Final = ("/v1/", "/.well-known/", "/healthz", "/readyz", "/metrics")


def create_app(settings: Settings, services: Services | None = None) -> FastAPI:
    """Return the application.

    Args:
        settings: how it is set up.
        services: opened and closed by the caller; None opens
            them when the application starts and closes them when it stops.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if services is not None:
            app.state.services = services
            yield
            return
        configure(settings.log_level)
        forbid_core_dumps()
        with ExitStack() as stack:
            app.state.services = _opened(settings, stack)
            yield

    app = FastAPI(
        title="Gatekeeper",
        summary="Every face matched against consent, all metadata gone, approve or block.",
        version=metadata.version("gatekeeper-photos"),
        lifespan=lifespan,
        middleware=_middleware(settings),
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": settings.base_url, "description": "This installation."}],
        openapi_tags=TAGS,
        webhooks=events.router,
        docs_url=None,
        redoc_url=None,
        form_limits={"max_files": 1, "max_fields": 60, "max_part_size": 20_000},
    )
    add_error_answers(app, problem_page, form_again)
    app.router.routes.extend(_resources_and_pages())
    mount_assets(app)
    hold_to_table(app.routes)
    describe_problems(app)
    return app


@cache
def _resources_and_pages() -> tuple[BaseRoute, ...]:
    """Return the routes that every application of this process shares.

    They depend on no setting, and FastAPI takes half a second to work out what each of them depends on.
    """
    included = APIRouter(generate_unique_id_function=attrgetter("name"))
    for resource in sorted(routers_in(v1), key=_place_in_document):
        included.include_router(resource)
    for pages in routers_in(web):
        included.include_router(pages, include_in_schema=False)
    return tuple(included.routes)


def _place_in_document(router: Router) -> int:
    """Return where the document has a resource: in the order of its tags, those without a tag last."""
    tags = [tag["name"] for tag in TAGS]
    return tags.index(str(router.tags[0])) if router.tags else len(tags)


def _opened(settings: Settings, stack: ExitStack) -> Services:
    """Open the services until `stack` is left; what keeps them from opening is logged."""
    try:
        services = stack.enter_context(open_services(settings))
        stack.enter_context(every_day(housekeeping(services), lambda: end_outdated(services.screener)))
        stack.enter_context(searching(services.search))
        stack.enter_context(delivering(services.deliveries))
        stack.enter_context(examining(services))
        stack.enter_context(writing_last_uses(services))
        stack.enter_context(giving_back())
        return services  # noqa: TRY300
    except Exception as error:
        log.error("cannot_start", error=type(error).__name__, reason=why(error), where=place_of(error))
        raise


def _middleware(settings: Settings) -> list[Middleware]:
    """Return the middleware, outermost first: authentication precedes the reading of a body."""
    https = settings.https
    most = photos.most_bytes(settings)
    wider = {"/checks": settings.max_batch_bytes, photos.PATH: most, arrivals.PATH: most}
    wider |= {many_photos.PATH: settings.max_batch_bytes}
    return [
        Middleware(Lingering),
        Middleware(RequestLog),
        Middleware(HeadAsGet),
        Middleware(SecurityHeaders, https=https),
        Middleware(BodyLimit, limit=settings.max_body_bytes, wider=wider),
        Middleware(Arrival),
        Middleware(OwnOrigin, base_url=settings.base_url, exempt=_WITHOUT_COOKIES),
        Middleware(Admission, https=https),
        Middleware(Concurrency),
    ]
