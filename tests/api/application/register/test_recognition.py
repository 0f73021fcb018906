"""How well people can be recognised, and changing engines without a pause."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from api.application.register.recognition import lookalike_pairs, renew, template_health
from gatekeeper import vision
from gatekeeper.media.release.encode import make_release
from gatekeeper.types import Pixels
from tests.support.gate import fake_engine, picture_of
from tests.support.school import School
from tests.support.terminal import Terminal

ADMIN = "user:admin"


def portrait() -> Pixels:
    """A square that the fake engine takes for a face, with stripes enough to be sharp."""
    pixels = picture_of(0, side=160)
    pixels[:, ::4] = np.asarray(pixels[:, ::4] * 0.6, np.uint8)
    return pixels


def test_who_resembles_whom_and_how_well_each_is_known(school: School) -> None:
    """Somebody who resembles another has a lower score than somebody who resembles nobody."""
    school.add("Tim", "Jones", 124)
    engine = school.services.tools.engine
    with school.services.store.reading(ADMIN, school.clock()) as tx:
        everybody, pairs = template_health(tx, engine), lookalike_pairs(tx, engine)
    scores = {one.person: one.health.score for one in everybody}
    tom, tim, amira = (school.people[name] for name in ("Tom", "Tim", "Amira"))
    assert scores[tom] == scores[tim] < scores[amira]
    assert [{pair.one, pair.other} for pair in pairs] == [{tom, tim}]


def test_another_engine_is_prepared_while_this_one_decides(school: School) -> None:
    """A template under the next engine changes nothing for checks under this one."""
    services, clock = school.services, school.clock
    before = school.check(0.0).approved
    with services.store.transaction(ADMIN, clock()) as tx:
        register = tx.register(services.tools.engine.name, 8).gallery
        tx.enrolment.enrol(register.people[0], "next", register.templates[0], 1)
    with services.store.reading(ADMIN, clock()) as tx:
        assert len(tx.enrolment.only_elsewhere("next")) == len(register.people) - 1
    assert school.check(0.0).approved == before


def test_kept_photographs_make_the_templates_of_another_engine(school: School) -> None:
    """Whoever's photographs are kept is enrolled again from them, under the other engine beside this one."""
    services, amira = school.services, school.people["Amira"]
    with services.store.transaction(ADMIN, school.clock()) as tx:
        tx.reference_photos.replace(amira, [make_release(portrait()).data])
    done = renew(services.store, (ADMIN, school.clock), services.tools.opener, fake_engine("next"), lambda: None)
    assert (done.renewed, done.without_photographs) == (1, (school.people["Tom"],))
    with services.store.reading(ADMIN, school.clock()) as tx:
        assert set(tx.enrolment.made("next")) == {amira}
        assert set(tx.enrolment.made(services.tools.engine.name)) == {amira, school.people["Tom"]}


def test_without_kept_photographs_people_are_named(school: School) -> None:
    """Whoever has no photograph left must be photographed again; nobody is passed over in silence."""
    services = school.services
    done = renew(services.store, (ADMIN, school.clock), services.tools.opener, fake_engine("next"), lambda: None)
    enrolled = {school.people["Amira"], school.people["Tom"]}
    assert (done.renewed, set(done.without_photographs)) == (0, enrolled)


def test_the_commands_answer_an_empty_register(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command says in words, or as nothing in JSON, that there is nobody yet."""
    monkeypatch.setattr(vision, "load", lambda *_, **__: fake_engine("sface"))
    run = Terminal(tmp_path, capsys)
    assert run("channel", "add", "website", "--title", "Web", "--staff", "a", "--staff", "b")[0] == 0
    assert "0 of 0 enrolled" in run("roster", "health")[1]
    assert "No two enrolled people" in run("roster", "lookalikes")[1]
    assert "0 people have a template" in run("roster", "re-enrol")[1]
    assert run("roster", "lookalikes", "--json") == (0, "", "")
