"""The command line. Exit codes: 0 approved or done, 2 blocked, 1 could not run."""

from __future__ import annotations

import sys
from typing import Final

import typer
from rich.console import Console
from typer.core import TyperGroup

from api.cli.deferred import Deferred, imported
from gatekeeper.media.core_dumps import forbid_core_dumps

FAILED: Final = 1

COMMANDS: Final = (
    Deferred(
        "demo",
        "api.cli.demo:demo",
        "Check the sample pictures one by one, then start the web app on the sample school.",
    ),
    Deferred("serve", "api.cli.serve:serve", "Start the web app and the API; stop with Ctrl+C."),
    Deferred("check", "api.cli.checks.check:check", "Check photos against the register: approve or block, and why."),
    Deferred(
        "sanitize",
        "api.cli.checks.sanitize:sanitize",
        "Make clean copies that hold nothing but pixels. This is no permission to publish.",
    ),
    Deferred("doctor", "api.cli.doctor:doctor", "Say whether everything is in place."),
    Deferred(
        "benchmark",
        "api.cli.models.benchmark:benchmark",
        "Measure wrong approvals, needless blocks, misses and speed, each with 95 % bounds.",
    ),
    Deferred(
        "calibrate",
        "api.cli.models.calibrate:calibrate",
        "Measure how alike strangers are to a model, and print the end of its TOML file.",
    ),
    Deferred(
        "backup",
        "api.cli.records.backup:make",
        "Write everything into one encrypted file, while the service runs, and prove that it can be restored.",
    ),
    Deferred(
        "restore",
        "api.cli.records.backup:restore",
        "Bring everything back to an empty place. What was erased or ended since does not come alive.",
    ),
    Deferred(
        "search-released",
        "api.cli.publishing.publications:search_released",
        "Search the released pictures for a person again; what may show them has to come down.",
    ),
    Deferred("weights", "api.cli.models.weights:app", "The model files: show, export, import, fetch."),
    Deferred("picture", "api.cli.checks.picture:app", "Uploaded pictures."),
    Deferred("roster", "api.cli.register.roster:app", "The school's list of people: import, export, enrol."),
    Deferred("channel", "api.cli.publishing.channel:app", "The school's channels."),
    Deferred("user", "api.cli.accounts.users:app", "User accounts."),
    Deferred("client", "api.cli.accounts.clients:clients", "API clients and their keys."),
    Deferred("webhook", "api.cli.publishing.webhook:app", "Webhooks: notifications of events to programs."),
    Deferred(
        "report",
        "api.cli.records.report:report",
        "Show the figures of a term or another period for governors; no pupil is named.",
    ),
    Deferred("audit", "api.cli.records.audit:app", "The audit log: show, verify, export, sign."),
    Deferred("person", "api.cli.register.person:app", "Data about one person: show, export, erase."),
    Deferred("lifecycle", "api.cli.records.lifecycle:app", "Consents, templates and records that are due to end."),
    Deferred("retention", "api.cli.records.lifecycle:retention", "Deletion at the end of the retention period."),
    Deferred("policy", "api.cli.policy:app", "The school's policy."),
    Deferred("clock", "api.cli.clock:app", "The server's clock: show, confirm."),
    Deferred("consent", "api.cli.register.consent:app", "Statements about consent."),
    Deferred("list", "api.cli.register.listing:listings", "The do-not-publish list."),
    Deferred("hold", "api.cli.register.listing:holds", "Holds by a court or the safeguarding lead."),
    Deferred("objection", "api.cli.register.objections:app", "Objections to being photographed at an event."),
    Deferred("publication", "api.cli.publishing.publications:publications", "Publications: list, report, search."),
    Deferred(
        "takedown",
        "api.cli.publishing.publications:takedowns",
        "Take-downs: posts that have to come down, with deadlines.",
    ),
    Deferred("key", "api.cli.accounts.clients:keys", "Encryption keys of names, templates and pictures."),
    Deferred("db", "api.cli.accounts.clients:database", "The database."),
)


def main() -> None:
    """Run the command that was typed; every expected error is one sentence, never a trace."""
    forbid_core_dumps()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    try:
        result = app.main(args=arguments, standalone_mode=False, prog_name="gatekeeper")
    except typer.Abort:
        return _fail("Stopped.")
    except typer.TyperException as error:
        sentence = str(error).rstrip(".")  # empty where the help was shown because nothing else was typed
        return _fail(f"{sentence}. See `gatekeeper --help`.") if sentence else FAILED
    except Exception as error:
        if explanation := imported("api.cli.process").explained(error):
            return _fail(explanation)
        raise
    return result if isinstance(result, int) else 0


def _prepare() -> None:
    """Make the process ready; `--help` and a mistyped name end before, and need nothing of it."""
    imported("api.cli.process").prepare()


def _fail(sentence: str) -> int:
    Console(stderr=True, soft_wrap=True).print(sentence, style="red", markup=False, highlight=False)
    return FAILED


app = TyperGroup(
    name="gatekeeper",
    help="The gate between a school's photographs and the world.",
    commands=COMMANDS,
    callback=_prepare,
    no_args_is_help=True,
)
