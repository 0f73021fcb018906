"""`gatekeeper doctor`: what is there, from where, under which licence, and what is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import numpy as np
import typer
from rich.markup import escape
from rich.table import Table

from api.application import leftovers
from api.application.data_rights import integrity
from api.application.data_rights.clock_words import CONFIRM, in_doubt
from api.application.evaluation.model_files import download
from api.application.evaluation.versions import library_versions
from api.application.opening import open_store
from api.cli.options import ACTOR, Data, is_founded, out, settings, shared_warning
from api.platform.disk import ENOUGH, room_at
from api.platform.settings import Settings
from api.platform.storage import StorageAway, StorageProblem, kept_in, pictures_of
from gatekeeper import vision
from gatekeeper.errors import PhotoRefused, WeightsUnavailable
from gatekeeper.media.core_dumps import leaves_core_dumps
from gatekeeper.media.limits import Limits
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release
from gatekeeper.policy.model import Policy
from gatekeeper.vision.weights import Status, statuses

_NOT_HELD: Final = (
    "No picture can be opened, because the kernel does not let decoders be held by a filter of system calls. "
    "Use Linux on x86-64 or 64-bit ARM, and a container that allows seccomp filters."
)


def doctor(
    fetch: Annotated[str | None, typer.Option("--download", help="A model file to fetch and check first.")] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Open every sealed cell and picture and prove the audit too.")
    ] = False,
    data: Data = None,
) -> None:
    """Say whether everything is in place."""
    chosen = settings(data, founding=True)
    if fetch is not None:
        out.print(f"Saved {download(fetch, chosen.model_folders[-1], chosen.weights_mirror)}", highlight=False)
    found = statuses(chosen.model_folders)
    models = Table("model", "role", "licence", "where", title="Model files (each checked by SHA-256)")
    for status in found:
        models.add_row(status.weights.name, status.weights.role, status.weights.licence, _where(status))
    out.print(models)
    versions = Table("library", "version", "needed", title="Decoders and engines")
    for library in library_versions():
        versions.add_row(library.name, library.version, library.verdict)
    out.print(versions)
    problems = [f"{library.name} is too old" for library in library_versions() if not library.enough]
    problems += _disk(chosen, named=data is not None)
    problems += _storage(chosen)
    problems += _left_behind(chosen)
    problems += _opening(chosen)
    problems += _engines(chosen)
    problems += _clock(chosen)
    if deep and is_founded(chosen):
        problems += _stored(chosen)
    if problems:
        out.print(f"[red]Not ready.[/] {' '.join(problems)}", highlight=False)
        raise typer.Exit(1)
    out.print(f"Ready: engine {chosen.engine}, policy {Policy.load(chosen.policy).label}.", highlight=False)


def _disk(chosen: Settings, *, named: bool) -> list[str]:
    """Say what there is room for, and what is wrong with the data folder."""
    problems = []
    if not is_founded(chosen):
        out.print(f"Data: nothing is set up in {chosen.data} yet.", highlight=False, soft_wrap=True, markup=False)
        if named and not chosen.data.exists():
            problems.append(f"There is no folder {chosen.data}: give the right one with --data.")
    room = room_at(chosen.data)
    out.print(f"Disk: {room.sentence} where the data folder lies.", highlight=False)
    if room.free < ENOUGH:
        problems.append(f"The disk is nearly full, {room.sentence}. Free at least {ENOUGH / 1024**3:.0f} GiB.")
    if warning := shared_warning(chosen):
        out.print(f"[yellow]Warning:[/] {warning}", highlight=False, soft_wrap=True)
    return problems


def _storage(chosen: Settings) -> list[str]:
    """Say whether the bucket with the pictures can be reached; a folder is on the disk that is looked at before."""
    if not chosen.bucket:
        return []
    try:
        kept_in(chosen.pictures).must_answer()
    except (StorageAway, StorageProblem) as error:
        return [str(error)]
    out.print(f"Pictures: {chosen.pictures} answers.", highlight=False, soft_wrap=True, markup=False)
    return []


def _left_behind(chosen: Settings) -> list[str]:
    """Say whether a killed process left keys or a copy of the school, and could leave them in a core dump."""
    left = leftovers.found(chosen)
    if left:
        there = ", ".join(sorted(str(path) for path in left))
        return [f"An interrupted backup left something behind ({there}); the next start removes it."]
    dumps = "on in this process; start it as `gatekeeper`" if leaves_core_dumps() else "off"
    out.print(f"Left behind: nothing of interrupted backups. Core dumps: {dumps}.", highlight=False)
    return []


def _engines(chosen: Settings) -> list[str]:
    """Load the engines, say how many people are missing under each, and say what is wrong."""
    problems = []
    for name in filter(None, (chosen.engine, chosen.next_engine)):
        try:
            vision.load(name, chosen.model_folders)
        except WeightsUnavailable as error:
            problems.append(str(error))
        _missing(chosen, name)
    return problems


def _clock(chosen: Settings) -> list[str]:
    """Say whether the clock is believed."""
    if not is_founded(chosen):
        return []
    with open_store(chosen) as store, store.reading(ACTOR, datetime.now(UTC)) as tx:
        said = in_doubt(tx.clock.judgement(), Policy.load(chosen.policy).zone)
    if not said:
        out.print("Clock: believed.", highlight=False)
    return [" ".join((*said, CONFIRM))] if said else []


def _missing(chosen: Settings, engine: str) -> None:
    if not is_founded(chosen):
        return
    with open_store(chosen) as store, store.reading(ACTOR, datetime.now(UTC)) as tx:
        missing = len(tx.enrolment.only_elsewhere(engine))
    if missing:
        out.print(
            f"{missing} people have a template under another engine and none under {engine}: "
            f"gatekeeper roster re-enrol --engine {engine}.",
            highlight=False,
        )


def _opening(chosen: Settings) -> list[str]:
    """Open a picture as an upload would be, and say what is wrong with that."""
    with Opener(Limits(unsafe_without_filter=chosen.unsafe_without_filter)) as opener:
        try:
            opener.open(make_release(np.zeros((8, 8, 3), np.uint8)).data)
        except PhotoRefused:
            return [_NOT_HELD]
    held = (
        "UNSAFE: without a filter of system calls" if chosen.unsafe_without_filter else "held by a system-call filter"
    )
    out.print(f"Decoders: a process of their own for each picture, {held}.", highlight=False)
    return []


def _stored(chosen: Settings) -> list[str]:
    """Look through everything that is stored, and say what is wrong with it."""
    with open_store(chosen) as store:
        now, pictures = datetime.now(UTC), pictures_of(chosen, store)
        found = integrity.problems(store, pictures, now)
        with store.reading(ACTOR, now) as tx:
            old = tx.keys_of_old()
    out.print(f"Stored: {'every cell and picture opens' if not found else f'{len(found)} problems'}.", highlight=False)
    return [*found, *([f"{old} data keys wait for `gatekeeper key rotate` to be run again."] if old else [])]


def _where(status: Status) -> str:
    if status.path is not None:
        return escape(str(status.path))
    if status.weights.address is not None:
        return f"not here; gatekeeper doctor --download {status.weights.name}"
    return escape(status.problem or "")
