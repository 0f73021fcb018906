"""Bodies that do not arrive as they were sent: cut, compressed, nested without end."""

from __future__ import annotations

import gzip
from itertools import pairwise

import pytest
from httpx2 import Response
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from api.http.problems import BodyProblem
from api.security.requests.arrival import _Body
from tests.support.gate import upload_of
from tests.support.http import LOOKED, NewClient, Program
from tests.support.loops import run
from tests.support.school import AMIRA_HUE

FORM = b'--X\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'


def _whole() -> bytes:
    """A form whose last part is the caption."""
    parts = [
        (b"photo", b'; filename="a.png"', upload_of(AMIRA_HUE)),
        (b"channel", b"", b"website"),
        (b"attestations", b"", b"appropriately_dressed,not_compromising"),
        (b"attested_by", b"", LOOKED.encode()),
        (b"caption", b"", b"Amira and Tom at the summer fair"),
    ]
    return b"".join(FORM % part for part in parts) + b"--X--\r\n"


def _send(program: Program, body: bytes) -> Response:
    headers = program.headers | {"Content-Type": "multipart/form-data; boundary=X"}
    return program.http.post("/v1/checks", headers=headers, content=body)


def test_a_form_that_was_cut_is_refused_and_nothing_stored(scheduler: Program) -> None:
    """A form cut within its last part, behind it, before it or within its photo is 400, with no check made of it."""
    whole = _whole()
    for end in (len(whole) - 20, len(whole) - 9, whole.index(b"caption") - 30, 300, whole.index(b"--X--") + 4):
        answer = _send(scheduler, whole[:end])
        assert answer.status_code == 400
        assert "last boundary" in answer.json()["detail"]
    assert scheduler.get("/v1/checks").json()["checks"] == []
    assert _send(scheduler, whole).status_code == 201


@given(data=st.data())
def test_only_a_whole_form_is_read_to_its_end(data: st.DataObject) -> None:
    """However a body is cut into pieces, it is whole if and only if its closing delimiter came."""
    whole = b'--X\r\nContent-Disposition: form-data; name="a"\r\n\r\n-X--\r\n--X--'
    end = data.draw(st.integers(1, len(whole)))
    cuts = sorted({0, end, *data.draw(st.lists(st.integers(0, end), max_size=6))})
    pieces = [whole[a:b] for a, b in pairwise(cuts)]
    waiting = [{"type": "http.request", "body": p, "more_body": n < len(pieces) - 1} for n, p in enumerate(pieces)]

    async def read() -> None:
        async def receive() -> Message:
            return waiting.pop(0)

        body = _Body(receive, 'multipart/form-data; boundary="X"')
        while waiting:
            await body.next()

    if end == len(whole):
        run(read())
    else:
        with pytest.raises(BodyProblem):
            run(read())


def test_a_compressed_body_is_refused_for_what_it_is(new_client: NewClient) -> None:
    """Gzip is answered 415 with what to do, at addresses of JSON and of forms alike."""
    program = new_client("check", "publish")
    for path in ("/v1/receipts/verify", "/v1/checks"):
        headers = program.headers | {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        answer = program.http.post(path, headers=headers, content=gzip.compress(b"{}"))
        assert answer.status_code == 415
        assert "Content-Encoding" in answer.json()["detail"]
        assert answer.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b"{", b"\x1f\x8b\x08\x00"])
def test_json_that_cannot_be_read_is_called_json(new_client: NewClient, body: bytes) -> None:
    """A body that is no JSON, or nested without end, is not answered with how to send a form."""
    program = new_client("publish")
    headers = program.headers | {"Content-Type": "application/json"}
    answer = program.http.post("/v1/receipts/verify", headers=headers, content=body)
    assert answer.status_code in {400, 422}
    assert "multipart" not in answer.text
