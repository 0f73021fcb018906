from __future__ import annotations

import base64
import time
import zlib
from pathlib import Path

from sqlalchemy import text

from consent_db import Store
from tests.support.gate import upload_of
from tests.support.register import ADMIN, NOW, add_channel, add_pupil, approve, template
from tests.support.searching import leaks, of_picture, of_vector, of_words, secrets_of

_OF_SYSTEM_TABLES = "pg_internal.init"
"""PostgreSQL's cache of its own catalogue, which it throws away and makes again at any time."""
WORDS = ("Quillfeather", "Amira", "P-0077", "form 12", "court order 4711", "plants beans")


def test_the_search_finds_what_is_there() -> None:
    """Each form of each secret is found in bytes that hold it; else a silence would prove nothing."""
    upload, vector = upload_of(0.0), template(7)
    for at in range(3):
        assert leaks(b"x" * at + base64.b64encode(b"z" * at + upload), set(of_picture(upload)))
    assert leaks(b"x" + zlib.compress(b"Dear Quillfeather"), set(of_words("Quillfeather")))
    assert leaks("AMIRA".encode("utf-16-le"), set(of_words("Amira")))
    assert leaks(vector.astype("<f8").tobytes(), set(of_vector(vector)))
    assert leaks(str([float(number) for number in vector]).encode(), set(of_vector(vector)))
    assert not leaks(b"nothing here", secrets_of(WORDS, [vector], [upload]))


def written_since(store: Store, moment: float) -> list[Path]:
    """Return the files of the database that were written to: of PostgreSQL its write-ahead log as well."""
    with store._engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            folder = Path(str(store._engine.url.database)).parent
        else:
            connection.commit()
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))
            folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != _OF_SYSTEM_TABLES]
    return [path for path in files if path.stat().st_mtime >= moment]


def test_the_files_of_either_database_hold_nothing_in_clear(store: Store) -> None:
    """Names, numbers, evidence, reasons, captions and embeddings: nowhere, in no form."""
    started = time.time() - 1
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        tx.consent.list_person(person, "court order 4711")
        approve(tx, person)
    files = written_since(store, started)
    assert sum(path.stat().st_size for path in files) > 100_000
    secrets = secrets_of(WORDS, [template()])
    found = {path.name: leaks(path.read_bytes().rstrip(b"\0"), secrets) for path in files}
    assert {name: secret for name, secret in found.items() if secret} == {}
