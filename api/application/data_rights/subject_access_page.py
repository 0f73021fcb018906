"""The readable half of a subject access pack: one page in plain English, which opens offline.

It says what is held in the words of a school office, for families (UK GDPR, article
12(1): concise, intelligible, plain language). Every number and code that it leaves out is in
`data.json` beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.platform import labels as words
from consent_db.data_rights.subject_access import Held
from consent_db.enrolment.photo_uploads import FileState
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Subject
from gatekeeper.types import Kind

Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """One heading, what it is about, and a table or a list of facts.

    Attributes:
        columns: headings of the table; none for facts.
        rows: cells; of facts the name and the value.
        none: what is said if there is no row.
    """

    heading: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    none: str


def page(held: Held, files: Mapping[str, str]) -> str:
    """Return the page as HTML.

    Args:
        held: what is held.
        files: the name of the picture file of a check, by the id of the check.
    """
    data, tables = held.data, held.data["tables"]
    sections = (
        Section("Who you are to the school", "", (), tuple(_identity(data["person"])), ""),
        _consent(tables["statements"], tables["notes"]),
        _recognition(tables["templates"], len(held.photos)),
        _checks(data["checks"], files),
        _posts(data["publications"]),
        _events(data["events"], tables["event_objections"]),
        _not_used(data),
        _history(data["audit"]),
    )
    name = data["person"]["known_as"] or data["person"]["first_name"]
    context = {"sections": sections, "asked_at": _day(data["asked_at"]), "name": name}
    return _environment.get_template("what_is_held.html").render(context)


def _identity(person: Plain) -> Iterator[tuple[str, str]]:
    yield "Name", f"{person['first_name']} {person['last_name']}".strip()
    if person["known_as"]:
        yield "Known as", person["known_as"]
    yield "At the school as", words.KIND[Kind(person["kind"])]
    if person["date_of_birth"]:
        yield "Date of birth", _day(person["date_of_birth"])
    if person["groups"]:
        yield "Classes and clubs", ", ".join(person["groups"])
    if person["external_id"]:
        yield "The school’s own number", person["external_id"]
    if person["leaving_date"]:
        yield "Last day at the school", _day(person["leaving_date"])


def _consent(statements: Sequence[Plain], notes: Sequence[Plain]) -> Section:
    evidence = {note["row_id"]: str(note["content"]) for note in notes if note["about"] == "statements"}
    rows = tuple(
        (
            _day(one["first_said_at"] or one["said_at"]),  # an undo that says a yes again makes it no newer
            words.PARTY[Party(one["party"])],
            f"{words.DID[Stance(one['stance'])]}: {Subject(one['subject']).label.lower()}",
            "everywhere" if one["scope"] == EVERYWHERE else one["scope"].replace("_", " "),
            _day(one["until"]) if one["until"] else "it is withdrawn",
            evidence.get(one["id"], ""),
        )
        for one in statements
    )
    about = "What was said about pictures, names and recognising your face. The newest word of each person counts."
    columns = ("Said on", "By", "What", "Where", "Holds until", "Where the writing is")
    return Section("What was agreed and refused", about, columns, rows, "Nothing was said yet.")


def _recognition(templates: Sequence[Plain], photos: int) -> Section:
    rows = tuple(
        (_day(one["enrolled_at"]), words.count(one["photographs"], "photograph", "photographs")) for one in templates
    )
    about = "A list of numbers made from photographs of you, with which the computer finds your face in pictures."
    kept = " The photographs are in the folder “photographs”." if photos else ""
    none = "There is none: the computer does not recognise you."
    return Section("How you are recognised", about + kept, ("Made on", "From"), rows, none)


def _checks(checks: Sequence[Plain], files: Mapping[str, str]) -> Section:
    rows = tuple(
        (
            _day(one["created_at"]),
            one["channel"].replace("_", " "),
            _OUTCOME.get(one["outcome"], "Not decided"),
            one["caption"] or "",
            files.get(one["id"], "not kept"),
        )
        for one in checks
    )
    about = (
        "Pictures that the school wanted to publish, and in which you were recognised or named. "
        "Others’ names and faces are left out of the captions and of the pictures."
    )
    columns = ("Checked on", "For", "Answer", "Caption", "Picture")
    return Section("Pictures with you that were checked", about, columns, rows, "There are none.")


_OUTCOME: Final = {"approve": "It could be published", "block": "It was not published"}


def _posts(posts: Sequence[Plain]) -> Section:
    rows = tuple(
        (
            _day(one["published_at"]),
            one["channel"].replace("_", " "),
            one["address"] or "no address was noted",
            f"taken down on {_day(one['taken_down_at'])}" if one["taken_down_at"] else "still there",
        )
        for one in posts
    )
    return Section(
        "Where pictures of you were published", "", ("Published on", "On", "Address", "Now"), rows, "Nowhere."
    )


def _events(events: Sequence[Plain], objections: Sequence[Plain]) -> Section:
    rows = tuple((_day(one["date"]), one["title"], "you are on the list of those who were there") for one in events)
    asked = tuple(
        (_day(one["recorded_at"]), one["event"], f"you asked not to be photographed ({one['content']})")
        for one in objections
        if one["withdrawn_at"] is None
    )
    return Section("Events", "", ("Day", "Event", "What is noted"), (*rows, *asked), "You are on no list of an event.")


def _not_used(data: Plain) -> Section:
    rows = [
        (
            f"Row {one['line']} of a file, kept since {_day(one['left_out_of_an_import_at'])}",
            "; ".join(f"{head}: {cell}" for head, cell in one["cells"].items() if cell),
        )
        for one in data["left_out_of_imports"]
    ]
    for one in data["tables"]["photo_results"]:
        name, reason = one["content"]
        rows.append((f"Photograph “{name}”", reason or _PHOTOGRAPH[FileState(one["state"])]))
    unknown = "It was not known whose it is, so it was not used."
    rows += [(f"Photograph “{one['photograph_that_was_not_used']}”", unknown) for one in data["photographs_not_used"]]
    about = "What was uploaded about you and left out, and what became of photographs. It is deleted after 30 days."
    none = "Nothing is kept."
    return Section("Files that were uploaded", about, ("What", "What is noted"), tuple(rows), none)


_PHOTOGRAPH: Final = {
    FileState.WAITING: "It waits to be examined.",
    FileState.WORKING: "It is being examined.",
    FileState.USED: "It was used to recognise you.",
    FileState.REFUSED: "It was not used.",
}


def _history(entries: Sequence[Plain]) -> Section:
    rows = tuple(
        (_day(entry["at"]), _DONE.get(entry["action"], entry["action"].replace(".", ": "))) for entry in entries
    )
    about = "The school’s record of what was done with your data, oldest first."
    return Section("What was done, and when", about, ("Day", "What"), rows, "Nothing.")


_DONE: Final = {
    "check.decided": "A picture with you was checked",
    "check.expired": "The approval of a picture ended",
    "check.received": "A picture was sent to be checked",
    "check.revoked": "The approval of a picture was withdrawn",
    "check.superseded": "A picture was checked again",
    "consent.recorded": "What was said about consent was recorded",
    "details.undone": "What the register says about you was changed back",
    "event.added": "An event was recorded",
    "event.changed": "The list of an event was changed",
    "objection.recorded": "It was recorded that you do not want to be photographed at an event",
    "objection.withdrawn": "The entry about an event was withdrawn",
    "person.added": "You were put on the school’s register",
    "person.changed": "What the register says about you was changed",
    "person.exported": "A copy of your data was made",
    "publication.recorded": "A picture with you was published",
    "references.kept": "Photographs to recognise you by were kept",
    "roster.imported": "The school’s own list was read in",
    "siblings.confirmed": "It was recorded that you have a sibling or twin at the school",
    "siblings.removed": "The entry about a sibling or twin was removed",
    "takedown.done": "A published picture was taken down",
    "takedown.reopened": "A post that was thought to be down was looked at again",
    "takedown.opened": "It was asked that a published picture be taken down",
    "template.stored": "The numbers to recognise you by were made",
    "templates.destroyed": "The numbers to recognise you by were destroyed",
}


def _day(value: str) -> str:
    """Return an ISO day or moment as people in the UK write a day."""
    return words.date(datetime.fromisoformat(value).date())


_environment: Final = Environment(
    loader=PackageLoader("api.application.data_rights"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
