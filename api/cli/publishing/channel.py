"""`gatekeeper channel ...`: the school's own accounts and outlets, who runs them and who approved them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.application.opening import open_store
from api.cli.options import ACTOR, Data, Json, out, settings
from consent_db.errors import NotFound
from consent_db.publishing.channels import STAFF_NEEDED, has_enough_staff
from consent_db.publishing.records import ChannelDraft, ChannelRecord
from consent_db.transaction import Transaction
from gatekeeper.types import Role

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The channel's short name.")]
By = Annotated[str, typer.Option("--by", help="Who of the leadership approves it.")]


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Short and stable, such as website.")],
    title: Annotated[str, typer.Option(help="For people.")],
    staff: Annotated[list[str], typer.Option(help="Who runs it; name at least two.")],
    purpose: Annotated[list[str] | None, typer.Option(help="What consent may be given for; repeat.")] = None,
    platform: Annotated[str, typer.Option(help="Such as instagram.")] = "",
    address: Annotated[str, typer.Option(help="Its link or handle.")] = "",
    approved_by: Annotated[str | None, typer.Option(help="Who of the leadership approved it.")] = None,
    data: Data = None,
) -> None:
    """Create a channel; without --approved-by it blocks until the leadership approves it."""
    draft = ChannelDraft(name, title, platform, address, frozenset(purpose or ()), tuple(staff))
    with _writing(data) as tx:
        record = tx.channels.add(draft)
        if approved_by is not None:
            record = tx.channels.approve(name, approved_by, Role.APPROVER)
    out.print(f"Channel {name} is on record. {_standing(record)}", highlight=False, soft_wrap=True)


@app.command("approve")
def approve(name: Name, by: By, data: Data = None) -> None:
    """Let pictures be published there; a closed channel is open again."""
    with _writing(data) as tx:
        record = tx.channels.approve(name, by, Role.APPROVER)
    out.print(f"Channel {name}: {_standing(record)}", highlight=False, soft_wrap=True)


@app.command("close")
def close(name: Name, data: Data = None) -> None:
    """Publish nothing there any more; approvals that were given for it end."""
    with _writing(data) as tx:
        ended = tx.channels.close(name)
    out.print(f"Channel {name} is closed. {_ended(len(ended))}", highlight=False, soft_wrap=True)


@app.command("change")
def change(
    name: Name,
    title: Annotated[str | None, typer.Option(help="For people.")] = None,
    staff: Annotated[list[str] | None, typer.Option(help="A member of staff who runs it from now on; repeat.")] = None,
    purpose: Annotated[list[str] | None, typer.Option(help="Every purpose from now on; repeat.")] = None,
    platform: Annotated[str | None, typer.Option(help="Such as instagram.")] = None,
    address: Annotated[str | None, typer.Option(help="Its link or handle.")] = None,
    data: Data = None,
) -> None:
    """Change what is known of a channel.

    Other people may run it without a new approval as long as two are named;
    anything else suspends it until the leadership has approved it again.
    """
    given = {"title": title, "platform": platform, "address": address}
    values: dict[str, object] = {field: value for field, value in given.items() if value is not None}
    values |= {"staff": tuple(staff)} if staff else {}
    values |= {"purposes": frozenset(purpose)} if purpose else {}
    with _writing(data) as tx:
        before = tx.channels.get(name)
        if before is None:
            raise NotFound("There is no channel of this name; `gatekeeper channel list` shows them.")
        record = tx.channels.change(replace(before.draft, **values))  # type: ignore[arg-type]
    out.print(f"Channel {name}: {_standing(record)}", highlight=False, soft_wrap=True)


@app.command("list")
def show(as_json: Json = False, data: Data = None) -> None:
    """Show the channels: whether pictures may go there, who runs them, and who approved them."""
    with open_store(settings(data)) as store, store.reading(ACTOR, datetime.now(UTC)) as tx:
        records = tx.channels.all()
    if as_json:
        for record in records:
            out.print(json.dumps(_json(record)), highlight=False, soft_wrap=True, markup=False)
        return
    table = Table("name", "title", "where", "purposes", "staff", "standing")
    for record in records:
        draft = record.draft
        where = " ".join(part for part in (draft.platform, draft.address) if part)
        purposes, staff = ", ".join(sorted(draft.purposes)), ", ".join(draft.staff)
        table.add_row(*map(escape, (record.name, record.title, where, purposes, staff, _standing(record))))
    out.print(table)


def _standing(record: ChannelRecord) -> str:
    """Say in a sentence whether pictures may go to a channel, and if not what is missing."""
    if record.closed_at is not None:
        return f"Closed since {record.closed_at:%d %B %Y}."
    if record.approved_at is not None:
        return f"Open, approved by {record.approved_by} on {record.approved_at:%d %B %Y}."
    if not has_enough_staff(record.draft):
        return f"Not open: name at least {STAFF_NEEDED} people who run it, then have it approved."
    return "Not open: the leadership has to approve it (gatekeeper channel approve)."


def _ended(count: int) -> str:
    return f"{count} approvals that were given for it have ended." if count else "Nothing was approved for it."


def _json(record: ChannelRecord) -> dict[str, object]:
    draft = record.draft
    return {
        "name": record.name,
        "title": record.title,
        "platform": draft.platform,
        "address": draft.address,
        "purposes": sorted(draft.purposes),
        "staff": list(draft.staff),
        "open": record.open,
        "approved_by": record.approved_by,
        "approved_at": record.approved_at and record.approved_at.isoformat(),
        "closed_at": record.closed_at and record.closed_at.isoformat(),
    }


@contextmanager
def _writing(data: Data) -> Iterator[Transaction]:
    with open_store(settings(data, founding=True)) as store, store.transaction(ACTOR, datetime.now(UTC)) as tx:
        yield tx
