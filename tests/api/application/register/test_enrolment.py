"""Reference photographs of a whole folder, while the register changes."""

from __future__ import annotations

from pathlib import Path

from api.application.register.enrolment import enrol_folder
from tests.api.web.register.person.test_photos import portrait
from tests.support.school import AMIRA_HUE, TOM_HUE, School


def test_who_is_erased_meanwhile_does_not_end_the_others_enrolment(school: School, tmp_path: Path) -> None:
    """Neither one whose turn is still to come, nor one whose template was made a moment ago."""
    for name, hue in (("Amira Khan.png", AMIRA_HUE), ("Tom Jones.png", TOM_HUE)):
        (tmp_path / name).write_bytes(portrait(hue))
    people = [school.people[name] for name in ("Amira", "Tom")]

    def erase_both() -> None:
        with school.services.store.transaction("user:lead", school.clock()) as tx:
            for person in people:
                tx.people.erase(person)

    report = enrol_folder(school.services, tmp_path, "user:admin", erase_both)
    assert [one.used for one in report.people] == [1]
    assert report.resemblances == {}
