"""Releases over HTTP: HEAD, copies that are still good, parts of a file, and pages of other sites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.v1.checks.ranges import OutOfRange, Part, part_of
from tests.support.http import Program
from tests.support.school import AMIRA_HUE, School


@pytest.fixture
def address(scheduler: Program) -> str:
    """The address of an approved picture."""
    return str(scheduler.check(AMIRA_HUE).json()["release"]["url"])


def test_head_is_get_without_content(scheduler: Program, address: str) -> None:
    """HEAD of a release gives the headers of GET, its length too, and not one byte."""
    whole, head = scheduler.http.get(address), scheduler.http.head(address)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-length", "content-type", "etag", "accept-ranges"):
        assert head.headers[name] == whole.headers[name]


def test_head_is_there_wherever_get_is(scheduler: Program) -> None:
    """Addresses for programs answer HEAD as GET, by the same rules of access."""
    for path in ("/healthz", "/readyz", "/.well-known/jwks.json", "/sign-in", "/openapi.json"):
        answer = scheduler.http.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
    assert scheduler.http.head("/v1/checks", headers=scheduler.headers).status_code == 200
    assert scheduler.http.head("/v1/checks").status_code == 401
    assert scheduler.http.head("/admin").status_code == 303


def test_a_copy_that_is_still_good_is_not_sent_again(scheduler: Program, address: str) -> None:
    """With the tag of a copy the answer is 304, weak tags and lists read too; another tag gets the file."""
    tag = scheduler.http.get(address).headers["etag"]
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = scheduler.http.get(address, headers={"If-None-Match": header})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert scheduler.http.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_part_is_sent_as_a_part(scheduler: Program, address: str) -> None:
    """Parts of a release put together are the release."""
    whole = scheduler.http.get(address).content
    first = scheduler.http.get(address, headers={"Range": "bytes=0-99"})
    rest = scheduler.http.get(address, headers={"Range": "bytes=100-"})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.headers["content-range"] == f"bytes 0-99/{len(whole)}"
    assert first.content + rest.content == whole


def test_a_part_that_is_not_there_is_refused_with_the_size(scheduler: Program, address: str) -> None:
    """A range behind the end is 416 with the size of the file."""
    size = len(scheduler.http.get(address).content)
    answer = scheduler.http.get(address, headers={"Range": f"bytes={size}-"})
    assert answer.status_code == 416
    assert answer.json()["type"] == "urn:gatekeeper:problem:range-not-satisfiable"
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_a_part_of_another_file_is_not_sent(scheduler: Program, address: str) -> None:
    """`If-Range` with the tag of another file gets the whole file."""
    tag = scheduler.http.get(address).headers["etag"]
    part = {"Range": "bytes=0-9"}
    assert scheduler.http.get(address, headers=part | {"If-Range": tag}).status_code == 206
    for other in ('"other"', f"W/{tag}", "Fri, 20 Nov 2026 15:00:00 GMT"):
        assert scheduler.http.get(address, headers=part | {"If-Range": other}).status_code == 200


@pytest.mark.parametrize("header", ["If-None-Match", "Range", "HEAD"])
def test_nothing_is_answered_of_an_approval_that_ended(
    scheduler: Program, address: str, school: School, header: str
) -> None:
    """After the end of the approval the answer is 410, to HEAD, to a part and to a copy too."""
    tag = scheduler.http.get(address).headers["etag"]
    school.clock.advance(days=400)
    headers = {"If-None-Match": {"If-None-Match": tag}, "Range": {"Range": "bytes=0-9"}}.get(header, {})
    answer = scheduler.http.request("HEAD" if header == "HEAD" else "GET", address, headers=headers)
    assert answer.status_code == 410
    assert "etag" not in answer.headers


def test_only_a_release_may_be_shown_by_other_sites(scheduler: Program, address: str) -> None:
    """A scheduler's page can show a release; nothing else can be embedded from elsewhere."""
    name = "cross-origin-resource-policy"
    assert scheduler.http.get(address).headers[name] == "cross-origin"
    for path in ("/sign-in", "/v1/checks", "/v1/releases/nothing", "/static/site.css", "/.well-known/jwks.json"):
        assert scheduler.http.get(path).headers[name] == "same-origin"


@given(size=st.integers(1, 500), first=st.integers(0, 600), last=st.integers(0, 600))
def test_a_part_lies_within_the_file(size: int, first: int, last: int) -> None:
    """Whatever is asked for, a part is of bytes that are asked for and that there are."""
    try:
        part = part_of(f"bytes={first}-{last}", None, '"x"', size)
    except OutOfRange:
        assert first >= size
        return
    if last < first:
        assert part is None
        return
    assert part == Part(first, min(last, size - 1))


@given(size=st.integers(0, 500), count=st.integers(0, 600))
def test_the_last_bytes_are_the_last(size: int, count: int) -> None:
    """A range without a beginning counts from the end."""
    try:
        part = part_of(f"bytes=-{count}", None, '"x"', size)
    except OutOfRange:
        assert not (count and size)
        return
    assert part == Part(max(0, size - count), size - 1)


@given(st.text(max_size=40))
def test_what_is_no_range_is_ignored(header: str) -> None:
    """A header that is no single range of bytes gets the whole file, never an error."""
    if not header.strip().lower().startswith("bytes"):
        assert part_of(header, None, '"x"', 10) is None


@pytest.mark.parametrize("header", ["bytes=0-1,4-5", "bytes=-", "lines=0-1", "bytes=5-2", "bytes=a-b"])
def test_what_cannot_be_cut_out_is_sent_whole(header: str) -> None:
    """Several ranges, other units and nonsense get the whole file."""
    assert part_of(header, None, '"x"', 10) is None
