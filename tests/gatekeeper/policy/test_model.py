"""A policy is checked field by field; what cannot be used says which field it is."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.errors import PolicyInvalid
from gatekeeper.policy.model import DEFAULTS, PROFILES, Approver, Naming, Policy
from gatekeeper.rendition import Frames, Output, Rendition

GOOD: dict[str, Any] = {
    "name": "ours",
    "version": 3,
    "title": "Our school",
    "naming": "first_names",
    "approver": "nobody",
    "attestations": {"dressed": "Everybody is dressed."},
    "adults_need_leadership": False,
    "own_consent_age": 13,
    "biometrics": True,
    "time_zone": "Europe/London",
    "approval_hours": 24,
    "takedown_hours": 24,
    "retention_days": 365,
    "template_days": 365,
    "most_faces": 200,
    "frames": "refuse",
    "output": "jpeg",
    "long_side": 2048,
    "keep_reference_photos": False,
    "largest_face": 0,
    "school_name": "",
    "links": ["www.school.example", "@school"],
    "visible_first_names": "note",
    "unsafe_without_words": False,
    "single_use_receipts": False,
}


@pytest.mark.parametrize("name", PROFILES)
def test_each_shipped_profile_loads(name: str) -> None:
    """Every profile is found by its name and carries it."""
    policy = Policy.load(name)
    assert policy.label == f"{name}@1"
    assert policy.zone.key == "Europe/London"


def test_a_school_edits_its_own_file(tmp_path: Path) -> None:
    """A copied and edited profile is read from its path."""
    path = tmp_path / "ours.toml"
    text = "\n".join(
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for key, value in GOOD.items()
        if key != "attestations"
    )
    path.write_text(f"{text}\n[attestations]\ndressed = 'Everybody is dressed.'\n", "utf-8")
    assert Policy.load(path) == Policy.load(str(path)) == Policy.from_mapping(GOOD)


def test_choices_become_values() -> None:
    """Words of the file become the values that rules compare with."""
    policy = Policy.from_mapping(GOOD)
    assert (policy.naming, policy.approver) == (Naming.FIRST_NAMES, Approver.NOBODY)


def test_a_school_says_how_pictures_leave() -> None:
    """Frames, format and both sizes go to the opener and the encoder as one value."""
    changed = Policy.from_mapping({**GOOD, "frames": "first", "output": "webp", "long_side": 1200, "largest_face": 300})
    assert changed.rendition == Rendition(Frames.FIRST, Output.WEBP, 1200, 300)
    assert all(Policy.load(name).rendition == Rendition() for name in PROFILES)


@pytest.mark.parametrize("key", [field.name for field in fields(Policy) if field.name not in DEFAULTS])
def test_a_missing_field_is_named(key: str) -> None:
    """What is not written is not guessed, but for entries that came after schools had files of their own."""
    with pytest.raises(PolicyInvalid, match=f"lacks {key};"):
        Policy.from_mapping({name: value for name, value in GOOD.items() if name != key})


@pytest.mark.parametrize("key", sorted(DEFAULTS))
def test_a_file_from_before_an_entry_stays_valid(key: str) -> None:
    """The entry has the value that the shipped default gives it."""
    older = Policy.from_mapping({name: value for name, value in GOOD.items() if name != key})
    assert older == Policy.from_mapping({**GOOD, key: DEFAULTS[key]})


def test_programs_attest_nothing_unless_the_policy_says_so() -> None:
    """A file from before the entry is as strict as the shipped ones."""
    old = {name: value for name, value in GOOD.items() if name != "programs_attest"}
    assert Policy.from_mapping(old).programs_attest is False
    assert not any(Policy.load(name).programs_attest for name in PROFILES)


def test_an_unknown_field_is_named() -> None:
    """A misspelt setting is not passed over in silence."""
    with pytest.raises(PolicyInvalid, match=r"unknown entry aproval_hours; is approval_hours meant\?"):
        Policy.from_mapping({**GOOD, "aproval_hours": 5})
    with pytest.raises(PolicyInvalid, match=r"unknown entry zzz\.$"):
        Policy.from_mapping({**GOOD, "zzz": True})


def test_every_fault_is_named_at_once() -> None:
    """A file with several mistakes is mended in one go."""
    several = {name: value for name, value in GOOD.items() if name != "title"}
    with pytest.raises(PolicyInvalid) as refused:
        Policy.from_mapping({**several, "most_face": 9, "approval_hours": 0, "biometrics": "yes"})
    assert str(refused.value) == (
        "The policy lacks title; copy the line from a shipped profile. "
        "The policy has an unknown entry most_face; is most_faces meant? "
        "biometrics must be true or false. approval_hours must be a whole number from 1 to 168."
    )


BAD: dict[str, list[object]] = {
    "name": ["", "  ", 3, None],
    "title": ["", "  ", 3, None],
    "version": [0, -1, 1_000_001, "1", 1.0, True, None],
    "own_consent_age": [-1, 19, "13", 12.5, False],
    "biometrics": ["yes", 1, None],
    "approval_hours": [0, 169, "24", float("nan"), True],
    "takedown_hours": [0, 721, "24", True, None],
    "retention_days": [0, 3_651, None],
    "young_template_days": [29, 367, "180", None],
    "youngest_template_age": [-1, 19, "5", None],
    "measured_on_pupils": [0, "yes", None],
    "objection_days": [-1, 61, "7", 7.0, None],
    "template_days": [29, 367, None],
    "most_faces": [0, 501, []],
    "frames": ["all", "", None, 1],
    "output": ["gif", "JPEG", None, True],
    "long_side": [0, 319, 8_193, "2048", None, 2048.0],
    "largest_face": [-1, 1, 63, 4_097, "off", False, None],
    "naming": ["full_names", "", None, [], {}, True],
    "approver": ["the_uploader", None, ["nobody"]],
    "adults_need_leadership": ["no", 0, 1, None],
    "attestations": [[], "dressed", {"a": ""}, {"a": " "}, {"a": 1}, {"": "Text."}, None],
    "time_zone": ["", "Mars/Olympus", "../../etc/passwd", "Europe", "a\0b", 1, None],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in BAD.items() for value in values])
def test_a_bad_field_is_named(key: str, value: object) -> None:
    """A value of the wrong kind or size is refused, and the message begins with the field."""
    with pytest.raises(PolicyInvalid, match=rf"^{key} must be"):
        Policy.from_mapping({**GOOD, key: value})


@pytest.mark.parametrize("value", [{}, {"a": "One.", "b": "Two."}])
def test_a_school_chooses_its_attestations(value: dict[str, str]) -> None:
    """What the uploader attests is up to the school, as far as nothing."""
    assert Policy.from_mapping({**GOOD, "attestations": value}).attestations == value


@pytest.mark.parametrize("name", ["nowhere.toml", "", "Primary", "a\0b"])
def test_a_missing_file_names_the_profiles(name: str) -> None:
    """Whoever misspells a profile is told which there are."""
    with pytest.raises(PolicyInvalid, match="primary, secondary, trust, infant, federation"):
        Policy.load(name)


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    """Broken syntax is a broken policy, with its place."""
    path = tmp_path / "broken.toml"
    path.write_text("name = \n", "utf-8")
    with pytest.raises(PolicyInvalid, match="line 1"):
        Policy.load(path)


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    """A file that is not UTF-8 says so."""
    path = tmp_path / "latin.toml"
    path.write_bytes("title = 'École'".encode("latin-1"))
    with pytest.raises(PolicyInvalid, match="UTF-8"):
        Policy.load(path)


OWN: dict[str, Any] = {"name": "oak", "version": 2, "title": "Oak School"}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_school_says_only_what_differs_from_a_profile(tmp_path: Path, profile: str) -> None:
    """Whatever the file does not say is the profile's; what it says counts, a table as a whole."""
    path = tmp_path / "oak.toml"
    lines = f'extends = "{profile}"\nname = "oak"\nversion = 2\ntitle = "Oak School"\napproval_hours = 5\n'
    path.write_text(lines + '[attestations]\ndressed = "Dressed."\n', "utf-8")
    changes: dict[str, Any] = {**OWN, "approval_hours": 5, "attestations": {"dressed": "Dressed."}}
    assert Policy.load(path) == replace(Policy.load(profile), **changes)


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({**OWN, "extends": "college"}, "extends"),
        ({**OWN, "extends": ["primary"]}, "extends"),
        ({**OWN, "extends": 1}, "extends"),
        ({"extends": "primary"}, "name, version, title"),
        ({"extends": "primary", "name": "oak", "title": "Oak"}, "version"),
        ({**OWN, "extends": "primary", "name": "trust"}, "name"),
        ({**OWN, "extends": "primary", "aproval_hours": 5}, "aproval_hours"),
        ({**OWN, "extends": "primary", "approval_hours": 0}, "approval_hours"),
    ],
)
def test_an_extension_that_cannot_be_used_is_refused(data: dict[str, Any], names: str) -> None:
    """An unknown profile, no name of its own, and what any file may not say."""
    with pytest.raises(PolicyInvalid, match=names):
        Policy.from_mapping(data)


FIRST: dict[str, Any] = {
    "name": "ours",
    "version": 1,
    "title": "Our school",
    "naming": "first_names",
    "approver": "second_person",
    "adults_need_leadership": False,
    "own_consent_age": 13,
    "biometrics": True,
    "time_zone": "Europe/London",
    "approval_hours": 24,
    "retention_days": 365,
    "most_faces": 200,
    "attestations": {"dressed": "Everybody is dressed."},
}
"""What the first policy files had, and whether faces are compared."""


def test_the_oldest_file_of_a_school_is_still_one() -> None:
    """Every line that came later has a default; a new entry without one fails here."""
    assert Policy.from_mapping(FIRST).label == "ours@1"
    assert {field.name for field in fields(Policy)} == FIRST.keys() | DEFAULTS.keys()
