"""Checks: create, list, retrieve, resolve."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Form, Header, Path, Request
from fastapi.responses import JSONResponse, Response

from api.application.checks.resolve.resolution import Action, ResolutionRefused
from api.application.checks.resolve.resolving import needs_eyes
from api.application.checks.submission import AlreadyAsked, Claim
from api.application.services import Services
from api.http.dependencies import Use
from api.http.models import CheckShape, ChecksShape
from api.http.present import View, check_json, check_shape
from api.http.problems import FieldProblem, Problem, not_found
from api.security.access import PROGRAM, allow
from api.security.required_scopes import Checker, Resolver, need_channel, view_of
from api.security.routing import Router
from api.v1 import idempotency
from api.v1.checks.forms import CheckForm, ResolutionForm
from api.v1.checks.suggestions import suggestions_for
from api.v1.cursors import Cursor, Limit, cursor_of, read_cursor
from api.v1.documents import ASKING, CHECK_EXAMPLE, RECEIVED_EXAMPLE, SENDING, answers, link
from api.v1.etags import IfNoneMatch, unless_same
from api.v1.idempotency import Key
from consent_db.accounts.records import ClientRecord
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.errors import KeyReused, NotFound, NotPossible
from gatekeeper.types import Role

router = Router(prefix="/v1/checks", tags=["checks"])

RETRY_AFTER: Final = "2"
"""Seconds; a check takes about as long."""
_LATE: Final = timedelta(minutes=15)
"""How long after a moment of publishing it still means now: clocks differ, and requests are sent again."""
_NEEDS_A_PERSON: Final = (
    "A program cannot confirm this. Ask a colleague to open the picture under Approvals and to look; "
    "the check then says in replaced_by which one takes its place."
)

CheckId = Annotated[
    str, Path(pattern=r"^chk_[A-Za-z0-9_-]{1,64}$", description="Id of the check.", examples=["chk_9tq3v1"])
]
Prefer = Annotated[
    str | None,
    Header(
        max_length=255,
        description="`respond-async`: answer 202 without waiting for the decision (RFC 7240).",
        examples=["respond-async"],
    ),
]

_NEXT: Final = {
    "check": link("read_check", "Retrieve the check.", check_id="$response.body#/id"),
    "resolution": link("resolve_check", "Resolve the check.", check_id="$response.body#/id"),
    "verification": link(
        "verify_receipt", "Verify the receipt at publication: send receipt, text, channel and sha256."
    ),
}


@router.post(
    "",
    status_code=201,
    response_model=CheckShape,
    responses=answers(
        *SENDING,
        "idempotency-key-missing",
        "request-in-progress",
        "idempotency-key-reused",
        example=CHECK_EXAMPLE,
        success=201,
        links=_NEXT,
    )
    | {
        202: {
            "description": "Accepted. Poll the address in Location for the decision.",
            "model": CheckShape,
            "content": {"application/json": {"example": RECEIVED_EXAMPLE}},
        }
    },
)
@allow(PROGRAM)
def create_check(
    request: Request,
    form: Annotated[CheckForm, Form(media_type="multipart/form-data")],
    client: Checker,
    services: Use,
    idempotency_key: Key = None,
    prefer: Prefer = None,
) -> Response:
    """Create a check of one photo.

    The answer is the finished check (201), or with `Prefer: respond-async` the
    address to poll (202). With an `Idempotency-Key` the request may be retried
    and is answered with the same check; `respond-async` requires one.
    """
    need_channel(client, form.channel)
    claim = idempotency.claim(idempotency_key, request, form.said())
    _must_not_be_over(services, client, form, claim)
    later = "respond-async" in _preferences(prefer)
    if later:
        idempotency.needed(
            idempotency_key, "Send an Idempotency-Key of your own with respond-async, new for each picture."
        )
    if later:
        services.queue.must_have_room(client.id)
    else:
        services.turns.must_have_room()
    try:
        check_id = _submit(services, form, client, claim, later=later)
    except AlreadyAsked as asked:
        return _replay(services, client, asked.check_id, later=later)
    if later:
        services.queue.submit(check_id)
        return _accepted(services, client, check_id)
    with services.queue.held(check_id), services.turns:
        record = services.queue.run(check_id)
    return _answer(services, client, record, HTTPStatus.CREATED)


@router.get(
    "",
    response_model=ChecksShape,
    responses=answers(*ASKING, 422, example={"checks": [CHECK_EXAMPLE], "next": None}),
)
@allow(PROGRAM)
def list_checks(client: Checker, services: Use, cursor: Cursor = None, limit: Limit = 20) -> ChecksShape:
    """List checks of the client, the latest first."""
    before = read_cursor(cursor)
    with services.store.reading(client.id, services.clock()) as tx:
        found = tx.checks.page(client.id, before, limit + 1)
    shown, last = found[:limit], found[limit - 1 : limit]
    return ChecksShape(
        checks=[check_shape(one, view_of(client), services.clock(), services.receipts.leaving(one)) for one in shown],
        next=cursor_of(last[0].created_at, last[0].id) if len(found) > limit else None,
    )


@router.get(
    "/{check_id}",
    response_model=CheckShape,
    responses=answers(*ASKING, 404, 422, example=CHECK_EXAMPLE) | {304: {"description": "Not modified."}},
)
@allow(PROGRAM)
def read_check(check_id: CheckId, client: Checker, services: Use, if_none_match: IfNoneMatch = None) -> Response:
    """Retrieve a check.

    With `If-None-Match` (a conditional request) only if it has changed.
    """
    answer = _answer(services, client, own_check(services, client, check_id), HTTPStatus.OK)
    return unless_same(answer, if_none_match)


@router.post(
    "/{check_id}/resolutions",
    status_code=201,
    response_model=CheckShape,
    responses=answers(
        *SENDING,
        404,
        409,
        "request-in-progress",
        "idempotency-key-reused",
        example=CHECK_EXAMPLE,
        success=201,
        links=_NEXT,
    ),
)
@allow(PROGRAM)
def resolve_check(
    request: Request,
    check_id: CheckId,
    form: ResolutionForm,
    client: Resolver,
    services: Use,
    idempotency_key: Key = None,
) -> Response:
    """Resolve a blocked check with one more fact; the answer is a new check that supersedes it.

    A block is never overridden: the picture is examined again.
    Programs act with the role `staff`: what needs a second person still needs one, and
    what a person has to look at, a program cannot confirm.
    """
    record = own_check(services, client, check_id)
    if form.action in {Action.APPROVE, Action.NOT_OUR_PUPIL} or (
        form.action is Action.ATTEST and not needs_eyes(record).isdisjoint(form.attestations)
    ):
        raise Problem("not-permitted", HTTPStatus.FORBIDDEN, _NEEDS_A_PERSON)
    looked = _looked(services, client, form.attested_by)
    claim = idempotency.claim(idempotency_key, request, form.model_dump(mode="json"))
    services.turns.must_have_room()
    try:
        with services.turns:
            new = services.screener.resolve(record.id, form.resolution(looked), client.id, Role.STAFF, claim)
    except AlreadyAsked as asked:
        return _replay(services, client, asked.check_id, later=False)
    except KeyReused as error:
        raise idempotency.reused() from error
    except (ResolutionRefused, NotPossible) as refused:
        raise Problem("conflict", HTTPStatus.CONFLICT, str(refused)) from refused
    return _answer(services, client, new, HTTPStatus.CREATED)


def own_check(services: Services, client: ClientRecord, check_id: str) -> CheckRecord:
    """Return a check of this client, or one that supersedes such a check.

    Raises:
        Problem: 404, whether there is no such check or it belongs to another client.
    """
    with services.store.reading(client.id, services.clock()) as tx:
        record = tx.checks.find(check_id)
        if record is None or tx.lineage.origin(record) != client.id:
            raise not_found("check")
    return record


def _must_not_be_over(services: Services, client: ClientRecord, form: CheckForm, claim: Claim | None) -> None:
    """Refuse a moment of publishing that is over, unless the same request came in time before.

    Raises:
        Problem: 422, naming the field.
    """
    if form.publish_at is None or services.clock() - form.publish_at < _LATE:
        return
    if claim is not None:
        with services.store.reading(client.id, services.clock()) as tx:
            known = tx.idempotency.known(client.id, claim.key)
        if known:
            return
    problem = Problem(
        "invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, "Correct publish_at, or leave it out for now."
    )
    problem.errors = [FieldProblem(field="publish_at", detail="This moment is over.")]
    raise problem


def _submit(services: Services, form: CheckForm, client: ClientRecord, claim: Claim | None, *, later: bool) -> str:
    """Store the photo and return its check's id; the bytes are free when this returns."""
    try:
        draft = form.draft(_looked(services, client, form.attested_by))
        return services.screener.submit(form.photo.file.read(), draft, client.id, claim, later=later)
    except KeyReused as error:
        raise idempotency.reused() from error
    except NotFound as error:
        raise _not_there(services, client, form) from error


def _looked(services: Services, client: ClientRecord, email: str | None) -> str | None:
    """Return the id of the account of the person who looked at a picture, as a program names them.

    Raises:
        Problem: 422, there is no such account, or it is closed.
    """
    if email is None:
        return None
    with services.store.reading(client.id, services.clock()) as tx:
        user = tx.users.find(email)
    if user is None or user.disabled_at is not None:
        detail = "No account has the e-mail address in attested_by. Name the person who looked at the picture."
        raise Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    return user.id


def _not_there(services: Services, client: ClientRecord, form: CheckForm) -> Problem:
    """Return 422 for an unknown channel, class or event, naming the field."""
    with services.store.reading(client.id, services.clock()) as tx:
        field = "event" if tx.channels.get(form.channel) is not None else "channel"
    detail = {
        "channel": "There is no such channel. Ask an administrator to add it.",
        "event": "There is no such class or event. Leave it out, or use a name from the register.",
    }[field]
    problem = Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    problem.errors = [FieldProblem(field=field, detail="This name is unknown.")]
    return problem


def _replay(services: Services, client: ClientRecord, check_id: str, *, later: bool) -> Response:
    """Answer a repeated request with the check that the first one created."""
    record = own_check(services, client, check_id)
    if record.state is not CheckState.RECEIVED:
        answer = _answer(services, client, record, HTTPStatus.CREATED)
    elif later:
        answer = _accepted(services, client, check_id)
    else:
        detail = "Wait a moment and send the same request again."
        raise Problem("request-in-progress", HTTPStatus.CONFLICT, detail, {"Retry-After": RETRY_AFTER})
    answer.headers.update(idempotency.REPLAYED)
    return answer


def _accepted(services: Services, client: ClientRecord, check_id: str) -> Response:
    answer = _answer(services, client, own_check(services, client, check_id), HTTPStatus.ACCEPTED)
    answer.headers["Preference-Applied"] = "respond-async"
    return answer


def _answer(services: Services, client: ClientRecord, record: CheckRecord, status: HTTPStatus) -> Response:
    view = view_of(client)
    suggestions = suggestions_for(services, client.id, record) if view is View.FULL else None
    body = check_json(record, view, services.clock(), services.receipts.leaving(record), suggestions)
    headers = {"Location": f"/v1/checks/{record.id}"} if status is not HTTPStatus.OK else {}
    if record.state is CheckState.RECEIVED:
        headers["Retry-After"] = RETRY_AFTER
    return JSONResponse(body, status, headers)


def _preferences(header: str | None) -> frozenset[str]:
    """Return the tokens of a Prefer header (RFC 7240) without their parameters."""
    return frozenset(part.partition(";")[0].strip().lower() for part in (header or "").split(","))
