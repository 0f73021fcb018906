"""`gatekeeper person`: erasure and subject access."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from api.application.data_rights.erasure import erase, protected_otherwise, prove_again
from api.application.data_rights.subject_access import as_zip
from api.application.opening import open_store
from api.cli.options import ACTOR, Data, out, settings
from api.cli.register.consent import show
from api.platform.storage import Installation, pictures_of
from consent_db.data_rights.export_release import ExportState
from consent_db.data_rights.subject_access import Asked
from consent_db.errors import NotFound, NotPossible
from consent_db.keys.private_files import write_private
from consent_db.people.records import PersonRecord
from gatekeeper.types import PersonId, Role

app = typer.Typer(no_args_is_help=True)
app.command("show")(show)

NOT_PROVED = 1
"""The exit code when something was left."""

Who = Annotated[str, typer.Argument(help="The school's own number for the person, or the id (per_...).")]

_PARADOX: Final = (
    "This person is on the do-not-publish list. Once erased they are a stranger to the gate: a picture of them is "
    "stopped as showing an unknown face, and nothing more is known. Say --keep-listing to keep that entry and its "
    "template, under no name, or --give-up-listing to erase it too; ask the family, and write down what they said."
)

_FOR_LEAD: Final = (
    "This person is on the do-not-publish list or under a hold. The safeguarding lead reads the copy first: they "
    "release it on the person's page, or make it here with --email."
)


@app.command("erase")
def erase_person(
    who: Who,
    keep_listing: Annotated[
        bool, typer.Option("--keep-listing", help="Keep the do-not-publish entry and its template.")
    ] = False,
    give_up_listing: Annotated[
        bool, typer.Option("--give-up-listing", help="Erase the do-not-publish entry too.")
    ] = False,
    certificate: Annotated[Path | None, typer.Option(help="Where to write the certificate.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Erase a person: destroy everything that identifies them; it cannot be undone.

    Pictures they were bound in go too, approvals end, and a certificate is printed.
    """
    with _place(data) as place:
        record = _find(place, who)
        if record.listed and keep_listing is give_up_listing:
            raise NotPossible(_PARADOX)
        if record.held:
            raise NotPossible("There is a hold on this person. Lift it first, if the safeguarding lead agrees.")
        if not yes:
            name = f"{record.profile.first_name} {record.profile.last_name}"
            typer.confirm(f"Erase {name} for good?", abort=True)
        unless = partial(protected_otherwise, record)
        made = erase(place, record.id, ACTOR, keep_listing=keep_listing, unless=unless)
    if certificate is not None:
        write_private(certificate, made.text().encode(), replace=False)
        out.print(f"The certificate is in {certificate}.", highlight=False, soft_wrap=True)
    else:
        typer.echo(made.text(), nl=False)
    if not made.holds:
        out.print("[red]Something was still found.[/] Stop other processes and run `person prove` on the certificate.")
        raise typer.Exit(NOT_PROVED)
    out.print("Erased, and searched for in vain. Pictures that were never linked to them cannot be found this way.")
    out.print("Older backups hold them until they run out; a restore erases them again.")


@app.command("export")
def export_person(
    who: Who,
    file: Annotated[Path, typer.Argument(help="The zip file to write; it is never replaced.")],
    with_reasons: Annotated[
        bool, typer.Option("--with-reasons", help="Reasons of listings and holds too; each look is audited.")
    ] = False,
    with_templates: Annotated[
        bool, typer.Option("--with-templates", help="The numbers that the person is recognised by too.")
    ] = False,
    email: Annotated[str | None, typer.Option(help="The safeguarding lead, who releases a protected child's.")] = None,
    data: Data = None,
) -> None:
    """Write what is held about a person into a zip file, for them or their parents.

    Faces and names of others are left out, and that and why a person is on the
    do-not-publish list or under a hold: the safeguarding lead decides whether that is handed
    out, and releases the copy of such a person before it is made.
    """
    with _place(data) as place:
        record = _find(place, who)
        actor = ACTOR if email is None else _lead(place, email)
        with place.store.transaction(actor, place.clock()) as tx:
            if email is None and tx.export_release.state(record.id) not in {ExportState.FREE, ExportState.RELEASED}:
                raise NotPossible(_FOR_LEAD)
            held = tx.everything_about(Asked(record.id, reasons=with_reasons, templates=with_templates))
        write_private(file, as_zip(held, place.pictures), replace=False)
    out.print(
        f"{file}: {len(held.photos)} photographs, {len(held.pictures)} pictures, {len(held.data['audit'])} entries of "
        f"the audit. Left out, and not mentioned in it: {held.withheld} rows about protection. Send it safely.",
        highlight=False,
        soft_wrap=True,
    )


@app.command("prove")
def prove_person(
    certificate: Annotated[Path, typer.Argument(help="A certificate that `person erase` wrote.")], data: Data = None
) -> None:
    """Prove again that a person is erased."""
    with _place(data) as place:
        proof = prove_again(place, certificate.read_text("utf-8"), ACTOR)
    if not proof.holds:
        left = ", ".join(f"{rows} in {table}" for table, rows in proof.rows.items() if rows)
        out.print(f"[red]Something is there again:[/] {left}. Erase the person again.", highlight=False)
        raise typer.Exit(NOT_PROVED)
    out.print("The certificate is this installation's, and nothing is there any more.")


@contextmanager
def _place(data: Data) -> Iterator[Installation]:
    chosen = settings(data)
    with open_store(chosen) as store:
        yield Installation(store, pictures_of(chosen, store), chosen, lambda: datetime.now(UTC))


def _lead(place: Installation, email: str) -> str:
    """Return the safeguarding lead's id, once they have typed their password."""
    password = typer.prompt("The safeguarding lead's password", hide_input=True)
    with place.store.transaction(ACTOR, place.clock()) as tx:
        user = tx.users.authenticate(email, password)
    if user is None or user.role is not Role.SAFEGUARDING_LEAD:
        raise NotPossible("Only the safeguarding lead may release it. The attempt was written to the audit.")
    return user.id


def _find(place: Installation, who: str) -> PersonRecord:
    with place.store.reading(ACTOR, place.clock()) as tx:
        if who.startswith("per_"):
            return tx.people.get(PersonId(who))
        record = tx.people.by_external_id(who)
    if record is None:
        raise NotFound("No person has this number; look it up in the school's information system.")
    return record
