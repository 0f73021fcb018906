"""The command line. Exit codes: 0 approved or done, 2 blocked, 1 could not run."""

from __future__ import annotations

import sys
from typing import Final

import typer
from rich.console import Console
from sqlalchemy.exc import OperationalError

from api.application.checks.submission import ScreeningError
from api.application.data_rights.backup import BackupUnfit
from api.cli import (
    audit,
    backup,
    benchmark,
    calibrate,
    clients,
    clock,
    demo,
    doctor,
    lifecycle,
    policy,
    serve,
    users,
    weights,
)
from api.cli.checks import check, picture, sanitize
from api.cli.publishing import channel, publications, webhook
from api.cli.register import consent, listing, objections, person, roster
from api.platform import logs
from api.platform.memory import use_few_arenas
from api.platform.storage import StorageFull, is_full
from consent_db.errors import ConsentDbError
from gatekeeper.errors import GatekeeperError
from gatekeeper.media.core_dumps import forbid_core_dumps

FAILED: Final = 1

app = typer.Typer(
    name="gatekeeper",
    help="The gate between a school's photographs and the world.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("check")(check.check)
app.command("sanitize")(sanitize.sanitize)
app.command("doctor")(doctor.doctor)
app.command("benchmark")(benchmark.benchmark)
app.command("calibrate")(calibrate.calibrate)
app.command("backup")(backup.make)
app.command("restore")(backup.restore)
app.add_typer(weights.app, name="weights")
app.add_typer(picture.app, name="picture")
app.add_typer(roster.app, name="roster")
app.add_typer(channel.app, name="channel")
app.add_typer(users.app, name="user")
app.add_typer(clients.clients, name="client")
app.add_typer(webhook.app, name="webhook")
app.add_typer(audit.app, name="audit")
app.add_typer(person.app, name="person")
app.add_typer(lifecycle.app, name="lifecycle")
app.add_typer(lifecycle.retention, name="retention")
app.add_typer(policy.app, name="policy")
app.add_typer(clock.app, name="clock")
person.app.command("show")(consent.show)
app.add_typer(consent.app, name="consent")
app.add_typer(listing.listings, name="list")
app.add_typer(listing.holds, name="hold")
app.add_typer(objections.app, name="objection")
app.add_typer(publications.publications, name="publication")
app.add_typer(publications.takedowns, name="takedown")
app.command("search-released")(publications.search_released)
app.add_typer(clients.keys, name="key")
app.add_typer(clients.database, name="db")

_NO_DATABASE: Final = (
    "The database does not answer or is locked by another program. See that it runs, and that "
    "GATEKEEPER_DATABASE_URL names it with the right user and password; then run the command again."
)
_EXPECTED: Final = (BackupUnfit, GatekeeperError, ConsentDbError, ScreeningError, StorageFull)


def main() -> None:
    """Run the command that was typed; every expected error is one sentence, never a trace."""
    forbid_core_dumps()
    use_few_arenas()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    logs.configure("error")
    try:
        result = app(args=arguments, standalone_mode=False, prog_name="gatekeeper")
    except typer.Abort:
        return _fail("Stopped.")
    except typer.TyperException as error:
        sentence = str(error).rstrip(".")
        return _fail(f"{sentence}. See `gatekeeper --help`.")
    except _EXPECTED as error:
        return _fail(str(error))
    except (OSError, OperationalError) as error:
        return _fail(_of_the_machine(error))
    return result if isinstance(result, int) else 0


def _of_the_machine(error: OSError | OperationalError) -> str:
    """Return the sentence for a disk, file or database that cannot be used."""
    if is_full(error):
        return "The disk is full, so nothing more was written. Free some space and run the command again."
    if isinstance(error, OperationalError):
        return _NO_DATABASE
    return f"{error.strerror or 'A file could not be used'}: {error.filename or 'no name'}."


def _fail(sentence: str) -> int:
    Console(stderr=True, soft_wrap=True).print(sentence, style="red", markup=False, highlight=False)
    return FAILED
