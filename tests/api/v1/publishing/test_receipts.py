"""Receipts hold for exactly what was approved, and only while it stands."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey
from PIL import Image

from api.application.publishing.receipts import WORDS, Offer, OutsideWindow, ReceiptInvalid, ReceiptMismatch
from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.types import Role
from tests.support.http import NewClient, Program
from tests.support.jws import opened
from tests.support.receipts import report, slug, verify
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School


@pytest.fixture
def publisher(new_client: NewClient) -> Program:
    return new_client("check", "publish")


@pytest.fixture
def offer(publisher: Program) -> dict[str, Any]:
    """What a scheduler sends when it publishes what it was given."""
    check = publisher.check(AMIRA_HUE, caption="Amira plants beans", alt_text="A child with a spade").json()
    picture = publisher.http.get(check["release"]["url"]).content
    words = {name: check[name] for name in ("receipt", "channel", "caption", "alt_text")}
    return {**words, "sha256": hashlib.sha256(picture).hexdigest()}


def test_what_was_approved_may_go_out(publisher: Program, offer: dict[str, Any]) -> None:
    """The bytes, words and channel of the check are confirmed, with the moment at which that ends."""
    answer = verify(publisher, offer)
    assert answer.status_code == 200
    check = publisher.get(f"/v1/checks/{answer.json()['check']}").json()
    assert (check["receipt"], check["expires_at"]) == (offer["receipt"], answer.json()["valid_until"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("caption", "Amira plants beanz"),
        ("caption", None),
        ("alt_text", "A child with a spade."),
        ("credit", "Photo: the office"),
        ("sha256", "0" * 64),
    ],
)
def test_anything_else_may_not(publisher: Program, offer: dict[str, Any], field: str, value: str | None) -> None:
    """One letter of the words, or another picture, is refused, and the answer names the field and not its value."""
    answer = verify(publisher, offer, **{field: value})
    assert (answer.status_code, slug(answer)) == (409, "receipt-mismatch")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert "beanz" not in answer.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(data=st.data())
def test_whatever_differs_is_refused(school: School, offer: dict[str, Any], data: st.DataObject) -> None:
    """One bit of the picture, one letter of the words, the channel, the moment: any one of them, anywhere."""
    receipts, now = school.services.receipts, school.clock()
    check = str(receipts.read(offer["receipt"])["sub"])
    words = {"caption": offer["caption"], "alt_text": offer["alt_text"], "credit": None}
    right = Offer(offer["receipt"], offer["sha256"], words, "website", now)
    what = data.draw(st.sampled_from(["picture", *WORDS, "channel", "at"]))
    if what == "picture":
        picture = bytearray(school.screener.releases.examined(check))
        picture[data.draw(st.integers(0, len(picture) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        wrong = replace(right, sha256=hashlib.sha256(picture).hexdigest())
    elif what in WORDS:
        wrong = replace(right, words=words | {what: data.draw(another(words[what]))})
    elif what == "channel":
        wrong = replace(right, channel=data.draw(another("website")) or "x")
    else:
        ends = now + timedelta(hours=school.services.policy.approval_hours)
        late = st.timedeltas(timedelta(0), timedelta(days=400)).map(lambda by: ends + by)
        early = st.timedeltas(timedelta(seconds=1), timedelta(days=400)).map(lambda by: now - by)
        wrong = replace(right, at=data.draw(late | early))
    assert receipts.verify(right).id == check
    with pytest.raises(OutsideWindow if what == "at" else ReceiptMismatch):
        receipts.verify(wrong)


def another(text: str | None) -> st.SearchStrategy[str | None]:
    """Text that differs from this in one letter: put in, taken out, or changed; or none at all."""
    said, letters = text or "", st.characters(exclude_categories=["Cs"])
    places = st.integers(0, len(said))
    put = st.builds(lambda at, letter: said[:at] + letter + said[at:], places, letters)
    changed = st.builds(lambda at, letter: said[:at] + letter + said[at + 1 :], places, letters)
    taken = st.builds(lambda at: said[:at] + said[at + 1 :] or None, places)
    return (put | changed | taken).filter(lambda other: (other or "") != said)


def test_another_account_is_refused(publisher: Program, offer: dict[str, Any], school: School) -> None:
    """The channel's name may be the same: what was approved was to go to the account that it stood for."""
    assert verify(publisher, offer).status_code == 200
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        website = next(channel.draft for channel in tx.channels.all())
        tx.channels.change(replace(website, address="https://other.example"))
    assert verify(publisher, offer).status_code == 410


def test_another_channel_is_refused(new_client: NewClient, school: School, offer: dict[str, Any]) -> None:
    """Also for a key that is for both; a key that is not for the channel is told so."""
    both = new_client("publish", channels=("website", "newsletter"))
    assert slug(verify(both, offer, channel="newsletter")) == "receipt-mismatch"
    assert verify(new_client("publish", channels=("newsletter",)), offer).status_code == 403


def test_another_time_is_refused(publisher: Program, offer: dict[str, Any], school: School) -> None:
    """Before the approval, and from its end on; any moment between may be asked about."""
    ends = school.clock() + timedelta(hours=school.services.policy.approval_hours)
    for moment, wanted in [
        (school.clock() - timedelta(seconds=1), 409),
        (ends - timedelta(seconds=1), 200),
        (ends, 409),
    ]:
        assert verify(publisher, offer, publish_at=moment.isoformat()).status_code == wanted
    school.clock.advance(hours=school.services.policy.approval_hours)
    assert slug(verify(publisher, offer)) == "approval-withdrawn"


@pytest.mark.parametrize("subject", [Subject.PICTURE, Subject.NAME])
def test_a_withdrawal_is_in_force_at_once(
    publisher: Program, offer: dict[str, Any], school: School, subject: Subject
) -> None:
    """410 for the receipt and for the release, whether the picture or the name was withdrawn; not why."""
    school.say("Amira", Stance.WITHDRAWN, subject)
    answer = verify(publisher, offer)
    assert (answer.status_code, slug(answer)) == (410, "approval-withdrawn")
    assert "Amira" not in answer.text


def test_a_channel_that_was_closed_takes_nothing(publisher: Program, offer: dict[str, Any], school: School) -> None:
    """Its approvals ended, also once it is open again."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.channels.close("website")
    assert verify(publisher, offer).status_code == 410
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.channels.approve("website", "user:head", Role.APPROVER)
    assert verify(publisher, offer).status_code == 410


def test_a_receipt_for_one_post_is_used_up_by_it(publisher: Program, offer: dict[str, Any]) -> None:
    """Once a post is reported it verifies no more and reports no other; the same post may be reported again."""
    check = publisher.check(AMIRA_HUE, single_use="true").json()
    once = {name: check[name] for name in ("receipt", "channel", *WORDS)} | {"sha256": check["release"]["sha256"]}
    assert verify(publisher, once).status_code == 200
    assert report(publisher, 1, receipt=check["receipt"]).status_code == 201
    assert (verify(publisher, once).status_code, slug(verify(publisher, once))) == (409, "receipt-used")
    assert slug(report(publisher, 2, receipt=check["receipt"])) == "receipt-used"
    assert report(publisher, 1, receipt=check["receipt"]).status_code == 200
    assert [post["url"][-1] for post in publisher.get("/v1/publications").json()["publications"]] == ["1"]
    for number in (1, 2):  # any other receipt holds as long as the approval
        assert report(publisher, number, receipt=offer["receipt"]).status_code == 201
        assert verify(publisher, offer).status_code == 200


def test_a_second_post_of_what_was_for_one_is_on_record_and_has_to_come_down(publisher: Program) -> None:
    """Reported by its check, since what is out must be known; nothing covered it, so a take-down is open."""
    check = publisher.check(AMIRA_HUE, single_use="true").json()["id"]
    assert report(publisher, 1, check=check).json()["takedown"] is None
    assert report(publisher, 2, check=check).json()["takedown"] is not None


def test_a_policy_can_have_every_receipt_hold_for_one_post(publisher: Program, school: School) -> None:
    """Whether the program asks for it or not."""
    object.__setattr__(school.screener, "policy", replace(school.services.policy, single_use_receipts=True))
    check = publisher.check(AMIRA_HUE).json()
    assert opened(check["receipt"], publisher.http.get("/.well-known/jwks.json").json())["single_use"] is True


def test_a_blocked_check_has_no_receipt(publisher: Program) -> None:
    """There is nothing to sign."""
    assert publisher.check(STRANGER_HUE).json()["receipt"] is None


def test_a_key_without_the_scope_asks_in_vain(scheduler: Program, offer: dict[str, Any]) -> None:
    """Checking is one thing, publishing another."""
    assert verify(scheduler, offer).status_code == 403


def test_the_public_keys_are_kept_for_minutes_and_not_sent_again(publisher: Program, school: School) -> None:
    """304 while they are the same; after a rotation the new ones."""
    first = publisher.http.get("/.well-known/jwks.json")
    assert first.headers["Cache-Control"] == "public, max-age=300, must-revalidate"
    tagged = {"If-None-Match": first.headers["ETag"]}
    same = publisher.http.get("/.well-known/jwks.json", headers=tagged)
    assert (same.status_code, same.headers["Cache-Control"]) == (304, first.headers["Cache-Control"])
    school.services.store.rotate_keys("user:admin", school.clock())
    assert publisher.http.get("/.well-known/jwks.json", headers=tagged).status_code == 200


def test_a_scheduler_can_verify_offline(publisher: Program, offer: dict[str, Any], school: School) -> None:
    """With the published keys alone: what the receipt says is what was approved, and it says no name."""
    claims = opened(offer["receipt"], publisher.http.get("/.well-known/jwks.json").json())
    assert (claims["sha256"], claims["aud"], claims["purposes"]) == (offer["sha256"], "website", ["publicity"])
    assert claims["caption_sha256"] == hashlib.sha256(offer["caption"].encode()).hexdigest()
    assert claims["credit_sha256"] is None
    assert claims["exp"] - claims["nbf"] == school.services.policy.approval_hours * 3600
    assert claims["register_version"] > 0
    assert claims["policy"].startswith("secondary")
    assert "Amira" not in json.dumps(claims)


def test_the_newer_name_of_the_signatures_is_read_too(school: School, publisher: Program) -> None:
    """A statement signed as `Ed25519` (RFC 9864) with a key listed for that name is read; other names are not."""
    listed = publisher.http.get("/.well-known/jwks.json").json()["keys"]
    assert {key["alg"] for key in listed} == {"EdDSA", "Ed25519"}
    assert len({key["kid"] for key in listed}) == len(listed)
    newer = next(key for key in listed if key["alg"] == "Ed25519")
    signatures = school.services.receipts.signatures
    secret = base64.urlsafe_b64encode(signatures.keyring.receipt_keys()[0].secret or b"").decode().rstrip("=")
    private = OKPKey.import_key(newer | {"d": secret, "key_ops": ["sign"]})
    header = {"alg": "Ed25519", "typ": "x", "kid": newer["kid"]}
    signed = jws.serialize_compact(header, b'{"a":1}', private, algorithms=["Ed25519"])
    assert signatures.read("x", signed) == {"a": 1}
    assert signatures.read("x", signed[:-4]) is None


def test_receipts_outlive_one_rotation_of_the_keys(publisher: Program, offer: dict[str, Any], school: School) -> None:
    """What was signed with the key before verifies still, also offline; after two rotations it is unknown."""
    school.services.store.rotate_keys("user:admin", school.clock())
    assert opened(offer["receipt"], publisher.http.get("/.well-known/jwks.json").json())["aud"] == "website"
    fresh = publisher.get(f"/v1/checks/{verify(publisher, offer).json()['check']}").json()["receipt"]
    assert fresh != offer["receipt"]
    school.services.store.rotate_keys("user:admin", school.clock())
    assert slug(verify(publisher, offer)) == "receipt-invalid"
    assert verify(publisher, offer, receipt=fresh).status_code == 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data())
def test_a_receipt_with_anything_changed_is_none(school: School, offer: dict[str, Any], data: st.DataObject) -> None:
    """One letter, a cut, another algorithm: it is not read at all."""
    receipt = offer["receipt"]
    place = data.draw(st.integers(0, len(receipt) - 2))  # the last letter's low bits carry nothing
    letter = data.draw(st.sampled_from("ABCabc019-_.=é \x00").filter(lambda letter: letter != receipt[place]))
    for other in (receipt[:place] + letter + receipt[place + 1 :], receipt[:place], f"eyJhbGciOiJub25lIn0.{receipt}"):
        with pytest.raises(ReceiptInvalid):
            school.services.receipts.read(other)


def test_a_smaller_release_is_the_one_that_is_checked_and_signed(publisher: Program) -> None:
    """With `max_side` the receipt, the check and the file are of one small picture; nonsense is refused by name."""
    check = publisher.check(AMIRA_HUE, max_side="320", max_bytes="20000").json()
    release = publisher.http.get(check["release"]["url"])
    with Image.open(io.BytesIO(release.content)) as picture:
        assert max(picture.size) <= 320
    assert len(release.content) <= 20_000
    claims = opened(check["receipt"], publisher.http.get("/.well-known/jwks.json").json())
    assert check["release"]["sha256"] == hashlib.sha256(release.content).hexdigest()
    assert check["release"]["sha256"] in str(claims)
    refused = publisher.check(AMIRA_HUE, max_side="10")
    assert (refused.status_code, "max_side" in refused.text) == (422, True)
