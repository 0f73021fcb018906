"""The report's page, and its files."""

from __future__ import annotations

import re

from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.school import AMIRA_HUE, School


def test_the_head_reads_prints_and_downloads_the_report(school: School, new_person: NewPerson) -> None:
    """One address for each form; the period is in the name of the file, and a wrong one is told."""
    school.check(AMIRA_HUE)
    head = new_person("head", Role.APPROVER)
    page = head.get("/report")
    assert "Report for governors" in page.text
    assert "Spring term 2026" in page.text
    landmarks = re.findall(r'aria-labelledby="([^"]+)"', page.text)
    assert len(landmarks) == len(set(landmarks)) > 1
    days = "start=2026-03-01&end=2026-03-31"
    document = head.get(f"/report.pdf?{days}")
    assert document.headers["content-type"] == "application/pdf"
    assert 'filename="photographs-2026-03-01-to-2026-03-31.pdf"' in document.headers["content-disposition"]
    assert "Pictures,Checked,Number,1" in head.get(f"/report.csv?{days}").text
    wrong = head.get("/report?start=2026-03-31&end=2026-03-01")
    assert wrong.status_code == 422
    assert "The last day must follow the first" in wrong.text


def test_staff_do_not_read_the_report(new_person: NewPerson) -> None:
    """It is for administrators, approvers and the safeguarding lead."""
    assert new_person("office").get("/report").status_code == 403
