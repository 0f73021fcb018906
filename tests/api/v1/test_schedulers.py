"""The adapters of `docs/how-to/schedulers`, run as their readers run them, against stand-ins for the schedulers."""

from __future__ import annotations

import json
import re
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from gatekeeper.consent.permission import Stance
from tests.support.gate import upload_of
from tests.support.http import LOOKED, NewClient, Program
from tests.support.paths import ROOT
from tests.support.school import AMIRA_HUE, ATTESTED, STRANGER_HUE, School
from tests.support.serving import served
from tests.support.standins import buffer, mixpost, n8n, postiz
from tests.support.standins.server import Internet, Request, standing_in

FOLDER = ROOT / "docs" / "how-to" / "schedulers"
PUBLIC = "gate.school.example"

RunAdapter = Callable[..., "Done"]


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended; 0, or 1 with a reason on `stderr`."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def publisher(new_client: NewClient, school: School) -> Program:
    school.clock.moment = datetime.now(UTC)  # the adapters have a clock of their own
    return new_client("check", "publish")


@pytest.fixture
def gate(http: TestClient, free_tcp_port: int) -> Iterator[str]:
    with served(http.app, free_tcp_port):
        yield f"http://127.0.0.1:{free_tcp_port}"


@pytest.fixture
def internet(gate: str) -> Internet:
    return Internet({PUBLIC: gate})


@pytest.fixture
def check(publisher: Program) -> dict[str, Any]:
    """Return an approval, with words that HTML would not leave alone."""
    words: dict[str, Any] = {
        "caption": "Amira & the beans",
        "alt_text": "A child by a raised bed.",
        "credit": "Photo: the school",
    }
    found: dict[str, Any] = publisher.check(AMIRA_HUE, **words).json()
    assert found["decision"] == "approve"
    return found


@pytest.fixture
def run(gate: str, publisher: Program, monkeypatch: pytest.MonkeyPatch) -> RunAdapter:
    """Return a function that runs an adapter as `python NAME.py WORDS` does, in this process to save time."""
    monkeypatch.syspath_prepend(FOLDER)
    opened = ExitStack()

    class Client(httpx2.Client):
        """One that is closed, as the end of a process would."""

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            opened.enter_context(self)

    monkeypatch.setattr(httpx2, "Client", Client)

    def run(name: str, *words: str, **settings: str) -> Done:
        ours = {"GATE": gate, "GATE_KEY": publisher.key, "GATE_PUBLIC": f"https://{PUBLIC}", "PAUSE": "0.01"}
        for setting, value in (ours | settings).items():
            monkeypatch.setenv(setting, value)
        monkeypatch.setattr(sys, "argv", [name, *words])
        monkeypatch.delitem(sys.modules, "gate", raising=False)
        printed: list[str] = []
        reason = None
        try:
            with opened:
                runpy.run_path(str(FOLDER / f"{name}.py"), {"print": printed.append}, "__main__")
        except SystemExit as ended:
            reason = ended.code
        return Done(int(reason is not None), "\n".join(printed), str(reason or ""))

    return run


@pytest.fixture
def as_postiz(internet: Internet) -> Iterator[tuple[postiz.Postiz, dict[str, str]]]:
    scheduler = postiz.Postiz(internet)
    with standing_in(scheduler) as url:
        yield scheduler, {"POSTIZ": url, "POSTIZ_KEY": postiz.KEY}


@pytest.fixture
def as_mixpost(internet: Internet) -> Iterator[tuple[mixpost.Mixpost, dict[str, str]]]:
    scheduler = mixpost.Mixpost(internet)
    with standing_in(scheduler) as url:
        settings = {"MIXPOST": f"{url}/mixpost", "MIXPOST_WORKSPACE": mixpost.WORKSPACE}
        yield scheduler, settings | {"MIXPOST_TOKEN": mixpost.TOKEN}


@pytest.fixture
def as_buffer(internet: Internet) -> Iterator[tuple[buffer.Buffer, dict[str, str]]]:
    scheduler = buffer.Buffer(internet)
    with standing_in(scheduler) as url:
        yield scheduler, {"BUFFER": url, "BUFFER_KEY": buffer.KEY}


def ledger(publisher: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = publisher.get("/v1/publications").json()["publications"]
    return found


def in_an_hour() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def bytes_of(check: dict[str, Any], internet: Internet) -> bytes:
    return internet.take(f"https://{PUBLIC}{check['release']['url']}")[1]


# --- Postiz ------------------------------------------------------------------------


def test_postiz_publishes_what_was_approved(
    run: RunAdapter,
    check: dict[str, Any],
    as_postiz: tuple[postiz.Postiz, dict[str, str]],
    publisher: Program,
    internet: Internet,
) -> None:
    """Exactly those bytes and words go out, and the ledger has the post's address."""
    scheduler, settings = as_postiz
    done = run("postiz", check["id"], postiz.INTEGRATION, **settings)
    assert done.stderr == ""
    text = f"{check['caption']}\n{check['credit']}"
    assert scheduler.posts == [postiz.Post(text, check["alt_text"], bytes_of(check, internet))]
    (post,) = ledger(publisher)
    assert (done.stdout, post["url"]) == (post["id"], "https://social.example/@school/1")


def test_postiz_gets_nothing_after_a_withdrawal(
    run: RunAdapter, check: dict[str, Any], as_postiz: tuple[postiz.Postiz, dict[str, str]], school: School
) -> None:
    """The adapter ends with the gate's sentence before the scheduler hears of the picture."""
    school.say("Amira", Stance.WITHDRAWN)
    done = run("postiz", check["id"], postiz.INTEGRATION, **as_postiz[1])
    assert (done.returncode, as_postiz[0].media, as_postiz[0].posts) == (1, {}, [])
    assert done.stderr


@pytest.mark.parametrize(
    ("settings", "integration", "reason"),
    [
        ({"POSTIZ_KEY": "another"}, postiz.INTEGRATION, "(401): Invalid API key"),
        ({}, "another", "(400): ['Integration with id another not found']"),
        ({"GATE_PUBLIC": "http://gate.local"}, postiz.INTEGRATION, "must be a public HTTPS URL"),
        ({"GATE_PUBLIC": "https://elsewhere.example"}, postiz.INTEGRATION, "(400): Failed to fetch URL"),
    ],
)
def test_what_postiz_refuses_is_said_and_not_reported(  # noqa: PLR0913, PLR0917 -- fixtures
    run: RunAdapter,
    check: dict[str, Any],
    as_postiz: tuple[postiz.Postiz, dict[str, str]],
    publisher: Program,
    settings: dict[str, str],
    integration: str,
    reason: str,
) -> None:
    """A wrong key, a channel that is not there and an address that cannot be reached end with Postiz's own words."""
    done = run("postiz", check["id"], integration, **as_postiz[1] | settings)
    assert (done.returncode, reason in done.stderr, ledger(publisher)) == (1, True, [])


# --- Mixpost -----------------------------------------------------------------------


def test_mixpost_publishes_what_was_approved(
    run: RunAdapter,
    check: dict[str, Any],
    as_mixpost: tuple[mixpost.Mixpost, dict[str, str]],
    publisher: Program,
    internet: Internet,
) -> None:
    """Also when it takes its time over the download and the post."""
    scheduler, settings = as_mixpost
    done = run("mixpost", check["id"], str(mixpost.ACCOUNT), **settings)
    assert done.stderr == ""
    (shown,) = scheduler.posts
    assert shown["text"] == f"{check['caption']}\n{check['credit']}"
    assert (shown["picture"], shown["alt_text"]) == (bytes_of(check, internet), check["alt_text"])
    assert [post["url"] for post in ledger(publisher)] == ["https://social.example/uuid-1"]


def test_mixpost_is_given_no_words_that_it_would_cut(
    run: RunAdapter, publisher: Program, as_mixpost: tuple[mixpost.Mixpost, dict[str, str]]
) -> None:
    """It takes '<' for the beginning of a tag; other words than the approved ones must not go out."""
    check = publisher.check(AMIRA_HUE, caption="We <3 beans").json()
    done = run("mixpost", check["id"], str(mixpost.ACCOUNT), **as_mixpost[1])
    assert (done.returncode, "would cut the text off" in done.stderr, as_mixpost[0].posts) == (1, True, [])


@pytest.mark.parametrize(
    ("settings", "account", "reason"),
    [
        ({"MIXPOST_TOKEN": "another"}, "7", "(401): Unauthenticated."),
        ({"MIXPOST_WORKSPACE": "another"}, "7", "(404): Workspace not found."),
        ({}, "8", "(422): Validation errors"),
        ({"GATE_PUBLIC": "https://elsewhere.example"}, "7", "could not take the picture"),
    ],
)
def test_what_mixpost_refuses_is_said_and_not_reported(  # noqa: PLR0913, PLR0917 -- fixtures
    run: RunAdapter,
    check: dict[str, Any],
    as_mixpost: tuple[mixpost.Mixpost, dict[str, str]],
    publisher: Program,
    settings: dict[str, str],
    account: str,
    reason: str,
) -> None:
    """A wrong token, workspace or account and an address that cannot be reached end with Mixpost's own words."""
    done = run("mixpost", check["id"], account, **as_mixpost[1] | settings)
    assert (done.returncode, reason in done.stderr, ledger(publisher)) == (1, True, [])


# --- Buffer ------------------------------------------------------------------------


def test_buffer_fetches_the_picture_when_it_goes_out(
    run: RunAdapter,
    check: dict[str, Any],
    as_buffer: tuple[buffer.Buffer, dict[str, str]],
    publisher: Program,
    internet: Internet,
) -> None:
    """What goes out is what was approved, and its address is in the ledger."""
    scheduler, settings = as_buffer
    planned = run("buffer", "plan", check["id"], buffer.CHANNEL, in_an_hour(), **settings)
    assert (planned.stdout, planned.stderr) == ("post-1", "")
    scheduler.send_due()
    reported = run("buffer", "report", check["id"], "post-1", **settings)
    assert reported.stderr == ""
    (sent,) = scheduler.posts
    assert (sent.picture, sent.alt_text) == (bytes_of(check, internet), check["alt_text"])
    assert [post["url"] for post in ledger(publisher)] == ["https://social.example/post-1"]


def test_a_withdrawal_keeps_what_is_planned_in_buffer_from_going_out(
    run: RunAdapter,
    check: dict[str, Any],
    as_buffer: tuple[buffer.Buffer, dict[str, str]],
    publisher: Program,
    school: School,
) -> None:
    """The address answers 410, so the post fails in Buffer, and nothing is in the ledger."""
    scheduler, settings = as_buffer
    run("buffer", "plan", check["id"], buffer.CHANNEL, in_an_hour(), **settings)
    school.say("Amira", Stance.WITHDRAWN)
    scheduler.send_due()
    done = run("buffer", "report", check["id"], "post-1", **settings)
    assert "could not be downloaded (HTTP 410)" in done.stderr
    assert (scheduler.posts[0].status, scheduler.posts[0].picture, ledger(publisher)) == ("error", b"", [])


def test_a_post_is_not_planned_for_after_its_approval(
    run: RunAdapter, check: dict[str, Any], as_buffer: tuple[buffer.Buffer, dict[str, str]]
) -> None:
    """It would fail when it is due; better to hear of it now."""
    later = (datetime.fromisoformat(check["expires_at"]) + timedelta(minutes=1)).isoformat()
    done = run("buffer", "plan", check["id"], buffer.CHANNEL, later, **as_buffer[1])
    assert (done.returncode, "(409)" in done.stderr, as_buffer[0].posts) == (1, True, [])


@pytest.mark.parametrize(
    ("settings", "channel", "reason"),
    [({"BUFFER_KEY": "another"}, buffer.CHANNEL, "Not authorized"), ({}, "another", "Channel not found.")],
)
def test_what_buffer_refuses_is_said(
    run: RunAdapter,
    check: dict[str, Any],
    as_buffer: tuple[buffer.Buffer, dict[str, str]],
    settings: dict[str, str],
    channel: str,
    reason: str,
) -> None:
    """Buffer answers 200 to everything; what went wrong is in the body, in two places."""
    done = run("buffer", "plan", check["id"], channel, in_an_hour(), **as_buffer[1] | settings)
    assert (done.returncode, done.stderr) == (1, f"Buffer refused: {reason}")


def test_the_stand_in_for_buffer_knows_its_own_schema() -> None:
    """A field that Buffer does not have, and a required one that is missing, are errors there and here."""
    query = "mutation M($input: CreatePostInput!) { createPost(input: $input) { ... on MutationError { message } } }"
    body = {"query": query, "variables": {"input": {"channelId": "1", "imageUrl": "https://a.example/b.jpg"}}}
    _, said = buffer.Buffer(Internet({}))(Request("POST", "/", {}, f"Bearer {buffer.KEY}", body))
    assert {error["extensions"]["code"] for error in said["errors"]} == {"BAD_USER_INPUT"}
    assert any("imageUrl" in error["message"] for error in said["errors"])


# --- n8n ---------------------------------------------------------------------------


@pytest.fixture
def workflow() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "n8n.json").read_text("utf-8"))
    publish = next(node for node in found["nodes"] if node["name"] == "Publish")
    publish["parameters"]["jsonBody"] = publish["parameters"]["jsonBody"].replace(
        "your-integration", postiz.INTEGRATION
    )
    return found


@pytest.fixture
def new_run(
    workflow: dict[str, Any], gate: str, publisher: Program, as_postiz: tuple[postiz.Postiz, dict[str, str]]
) -> Callable[[float], n8n.Run]:
    hosts = {"https://gate.school.example/v1": f"{gate}/v1", "https://api.postiz.com/public/v1": as_postiz[1]["POSTIZ"]}
    keys = {"gatekeeper": publisher.headers, "postiz": {"Authorization": postiz.KEY}}
    now = datetime.now(UTC).isoformat()
    return lambda hue: n8n.Run(workflow, hosts, keys, upload_of(hue), now)


def form(words: str = "Amira & <b>beans</b>") -> dict[str, Any]:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    return {
        "caption": words,
        "publish_at": soon.isoformat(),
        "confirmed": sorted(ATTESTED),
        "confirmed_by": LOOKED,
    }


def test_the_workflow_is_made_of_what_n8n_knows(workflow: dict[str, Any]) -> None:
    """Each node is of a kind and version that n8n has, with parameters of its own, and every connection leads on."""
    names = [node["name"] for node in workflow["nodes"]]
    assert len({node["id"] for node in workflow["nodes"]}) == len(set(names)) == len(names)
    for node in workflow["nodes"]:
        known = n8n.PARAMETERS[node["type"].removeprefix("n8n-nodes-base."), node["typeVersion"]]
        assert set(node["parameters"]) <= known, node["name"]
    led_to = {to["node"] for ways in workflow["connections"].values() for way in ways["main"] for to in way}
    assert led_to | {"Picture form"} == set(names)
    assert set(workflow["connections"]) == set(names) - {"Not this picture", "Report the post"}


def test_the_form_of_the_workflow_asks_for_all_that_is_sent_on(workflow: dict[str, Any]) -> None:
    """Every field that the request reads is one that the form has; without `confirmed_by` no confirmation counts."""
    nodes = {node["name"]: node["parameters"] for node in workflow["nodes"]}
    asked = {field["fieldLabel"] for field in nodes["Picture form"]["formFields"]["values"]}
    sent = json.dumps(nodes["Ask the gate"]["bodyParameters"])
    assert set(re.findall(r"\$json\.(\w+)", sent)) | {"photo"} == asked
    assert asked == {"photo", *form()}


def test_n8n_publishes_what_is_approved_when_its_time_comes(
    new_run: Callable[[float], n8n.Run], as_postiz: tuple[postiz.Postiz, dict[str, str]], publisher: Program
) -> None:
    """It asks, waits for the decision and for the moment, asks again, publishes by Postiz and reports."""
    run, sent = new_run(AMIRA_HUE), form()
    run.run(sent)
    (post,) = as_postiz[0].posts
    assert (post.text, run.waited[-1]) == (run.given["Until it goes out"]["caption"], sent["publish_at"])
    assert [entry["post_id"] for entry in ledger(publisher)] == ["post-1"]


@pytest.mark.parametrize("words", ["Amira: fish & chips", "Amira\nplants 5 > 3 beans", "&amp; Amira", "Amira <3 beans"])
def test_words_reach_the_network_letter_by_letter(
    new_run: Callable[[float], n8n.Run], as_postiz: tuple[postiz.Postiz, dict[str, str]], words: str
) -> None:
    """What the network shows is the caption that was approved, whichever letters HTML would read otherwise."""
    run = new_run(AMIRA_HUE)
    run.run(form(words))
    (post,) = as_postiz[0].posts
    assert post.text == run.given["Until it goes out"]["caption"]


def test_the_workflow_is_closed_and_keeps_no_picture(workflow: dict[str, Any]) -> None:
    """The form asks who is there, has no address that everybody knows, and no execution is kept."""
    (form_node,) = (node for node in workflow["nodes"] if node["type"].endswith("formTrigger"))
    assert form_node["parameters"]["authentication"] == "basicAuth"
    assert "webhookId" not in form_node
    kept = {name: workflow["settings"][name] for name in workflow["settings"] if name.startswith("save")}
    assert set(kept.values()) == {"none", False}
    assert len(kept) == 4


def test_n8n_stops_at_a_blocked_picture_with_the_reason(
    new_run: Callable[[float], n8n.Run], as_postiz: tuple[postiz.Postiz, dict[str, str]]
) -> None:
    """The execution fails with the finding's sentence, and the scheduler hears nothing."""
    with pytest.raises(n8n.Stopped, match="has not been cleared"):
        new_run(STRANGER_HUE).run(form())
    assert as_postiz[0].media == {}


def test_n8n_stops_when_consent_ends_while_it_waits(
    new_run: Callable[[float], n8n.Run],
    as_postiz: tuple[postiz.Postiz, dict[str, str]],
    school: School,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It asks again when it wakes, and is refused."""
    run = new_run(AMIRA_HUE)
    going_on = run._executed

    def withdrawn(node: dict[str, Any], item: Any) -> Any:
        if node["name"] == "May it go out?":
            school.say("Amira", Stance.WITHDRAWN)
        return going_on(node, item)

    monkeypatch.setattr(run, "_executed", withdrawn)
    with pytest.raises(n8n.Stopped, match=r"^410 .*approval-withdrawn"):
        run.run(form())
    assert as_postiz[0].media == {}
