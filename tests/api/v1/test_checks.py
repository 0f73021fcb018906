from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest

from api.platform.concurrency import MOST_WAITING, Turns
from gatekeeper.consent.permission import Stance
from gatekeeper.media.release import encode
from tests.support.http import NewClient, Program
from tests.support.school import AMIRA_HUE, STRANGER_HUE, TOM_HUE, School

KEYS = {
    "id", "state", "decision", "created_at", "expires_at", "channel", "policy", "register_version", "faces",
    "findings", "caption", "alt_text", "credit", "changes", "proposed_caption", "proposed_alt_text",
    "proposed_credit", "photo", "release", "receipt",
    "replaced_by", "writing",
}  # fmt: skip


def test_an_approved_check_is_answered_with_everything_that_may_be_published(scheduler: Program) -> None:
    """201 with the documented fields, the caption and the address of the release."""
    answer = scheduler.check(AMIRA_HUE, TOM_HUE, caption="Amira and Tom plant beans")
    check = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/checks/{check['id']}"
    assert set(check) == KEYS
    assert (check["decision"], check["state"], check["channel"]) == ("approve", "checked", "website")
    assert check["caption"] == "Amira and Tom plant beans"
    assert [face["status"] for face in check["faces"]] == ["consented", "consented"]
    assert set(check["faces"][0]["box"]) == {"x", "y", "width", "height"}
    assert set(check["release"]) == {"url", "sha256", "media_type", "width", "height", "bytes"}
    assert len(check["receipt"].split(".")) == 3
    assert scheduler.get(answer.headers["Location"]).json() == check


def test_a_blocked_check_gives_nothing_that_may_be_published(scheduler: Program) -> None:
    """Caption, release and receipt are null; the finding says what to do."""
    check = scheduler.check(AMIRA_HUE, STRANGER_HUE, caption="Amira and a guest").json()
    assert check["decision"] == "block"
    assert (check["caption"], check["release"], check["receipt"], check["alt_text"]) == (None, None, None, None)
    assert [(f["code"], f["severity"], f["face"]) for f in check["findings"]] == [("unknown_face", "block", 2)]


def test_a_release_is_exactly_the_approved_bytes(scheduler: Program) -> None:
    """The bytes have the promised hash, size, type and name, and are clean and alone in the answer."""
    release = scheduler.check(AMIRA_HUE).json()["release"]
    answer = scheduler.http.get(release["url"])
    encode.reopen_release(answer.content)
    assert hashlib.sha256(answer.content).hexdigest() == release["sha256"]
    assert len(answer.content) == release["bytes"]
    headers = answer.headers
    assert headers["Content-Type"] == release["media_type"] == "image/jpeg"
    assert headers["ETag"] == f'"{release["sha256"]}"'
    assert headers["Content-Disposition"] == f'inline; filename="photo-{release["sha256"][:12]}.jpg"'
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    assert "Last-Modified" not in headers


def test_a_release_is_gone_after_consent_is_withdrawn(scheduler: Program, school: School) -> None:
    """410 from the moment of the withdrawal, and the check does not read as approved any more."""
    check = scheduler.check(AMIRA_HUE, caption="Amira plants beans").json()
    school.say("Amira", Stance.WITHDRAWN)
    gone = scheduler.http.get(check["release"]["url"])
    assert (gone.status_code, gone.headers["Content-Type"]) == (410, "application/problem+json")
    assert gone.json()["type"] == "urn:gatekeeper:problem:approval-withdrawn"
    after = scheduler.get(f"/v1/checks/{check['id']}").json()
    assert (after["state"], after["decision"], after["caption"], after["release"]) == ("withdrawn", "block", None, None)


def test_a_release_is_gone_when_its_time_is_over(scheduler: Program, school: School) -> None:
    """An approval ends by itself."""
    check = scheduler.check(AMIRA_HUE).json()
    school.clock.advance(hours=school.services.policy.approval_hours, seconds=1)
    assert scheduler.http.get(check["release"]["url"]).status_code == 410
    assert scheduler.get(f"/v1/checks/{check['id']}").json()["decision"] == "block"


def test_the_address_of_a_release_ends_as_a_file_of_its_type(scheduler: Program) -> None:
    """Schedulers that go by the end of an address take it; it is served without that too, and with no other."""
    address = scheduler.check(AMIRA_HUE).json()["release"]["url"]
    name = address.removesuffix(".jpg")
    served = [scheduler.http.get(path).status_code for path in (address, name, name + ".png")]
    assert (name == address, served) == (False, [200, 200, 404])


@pytest.mark.parametrize("token", ["x" * 43, "short", "..%2F..%2Fetc%2Fpasswd"])
def test_a_release_that_never_was_is_not_found(scheduler: Program, token: str) -> None:
    """A guess, or anything that is no token at all, is 404."""
    assert scheduler.http.get(f"/v1/releases/{token}").status_code == 404


def test_a_client_may_ask_for_the_answer_later(scheduler: Program, school: School) -> None:
    """`Prefer: respond-async` gives 202 and an address that reads as blocked until it is decided."""
    answer = scheduler.check(AMIRA_HUE, headers={"Prefer": "respond-async, wait=1", "Idempotency-Key": "1"})
    assert answer.status_code == 202
    assert answer.headers["Preference-Applied"] == "respond-async"
    first = answer.json()
    if first["state"] == "received":
        assert (first["decision"], first["findings"][0]["code"]) == ("block", "not_examined")
        assert answer.headers["Retry-After"]
    school.services.screener.run(first["id"])
    assert scheduler.get(answer.headers["Location"]).json()["decision"] == "approve"


def test_a_moment_that_is_over_is_not_taken_for_now(scheduler: Program, school: School) -> None:
    """A past `publish_at` is refused and named; minutes are forgiven, and so is a request that comes again."""
    day_before = (school.clock() - timedelta(days=1)).isoformat()
    refused = scheduler.check(AMIRA_HUE, publish_at=day_before)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "publish_at")
    soon, once = (school.clock() + timedelta(minutes=1)).isoformat(), {"Idempotency-Key": "k"}
    first = scheduler.check(AMIRA_HUE, publish_at=soon, headers=once)
    school.clock.advance(minutes=30)
    again = scheduler.check(AMIRA_HUE, publish_at=soon, headers=once)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert (
        scheduler.check(AMIRA_HUE, publish_at=(school.clock() - timedelta(minutes=10)).isoformat()).status_code == 201
    )


def test_a_repeated_request_is_answered_with_the_same_check(scheduler: Program) -> None:
    """The same Idempotency-Key and request make one check and say that it is a replay."""
    key = {"Idempotency-Key": "order-1"}
    first = scheduler.check(AMIRA_HUE, headers=key, caption="Amira")
    again = scheduler.check(AMIRA_HUE, headers=key, caption="Amira")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("change", [{"caption": "Tom"}, {"alt_text": "x"}, {"attestations": ""}])
def test_a_key_cannot_be_used_for_another_request(scheduler: Program, change: dict[str, str]) -> None:
    """The same Idempotency-Key with anything changed is 422."""
    key = {"Idempotency-Key": "order-1"}
    scheduler.check(AMIRA_HUE, headers=key)
    other = scheduler.check(AMIRA_HUE, headers=key, **change)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:gatekeeper:problem:idempotency-key-reused"
    assert scheduler.check(TOM_HUE, headers=key).status_code == 422


def test_a_key_belongs_to_its_client(scheduler: Program, new_client: NewClient) -> None:
    """Two clients may use the same Idempotency-Key without meeting."""
    key = {"Idempotency-Key": "order-1"}
    first, other = scheduler.check(AMIRA_HUE, headers=key), new_client().check(TOM_HUE, headers=key)
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] != other.json()["id"]


def test_requests_at_once_with_one_key_make_one_check(scheduler: Program, school: School) -> None:
    """While the first is worked on, the others are told so (409); nobody gets a second check."""
    answers = []

    def ask() -> None:
        answers.append(scheduler.check(AMIRA_HUE, headers={"Idempotency-Key": "order-1"}))

    with school.services.turns:  # the first cannot finish before the others have asked
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=3)
        early = [answer.status_code for answer in answers]
    for thread in threads:
        thread.join()
    assert early == [409, 409, 409]
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status_code == 409)
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert len(tx.checks.recent()) == 1


def test_a_check_is_its_own_clients_only(scheduler: Program, new_client: NewClient) -> None:
    """Another client's check reads like one that is not there."""
    check = scheduler.check(AMIRA_HUE).json()
    other, nothing = new_client().get(f"/v1/checks/{check['id']}"), new_client().get("/v1/checks/chk_none")
    assert (other.status_code, nothing.status_code) == (404, 404)
    assert other.json() == nothing.json()


@pytest.mark.parametrize("scopes", [("resolve",), ("roster",)])
def test_a_key_without_the_scope_asks_in_vain(new_client: NewClient, scopes: tuple[str, ...]) -> None:
    """403, saying which scope is lacking."""
    answer = new_client(*scopes).check(AMIRA_HUE)
    assert answer.status_code == 403
    assert "'check'" in answer.json()["detail"]


def test_a_key_is_for_its_channels_only(new_client: NewClient) -> None:
    """Another channel is 403, whether it exists or not."""
    client = new_client(channels=("newsletter",))
    assert client.check(AMIRA_HUE).status_code == 403
    assert client.check(AMIRA_HUE, channel="nowhere").status_code == 403


def test_an_unknown_class_or_event_is_refused(scheduler: Program) -> None:
    """A mistyped class must not quietly mean the whole register."""
    answer = scheduler.check(AMIRA_HUE, event="Dragons")
    assert answer.status_code == 422
    assert "Dragons" not in answer.text


def test_attestations_may_be_repeated_or_separated_by_commas(scheduler: Program) -> None:
    """Both ways of sending the same codes are the same request."""
    repeated = scheduler.check(AMIRA_HUE, attestations=["not_compromising", "appropriately_dressed"])
    assert repeated.json()["decision"] == "approve"
    missing = scheduler.check(AMIRA_HUE, attestations="not_compromising").json()
    assert [f["code"] for f in missing["findings"]] == ["attestation_missing"]


def test_a_file_that_is_no_picture_is_a_blocked_check(scheduler: Program) -> None:
    """What cannot be opened is an answer (block), not an error."""
    data, files = {"channel": "website"}, {"photo": ("x.jpg", b"<script>alert(1)</script>", "image/jpeg")}
    answer = scheduler.http.post("/v1/checks", headers=scheduler.headers, data=data, files=files)
    assert answer.status_code == 201
    assert answer.json()["decision"] == "block"
    assert answer.json()["findings"][0]["code"] == "unsupported_format"


def test_a_key_that_asks_too_often_has_to_wait(scheduler: Program, school: School) -> None:
    """429 with Retry-After once a client has used its share; another moment later it may go on."""
    share = school.services.settings.checks_per_minute
    for _ in range(share):
        school.services.rate.take(scheduler.id)
    refused = scheduler.check(AMIRA_HUE)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    school.clock.advance(seconds=1)
    assert scheduler.check(AMIRA_HUE).status_code == 201


def test_a_key_that_reads_too_often_has_to_wait(scheduler: Program, school: School) -> None:
    """Reading has a share of its own, so that whoever polls can still publish."""
    for _ in range(school.services.settings.reads_per_minute):
        school.services.reads.take(scheduler.id)
    refused = scheduler.get("/v1/checks")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert refused.headers["RateLimit"] == '"reads";r=0;t=60'
    assert scheduler.check(AMIRA_HUE).status_code == 201


def test_an_answer_for_later_needs_a_key_to_find_it_by(scheduler: Program) -> None:
    """400 without: if the 202 were lost, nobody would know of the check."""
    refused = scheduler.check(AMIRA_HUE, headers={"Prefer": "respond-async"})
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:gatekeeper:problem:idempotency-key-missing")


def test_what_has_not_changed_is_not_sent_again(scheduler: Program, school: School) -> None:
    """304 for the tag that was given, and the whole answer from the moment that it differs."""
    path = f"/v1/checks/{scheduler.check(AMIRA_HUE).json()['id']}"
    tag = scheduler.get(path).headers["ETag"]
    tagged = scheduler.headers | {"If-None-Match": f'"other", W/{tag}'}
    same = scheduler.http.get(path, headers=tagged)
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    school.say("Amira", Stance.WITHDRAWN)
    changed = scheduler.http.get(path, headers=tagged)
    assert (changed.status_code, changed.json()["state"]) == (200, "withdrawn")


def test_a_program_lists_its_own_checks_page_by_page(scheduler: Program, new_client: NewClient) -> None:
    """The latest first, each once, the same as when asked for alone; another's are not among them."""
    made = [scheduler.check(AMIRA_HUE).json() for _ in range(3)]
    new_client().check(AMIRA_HUE)
    first = scheduler.get("/v1/checks?limit=2").json()
    second = scheduler.get(f"/v1/checks?limit=2&cursor={first['next']}").json()
    assert (len(first["checks"]), second["next"]) == (2, None)
    listed = first["checks"] + second["checks"]
    assert sorted(listed, key=lambda check: check["id"]) == sorted(made, key=lambda check: check["id"])


def test_a_program_is_told_what_is_left_of_its_share(scheduler: Program, school: School) -> None:
    """With every answer to a POST: how many in a minute, how many still, and when all are there again."""
    share = school.services.settings.checks_per_minute
    headers = scheduler.check(AMIRA_HUE).headers
    assert headers["RateLimit-Policy"] == f'"minute";q={share};w=60'
    assert headers["RateLimit"] == f'"minute";r={share - 1};t=1'
    for _ in range(share):
        school.services.rate.take(scheduler.id)
    assert scheduler.check(AMIRA_HUE).headers["RateLimit"] == '"minute";r=0;t=60'


def test_whoever_comes_when_too_many_wait_is_sent_away(scheduler: Program, school: School) -> None:
    """503 with Retry-After before anything is stored; once there is room the same request is taken."""
    turns = school.services.turns
    with turns:
        threads = [threading.Thread(target=_one_turn, args=(turns,)) for _ in range(MOST_WAITING)]
        for thread in threads:
            thread.start()
        refused = scheduler.check(AMIRA_HUE)
    for thread in threads:
        thread.join()
    assert (refused.status_code, bool(refused.headers["Retry-After"])) == (503, True)
    assert scheduler.get("/v1/checks").json()["checks"] == []
    assert scheduler.check(AMIRA_HUE).status_code == 201


def _one_turn(turns: Turns) -> None:
    with turns:
        pass


def test_what_there_is_none_of_is_named(new_client: NewClient) -> None:
    """A channel that was never added is not called a class or event, and the other way round."""
    program = new_client("check", channels=("website", "ghost"))
    for named, name in (("channel", "ghost"), ("event", "no such class")):
        answer = program.check(AMIRA_HUE, headers=None, **{named: name})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, named)
