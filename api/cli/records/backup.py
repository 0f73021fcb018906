"""`gatekeeper backup` and `gatekeeper restore`: one encrypted file, proved by restoring it."""

from __future__ import annotations

import codecs
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Final

import typer

from api.application.data_rights import backup
from api.application.data_rights.backup import BackupUnfit, Place, Restored
from api.application.installation import FILE, adopt
from api.application.opening import UNFINISHED, marked_at, open_store
from api.cli.options import ACTOR, Data, out, settings
from api.platform.settings import Settings
from api.platform.storage import GROUPS, Installation, kept_in, pictures_of, remembered
from consent_db import Keyring, Store
from consent_db.data_rights import tombstones
from consent_db.data_rights.tombstones import Tombstones
from consent_db.keys.private_files import read_private

NOT_WHOLE: Final = 1
"""The exit code when something in a backup is not whole."""

PassphraseFile = Annotated[
    Path | None, typer.Option(help="A private file (chmod 600) with the passphrase in its first line; asked otherwise.")
]


def make(
    file: Annotated[Path, typer.Argument(help="The file to write; it is never replaced.")],
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Leave the key file out; back it up elsewhere.")
    ] = False,
    no_proof: Annotated[bool, typer.Option("--no-proof", help="Do not restore it for a proof.")] = False,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
) -> None:
    """Write everything into one encrypted file, while the service runs, and prove that it can be restored."""
    chosen, passphrase = settings(data), _passphrase(passphrase_file, new=True)
    with open_store(chosen) as store:
        kept = Installation(store, pictures_of(chosen, store), chosen, _now)
        made = backup.make(kept, file, passphrase, with_keys=not without_keys)
        found = () if no_proof else backup.verify(kept, file, passphrase, chosen.data).problems
    for problem in found:
        out.print(f"[red]Not whole:[/] {problem}", highlight=False, soft_wrap=True)
    proved = "not proved" if no_proof else "restored for a proof, every cell and picture opened"
    keys = "without the keys" if without_keys else "with the keys"
    out.print(
        f"{file}: {made.size / 2**20:.1f} MiB, {made.pictures} pictures, {keys}; {proved}.",
        highlight=False,
        soft_wrap=True,
    )
    out.print(
        f"Keep it elsewhere, and {_kept_at(chosen)} too: it says who must not come back.",
        highlight=False,
        soft_wrap=True,
    )
    if found:
        raise typer.Exit(NOT_WHOLE)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `gatekeeper backup` wrote.")],
    tombstone_file: Annotated[
        str | None,
        typer.Option(
            "--tombstones",
            help="The newest file of tombstones, or their bucket. [default: beside the key file, or the set bucket]",
        ),
    ] = None,
    no_tombstones: Annotated[
        bool, typer.Option("--no-tombstones", help="No person was erased since, or the file is lost.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
) -> None:
    """Bring everything back to an empty place. What was erased or ended since does not come alive."""
    chosen = settings(data, founding=True)
    known = _tombstones(chosen, tombstone_file, none=no_tombstones)
    passphrase = _passphrase(passphrase_file, new=False)
    with _empty_place(chosen) as place:
        restored = backup.restore(file, passphrase, place, known, _now())
        with closing(Store.open(place.url, place.keyring())) as store:
            adopt(marked_at(chosen, store.keyring), store, ACTOR, _now(), "restored")
    _say(restored)
    if restored.problems:
        raise typer.Exit(NOT_WHOLE)


def _say(restored: Restored) -> None:
    settled = restored.settled
    for problem in restored.problems:
        out.print(f"[red]Not whole:[/] {problem}", highlight=False, soft_wrap=True)
    out.print(f"Restored as of {restored.made_at:%d %B %Y, %H:%M} UTC. Everything written down since is lost.")
    out.print(f"Again erased: {settled.erased} people; again deleted: {settled.pictures} checks of deleted pictures.")
    out.print(f"Ended: {settled.approvals} approvals, {settled.clients} keys of programs, every sign-in.")
    out.print(
        "Nothing is approved until you: 1. write down every refusal, withdrawal and listing since then; "
        f"2. look through the users; 3. approve each channel anew ({', '.join(settled.channels) or 'there is none'}).",
        highlight=False,
        soft_wrap=True,
    )


def _kept_at(chosen: Settings) -> str:
    return f"{chosen.pictures}/tombstones" if chosen.bucket else str(tombstones.beside(chosen.keys))


def _tombstones(chosen: Settings, given: str | None, *, none: bool) -> Callable[[Keyring], Tombstones]:
    """Return what reads all tombstones that are to be found, once the keys are there that those of a bucket need."""
    named = given or (chosen.pictures if chosen.bucket else str(tombstones.beside(chosen.keys)))

    def read(keyring: Keyring) -> Tombstones:
        places = {named, str(tombstones.beside(chosen.keys)), *([chosen.pictures] if chosen.bucket else [])}
        found = {place: stones for place in places if (stones := _kept_in(place, keyring)) is not None}
        if named not in found and (given is not None or not none):
            raise BackupUnfit(
                f"There are no tombstones at {named}, so people erased since the backup would come back. Give the "
                "newest with --tombstones, a file or the pictures' bucket, or say --no-tombstones if there are none."
            )
        return reduce(or_, found.values(), Tombstones())

    return read


def _kept_in(place: str, keyring: Keyring) -> Tombstones | None:
    if "://" in place:
        return remembered(kept_in(place), keyring)
    return tombstones.read(Path(place)) if Path(place).exists() else None


@contextmanager
def _empty_place(chosen: Settings) -> Iterator[Place]:
    """Hold the data folder alone while something is restored to it; a failure leaves nothing behind."""
    chosen.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    pictures, final = kept_in(chosen.pictures_at), chosen.data / "gatekeeper.sqlite3"
    draft = chosen.data / "restoring.sqlite3"
    url = chosen.database if chosen.database_url else f"sqlite:///{draft.resolve()}"
    with _alone(chosen.data):
        unfinished = chosen.data / UNFINISHED
        if unfinished.exists():
            raise BackupUnfit("A restore was not finished here. Empty the data folder and the database, and try again.")
        filled = Store.is_filled(url) if chosen.database_url else final.exists()
        if filled or any(map(pictures.listing, GROUPS)):
            raise BackupUnfit("There is an installation already, which is never replaced. Choose an empty place.")
        had_keys = chosen.keys.exists()
        unfinished.touch(mode=0o600)
        try:
            yield Place(pictures, url, chosen.keys, chosen.key)
        except Exception:
            if chosen.database_url:
                Store.empty(url)
            (chosen.data / FILE).unlink(missing_ok=True)
            for left in chosen.data.glob(f"{draft.name}*"):
                left.unlink()
            for key in [key for group in GROUPS for key in pictures.listing(group)]:
                pictures.delete(key)
            if not had_keys:
                chosen.keys.unlink(missing_ok=True)
            unfinished.unlink()
            raise
        if not chosen.database_url:
            draft.rename(final)
        unfinished.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / "in-use.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupUnfit("Another process works with this data folder. Stop it, and restore again.") from None
    finally:
        os.close(descriptor)


def _passphrase(file: Path | None, *, new: bool) -> str:
    if file is not None:
        return _text(read_private(file, "file with the passphrase")).splitlines()[0].strip()
    return str(typer.prompt("Passphrase of the backup", hide_input=True, confirmation_prompt=new))


def _text(content: bytes) -> str:
    """Return a file's text, in UTF-8 or, with its byte order mark, in the UTF-16 of Windows' editor.

    Raises:
        BackupUnfit: it is neither, or there is nothing in it.
    """
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text.strip():
        raise BackupUnfit("The passphrase cannot be read. Save its file as text in UTF-8, with the passphrase first.")
    return text.lstrip()


def _now() -> datetime:
    return datetime.now(UTC)
