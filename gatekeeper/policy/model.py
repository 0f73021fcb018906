"""A school's policy: which of the published rules it keeps, as data.

Five profiles ship in `policies/`, each made from a kind of real social-media
policy (secondary school, primary school, multi-school trust, infant school,
federation). They differ in data only; a school copies one and edits it. No
setting here can switch a safety rule off: what may be tuned is how names are
given, who is asked, what the uploader attests and how long an approval lasts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final, get_type_hints
from zoneinfo import ZoneInfo

from gatekeeper.errors import PolicyInvalid
from gatekeeper.policy import entries
from gatekeeper.rendition import Frames, Output, Rendition
from gatekeeper.types import PolicyTerms, Severity

DEFAULTS: Final[Mapping[str, Any]] = {
    "approval_days": 30,
    "frames": "refuse",
    "keep_reference_photos": False,
    "largest_face": 0,
    "links": [],
    "long_side": 2048,
    "output": "jpeg",
    "school_name": "",
    "single_use_receipts": False,
    "takedown_hours": 24,
    "template_days": 365,
    "measured_on_pupils": False,
    "young_template_days": 180,
    "youngest_template_age": 5,
    "unsafe_without_words": False,
    "visible_first_names": "block",
    "objection_days": 7,
    "programs_attest": False,
    "staff_titles": False,
    "extension_days": 0,
    "class_with_name": "block",
    "sensitive_words": "block",
}
"""What a policy file need not say: each entry that came after schools had files of their own, as TOML would give it.

An entry is only ever added with the value under which nothing becomes looser, so that an
upgrade neither invalidates a school's own file nor opens the gate wider. `biometrics` has none:
either value by default would be wrong for some school, the one in law, the other in what it destroys."""

_EXTENDS: Final = "extends"
"""The entry with which a school's file takes from a shipped profile what it does not say itself."""

PROFILES: Final = ("primary", "secondary", "trust", "infant", "federation")


class Naming(StrEnum):
    """What a caption may call people."""

    NONE = "none"
    FIRST_NAMES = "first_names"


class Approver(StrEnum):
    """Who must agree to every publication, besides the gate."""

    NOBODY = "nobody"
    SECOND_PERSON = "second_person"
    LEADERSHIP = "leadership"


@dataclass(frozen=True, slots=True)
class Policy:
    """One profile, checked.

    Attributes:
        name: of the profile, as in `primary`.
        version: counts up with each change that a school makes.
        title: for people.
        naming: what a caption may call people.
        approver: who must agree besides the gate.
        attestations: code and sentence of each thing that the uploader confirms.
        adults_need_leadership: whether pictures of staff and governors need
            leadership's consent too.
        own_consent_age: from this age, in years, a pupil must agree as well.
        biometrics: whether faces are compared with templates at all. Without, no
            template and no embedding is ever made, and people say who each face is.
        time_zone: IANA name; days begin and end in it.
        approval_hours: how long an approval lasts from the publication on, 1 to 168.
        approval_days: how long it lasts at most from the decision on, however far ahead
            the publication is, 1 to 366.
        extension_days: until how many days after a picture was first approved its approval may be
            extended, examined again but without sending it again, 0 to 31. 0: never.
        single_use_receipts: whether the receipt of an approval holds for one post only.
        programs_attest: whether what a program confirms about a picture counts without
            naming the person who looked.
        takedown_hours: within how many hours a picture has to be down, 1 to 720.
        retention_days: how long a finished check is kept.
        template_days: how long a template counts after it was made, 30 to 366.
        young_template_days: the same for a pupil who is under 8 when it is made, 30 to 366.
        youngest_template_age: no template is made of a pupil below this age, in years; staff
            say who they are. 0 sets no limit.
        measured_on_pupils: whether the school has measured recognition on its own pupils. Until then as
            much likeness is asked of every pupil, however clear their lead over all others is.
        keep_reference_photos: whether the photographs that templates are made of are kept, sealed.
        most_faces: pictures with more faces are not examined automatically.
        frames: what becomes of an upload that moves or has several pages.
        output: the format in which pictures leave.
        long_side: the longer side of a release at most, 320 to 8,192 pixels.
        largest_face: the longer side of any face in a release at most, 64 to
            4,096 pixels; a picture with a larger one is reduced. 0 sets no limit.
        school_name: as it stands on signs and kit; a picture of a child in which it can
            be read gets a note. Empty: it is not looked for.
        links: the hosts and account names that captions may give.
        staff_titles: whether staff and governors may be called by title and surname
            (`Mrs Patel`), with their own consent to be named; pupils never are.
        class_with_name: what becomes of words that give a name together with a class.
        sensitive_words: what becomes of words that give health, care, special needs or
            family circumstances beside a name.
        visible_first_names: what becomes of a picture in which the first name can be
            read of a person who is not in it or may not be named.
        unsafe_without_words: whether the writing in pictures is not read at all.
        objection_days: for how many days before and after an event a person who asked not to
            be shown there is asked about in every picture, 0 to 60.
    """

    name: Annotated[str, entries.text]
    version: Annotated[int, entries.Whole(1, 1_000_000)]
    title: Annotated[str, entries.text]
    naming: Naming
    approver: Approver
    attestations: Annotated[dict[str, str], entries.sentences]
    adults_need_leadership: bool
    own_consent_age: Annotated[int, entries.Whole(0, 18)]
    biometrics: bool
    time_zone: Annotated[str, entries.time_zone]
    approval_hours: Annotated[int, entries.Whole(1, 168)]
    approval_days: Annotated[int, entries.Whole(1, 366)]
    extension_days: Annotated[int, entries.Whole(0, 31)]
    single_use_receipts: bool
    programs_attest: bool
    takedown_hours: Annotated[int, entries.Whole(1, 720)]
    retention_days: Annotated[int, entries.Whole(1, 3_650)]
    template_days: Annotated[int, entries.Whole(30, 366)]
    young_template_days: Annotated[int, entries.Whole(30, 366)]
    youngest_template_age: Annotated[int, entries.Whole(0, 18)]
    measured_on_pupils: bool
    keep_reference_photos: bool
    most_faces: Annotated[int, entries.Whole(1, 500)]
    frames: Frames
    output: Output
    long_side: Annotated[int, entries.Whole(320, 8_192)]
    largest_face: Annotated[int, entries.Whole(64, 4_096, or_none=True)]
    school_name: Annotated[str, entries.any_text]
    links: Annotated[tuple[str, ...], entries.hosts_and_accounts]
    staff_titles: bool
    class_with_name: Severity
    sensitive_words: Severity
    visible_first_names: Severity
    unsafe_without_words: bool
    objection_days: Annotated[int, entries.Whole(0, 60)]

    @property
    def label(self) -> str:
        """Name and version, as a check remembers them: `primary@3`."""
        return f"{self.name}@{self.version}"

    @property
    def rendition(self) -> Rendition:
        """How pictures leave."""
        return Rendition(self.frames, self.output, self.long_side, self.largest_face)

    @property
    def terms(self) -> PolicyTerms:
        """What a decision remembers of it, so that a stricter policy is known as one."""
        return PolicyTerms(
            biometrics=self.biometrics,
            words_read=not self.unsafe_without_words,
            programs_attest=self.programs_attest,
            visible_names_block=self.visible_first_names is Severity.BLOCK,
            frames_refused=self.frames is Frames.REFUSE,
            attestations=self.attestations,
        )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @classmethod
    def load(cls, name_or_path: str | Path) -> Policy:
        """Read a shipped profile by its name, or a school's own TOML file.

        Raises:
            PolicyInvalid: the file is missing, or fields are missing, unknown or
                out of range; the message names every one.
        """
        text = _read(name_or_path)
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            message = f"The policy is not valid TOML: {error}."
            raise PolicyInvalid(message) from error
        return cls.from_mapping(data)

    @classmethod
    def from_mapping(cls, data: dict[str, Any]) -> Policy:
        """Check every field; see `load` for what is raised."""
        data = {**DEFAULTS, **_extended(data)}
        if faults := list(_faults(data)):
            raise PolicyInvalid(" ".join(faults))
        return cls(**{key: check(key, data[key]) for key, check in _checks().items()})


def shipped(profile: str) -> str:
    """Return the text of a shipped profile, comments and all.

    Raises:
        PolicyInvalid: there is none of this name.
    """
    if profile not in PROFILES:
        raise PolicyInvalid(f"There is no profile of this name. There are: {', '.join(PROFILES)}.")
    return resources.files("gatekeeper.policy").joinpath("profiles", f"{profile}.toml").read_text("utf-8")


def _extended(data: dict[str, Any]) -> dict[str, Any]:
    """Return what a file says with the lines of the profile that it `extends` under it.

    A table, such as the attestations, is taken whole from the file that has it.

    Raises:
        PolicyInvalid: there is no such profile, or the file has no name, version and title of its own.
    """
    if _EXTENDS not in data:
        return data
    profile, own = data[_EXTENDS], {key: value for key, value in data.items() if key != _EXTENDS}
    if profile not in PROFILES:
        raise PolicyInvalid(f"extends must name a shipped profile: {', '.join(PROFILES)}.")
    if missing := [key for key in ("name", "version", "title") if key not in own]:
        raise PolicyInvalid(f"A policy that extends another needs its own {', '.join(missing)}.")
    if own["name"] in PROFILES:
        raise PolicyInvalid("name must not be a shipped profile's: a policy that extends one has its own.")
    return {**tomllib.loads(shipped(profile)), **own}


def _read(name_or_path: str | Path) -> str:
    if isinstance(name_or_path, str) and name_or_path in PROFILES:
        return shipped(name_or_path)
    try:
        return Path(name_or_path).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyInvalid("The policy file is not UTF-8 text; save it as UTF-8.") from error
    except (OSError, ValueError) as error:  # ValueError: no path at all, such as one with a null character
        known = ", ".join(PROFILES)
        raise PolicyInvalid(f"There is no policy file there. Name a file, or one of: {known}.") from error


@cache
def _checks() -> dict[str, entries.Check]:
    """Return the check of each entry: what its annotation names, or what its type asks for."""
    return {name: entries.check_of(hint) for name, hint in get_type_hints(Policy, include_extras=True).items()}


def _faults(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for everything that is wrong with the entries of a file."""
    checks = _checks()
    if missing := sorted(checks.keys() - data.keys()):
        yield f"The policy lacks {', '.join(missing)}; copy the line from a shipped profile."
    for key in sorted(data.keys() - checks.keys()):
        near = get_close_matches(key, checks, 1)
        yield f"The policy has an unknown entry {key}{f'; is {near[0]} meant?' if near else '.'}"
    for key, check in checks.items():
        try:
            check(key, data.get(key))
        except PolicyInvalid as fault:
            if key in data:
                yield str(fault)
