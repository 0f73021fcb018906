"""A roster plan and an enrolment report, as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from api.application.register.enrolment import EnrolmentReport
from api.application.register.look_alikes import Resemblance
from api.cli.options import out
from consent_db.roster.impact import Impact
from consent_db.roster.plan import FieldChange, Missing, Plan, Question, RowPlan
from gatekeeper.identity.health import ENOUGH
from gatekeeper.types import PersonId


def show_plan(plan: Plan, impact: Impact, *, dry_run: bool) -> None:
    """Print what changes, row by row, old and new; then open questions and what was not imported."""
    if plan.additions or plan.changes:
        table = Table("line", "who", "what", title="Would change" if dry_run else "Changed")
        for row in plan.additions:
            table.add_row(str(row.line), _who(row), escape("; ".join(row.changes)))
        for row in plan.changes:
            table.add_row(str(row.line), _who(row), escape("; ".join(map(_change, row.fields))))
        out.print(table)
    for row in (*plan.additions, *plan.changes, *plan.unchanged):
        for note in row.notes:
            _say(f"[yellow]Line {row.line}:[/] {escape(note)}")
    _show_waiting(plan)
    _show_missing(plan.missing, dry_run=dry_run)
    for note in plan.notes:
        _say(f"[yellow]Note:[/] {escape(note)}")
    for sentence in impact.sentences:
        _say(f"[red]{'With this import' if dry_run else 'With it'}:[/] {sentence}")
    if plan.left_out:
        _say(f"Columns that are not read: {escape(', '.join(plan.left_out))}.")
    waiting = f", {len(plan.questions)} waiting for an answer" if plan.questions else ""
    _say(
        f"{plan.rows} rows: {len(plan.additions)} new, {len(plan.changes)} changed, "
        f"{len(plan.unchanged)} as before{waiting}, {len(plan.bad)} not imported."
    )


def _show_waiting(plan: Plan) -> None:
    for question in plan.questions:
        _say(_question(question))
    for bad in plan.bad:
        who = f" ({escape(bad.name)})" if bad.name else ""
        _say(f"[red]Line {bad.line}{who}, nothing imported:[/] {escape(bad.reason)}")


def say_where_rejected(file: Path | None) -> None:
    """Say where the rows that were not imported are, or how to have them in a file."""
    if file is None:
        _say("To correct these rows and send them again: --rejected FILE writes them with the reasons.")
    else:
        _say(f"They are in {escape(str(file))} with the reasons. Correct them there, and import that file.")


def show_enrolment(report: EnrolmentReport) -> None:
    """Print what became of the photographs: each that was refused, and whose are too few."""
    for photo in report.refused:
        _say(f"[red]{escape(photo.file)}:[/] {escape(photo.reason)}")
    for photo in report.unmatched:
        _say(f"[yellow]{escape(photo.file)}:[/] {escape(photo.reason)}")
    _say(f"{report.enrolled} people can be recognised now.")
    few = [one for one in report.people if 0 < one.used < ENOUGH]
    if few:
        names = ", ".join(f"{escape(one.external_id)} ({one.short} more)" for one in few)
        _say(f"{ENOUGH} photos each make a miss much rarer than one does. Short of that: {names}.")
    none = [one for one in report.people if not one.used]
    if none:
        _say(f"No photo could be used of: {escape(', '.join(one.external_id for one in none))}.")
    for person, told in report.resemblances.items():
        _show_resemblance(report, person, told)
    if report.without_consent:
        names = escape(", ".join(report.without_consent))
        _say(f"{len(report.without_consent)} have photos there but no biometric consent; they were left out: {names}.")


def _show_resemblance(report: EnrolmentReport, person: PersonId, told: Resemblance) -> None:
    """Print who is confirmed by a member of staff each time, and who could be taken for this person."""
    name = report.numbers[person]
    if told.pairs:
        others = ", ".join(report.numbers[one] + " (same family name)" * (one in told.relatives) for one in told.pairs)
        _say(
            f"[yellow]{escape(name)}[/] looks like {escape(others)}. The engine alone never decides between them: "
            "staff confirm with one tap who it is, in each picture. Check that each photograph shows the right person."
        )
    if told.unenrolled:
        others = ", ".join(report.numbers[one] for one in told.unenrolled)
        _say(
            f"[yellow]{escape(name)}[/] has the family name of {escape(others)}, without reference photographs. If "
            "they look alike, enrol them too if their family agrees: a twin without photographs can be taken for the "
            "other. Or confirm with gatekeeper roster siblings that they are siblings or twins."
        )


def plan_json(plan: Plan, impact: Impact, report: EnrolmentReport | None) -> dict[str, object]:
    """Return everything that the plan says, with values: for administrators."""
    return {
        "rows": plan.rows,
        "register_version": plan.register_version,
        "added": _rows(plan.additions),
        "changed": _rows(plan.changes),
        "unchanged": len(plan.unchanged),
        "questions": [_question_json(question) for question in plan.questions],
        "bad": [
            {"line": bad.line, "external_id": bad.external_id, "name": bad.name, "reason": bad.reason}
            for bad in plan.bad
        ],
        "impact": asdict(impact),
        "missing": [_missing_json(missing) for missing in plan.missing],
        "left_out": list(plan.left_out),
        "notes": list(plan.notes),
        "photos": None if report is None else enrolment_json(report),
    }


def enrolment_json(report: EnrolmentReport) -> dict[str, object]:
    """Return what became of each person's photographs."""
    return {
        "enrolled": report.enrolled,
        "people": [
            {
                "external_id": one.external_id,
                "used": one.used,
                "short": one.short,
                "kept": one.kept,
                "refused": [{"file": photo.file, "reason": photo.reason} for photo in one.refused],
            }
            for one in report.people
        ],
        "look_alikes": [
            {
                "external_id": report.numbers[person],
                "confirmed_each_time": [report.numbers[one] for one in told.pairs],
                "same_family_name": [report.numbers[one] for one in told.pairs if one in told.relatives],
                "siblings_or_twins": [report.numbers[one] for one in told.confirmed],
                "same_family_name_not_enrolled": [report.numbers[one] for one in told.unenrolled],
            }
            for person, told in report.resemblances.items()
        ],
        "without_consent": list(report.without_consent),
        "unmatched": [{"file": photo.file, "reason": photo.reason} for photo in report.unmatched],
    }


def _show_missing(missing: Iterable[Missing], *, dry_run: bool) -> None:
    leaving = [one for one in missing if one.leaves_on is not None]
    asked = [one for one in missing if one.leaves_on is None and not one.protected]
    for_lead = [one for one in missing if one.protected]
    if for_lead:
        _say(
            "[red]Not in the file, and on the do-not-publish list or under a hold:[/] "
            f"{escape(', '.join(map(_name, for_lead)))}."
        )
        _say(
            "They stay as they are; the safeguarding lead is asked whether they have left (`gatekeeper list missing`)."
        )
    if leaving:
        verb = "Would leave" if dry_run else "Left"
        _say(f"{verb}, nothing is permitted from today on: {escape(', '.join(map(_name, leaving)))}.")
    if asked:
        _say(f"[yellow]On the register, not in the file:[/] {escape(', '.join(map(_name, asked)))}.")
        _say("Nothing changes for them. Who has left: --left ID; if all have: --missing-have-left.")


def _question(question: Question) -> str:
    rows = f" See line {', '.join(map(str, question.other_lines))}." if question.other_lines else ""
    ways = " or ".join(f"--{answer} {question.external_id}" for answer in question.answers)
    ways = f" Say {ways}." if ways else " Several people are meant; change the number by hand."
    return f"[magenta]Line {question.line}, waiting:[/] {escape(question.sentence + rows + ways)}"


def _question_json(question: Question) -> dict[str, object]:
    return {
        "line": question.line,
        "external_id": question.external_id,
        "code": question.code,
        "question": question.sentence,
        "people": list(question.people),
        "other_lines": list(question.other_lines),
        "answers": list(question.answers),
    }


def _missing_json(missing: Missing) -> dict[str, object]:
    return {
        "external_id": missing.draft.external_id,
        "person": missing.person,
        "said_gone": missing.said_gone,
        "for_lead": missing.protected,
        "leaves_on": missing.leaves_on and missing.leaves_on.isoformat(),
    }


def _rows(rows: Iterable[RowPlan]) -> list[dict[str, object]]:
    return [
        {
            "line": row.line,
            "external_id": row.draft.external_id,
            "changes": list(row.changes),
            "fields": [{"column": f.column, "before": f.before, "after": f.after} for f in row.fields],
            "notes": list(row.notes),
        }
        for row in rows
    ]


def _who(row: RowPlan) -> str:
    return escape(f"{row.draft.external_id} {row.draft.first_name} {row.draft.last_name}")


def _name(missing: Missing) -> str:
    draft = missing.draft
    return f"{draft.external_id} {draft.first_name} {draft.last_name}"


def _change(change: FieldChange) -> str:
    return f"{change.column}: {change.before or 'nothing'} → {change.after or 'nothing'}"


def _say(text: str) -> None:
    out.print(text, highlight=False, soft_wrap=True)
