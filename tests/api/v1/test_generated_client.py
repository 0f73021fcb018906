"""A client that a generator makes of `docs/reference/openapi.json`, used for one journey against a real server."""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from types import ModuleType
from typing import Any

import pytest
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType
from starlette.testclient import TestClient

from tests.support.gate import upload_of
from tests.support.http import LOOKED, NewClient, Program
from tests.support.paths import ROOT
from tests.support.school import AMIRA_HUE, ATTESTED, School
from tests.support.serving import served

DOCUMENT = ROOT / "docs" / "reference" / "openapi.json"
NAME = "gatekeeper_client"
FILES = dict.fromkeys(("image/jpeg", "image/png", "image/webp", "application/jsonl"), "application/octet-stream")
"""Kinds of answers that the generator takes for files only if it is told so."""

Part = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Part]:
    """Generate the client; return a function that imports a part of it."""
    folder = tmp_path_factory.mktemp("client")
    asked = ConfigFile(package_name_override=NAME, content_type_overrides=FILES, post_hooks=[])
    config = Config.from_sources(asked, MetaType.NONE, DOCUMENT, "utf-8", overwrite=False, output_path=folder / NAME)
    assert [f"{fault.header}: {fault.detail}" for fault in generate(config=config)] == []
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"{NAME}.{name}")
    sys.path.remove(str(folder))


@pytest.fixture
def publisher(new_client: NewClient, school: School) -> Program:
    school.clock.moment = datetime.now(UTC)
    return new_client("check", "publish")


@pytest.fixture
def client(http: TestClient, publisher: Program, part: Part, free_tcp_port: int) -> Iterator[Any]:
    with served(http.app, free_tcp_port):
        address = f"http://127.0.0.1:{free_tcp_port}"
        with part("client").AuthenticatedClient(base_url=address, token=publisher.key) as client:
            yield client


def test_a_generated_client_makes_the_whole_journey(part: Part, client: Any) -> None:
    """Check, take the picture, ask at the moment of publishing, report, and find the post in the ledger."""
    models = part("models")
    photo = part("types").File(payload=BytesIO(upload_of(AMIRA_HUE)), file_name="a.jpg", mime_type="image/jpeg")
    form = models.CheckForm(photo=photo, channel="website", caption="Planting beans", attestations=sorted(ATTESTED))
    form.attested_by = LOOKED
    check = part("api.checks.create_check").sync(client=client, body=form)
    assert (check.decision.value, check.release.media_type) == ("approve", "image/jpeg")

    picture = part("api.releases.read_release").sync(check.release.url.rpartition("/")[2], client=client)
    digest = hashlib.sha256(picture.payload.read()).hexdigest()
    offer = models.VerifyForm(receipt=check.receipt, sha256=digest, channel="website", caption=check.caption)
    verified = part("api.receipts.verify_receipt").sync(client=client, body=offer)
    assert verified.check == check.id

    post = models.PublicationForm(check=check.id, url="https://school.example/1", published_at=datetime.now(UTC))
    made = part("api.publishing.report_publication").sync(client=client, body=post)
    (found,) = part("api.publishing.list_publications").sync(client=client).publications
    assert (found.id, found.sha256) == (made.id, digest)


def test_a_generated_client_reads_a_refusal(part: Part, client: Any) -> None:
    """A problem arrives as one, with its type and its sentence."""
    body = part("models").VerifyForm(receipt="none of ours", sha256="0" * 64, channel="website")
    answer = part("api.receipts.verify_receipt").sync_detailed(client=client, body=body)
    assert (answer.status_code, answer.parsed.type_) == (422, "urn:gatekeeper:problem:receipt-invalid")
    assert answer.parsed.detail
