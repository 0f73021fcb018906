"""The policy in words, on its page."""

from __future__ import annotations

from gatekeeper.policy.describe import in_words
from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import School


def test_the_policy_is_read_in_words(new_person: NewPerson, school: School) -> None:
    """Every sentence of it, by whoever answers for it."""
    text = read(new_person("head", Role.APPROVER).get("/admin/policy"))
    assert school.services.policy.name in text
    assert all(" ".join(sentence.split()) in text for sentence in in_words(school.services.policy))
