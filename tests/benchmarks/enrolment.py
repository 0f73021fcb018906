"""How long it takes to enrol many people from a zip file, the way the page does it.

    python -m tests.benchmarks.enrolment --data FOLDER [--people 60] [--photos 3] [--side 1200]

FOLDER has a folder of photographs for each person. Prints one JSON object: seconds to take the zip
file in and to examine it, by the clock and of the processor (this process and its children), how
many photographs were used, and what 1,200 people with as many photographs would take at that pace.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PIL import Image

from api.application.register.photo_uploading import Sent, run, take_in
from consent_db.enrolment.photo_uploads import FileState
from consent_db.people.records import PersonDraft
from consent_db.register.statements import Words
from gatekeeper import vision
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind
from tests.support.school import Clock, School, founded

SCHOOL = 1_200


def main() -> None:
    """Build a school and a zip file, enrol, and print the numbers."""
    options = _options()
    chosen = [
        photos
        for folder in sorted(options.data.iterdir())
        if len(photos := sorted(folder.glob("*.jpg"))[: options.photos]) == options.photos
    ][: options.people]
    packed = _packed(chosen, options.side)
    with tempfile.TemporaryDirectory() as folder, founded(Path(folder) / "data", Clock(), vision.load()) as school:
        _fill(school, len(chosen))
        spent: dict[str, tuple[float, float]] = {}
        with _timed(spent, "taken_in"):
            upload = take_in(school.services, [Sent("all.zip", len(packed), io.BytesIO(packed))], "benchmark")
        with _timed(spent, "examined"):
            run(school.services, lambda: None)
        with school.services.store.reading("benchmark", school.clock()) as tx:
            files = tx.photo_uploads.get(upload).files
    seconds, processor = (sum(one[which] for one in spent.values()) for which in (0, 1))
    factor = SCHOOL / len(chosen)
    numbers = {
        "people": len(chosen),
        "photographs": sum(files.values()),
        "used": files[FileState.USED],
        "megabytes": round(len(packed) / 1e6, 1),
        "cores": os.cpu_count(),
        "seconds": {name: round(one[0], 1) for name, one in spent.items()},
        "cpu_seconds": {name: round(one[1], 1) for name, one in spent.items()},
        "minutes_for_1200_people_extrapolated": round(seconds * factor / 60, 1),
        "cpu_minutes_for_1200_people_extrapolated": round(processor * factor / 60, 1),
    }
    sys.stdout.write(json.dumps(numbers) + "\n")


def _packed(people: list[list[Path]], side: int) -> bytes:
    """Return a zip file of everyone's photographs, each enlarged to what a camera would give."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number, photos in enumerate(people):
            for place, path in enumerate(photos):
                with Image.open(path) as image:
                    scaled = image.convert("RGB").resize((side, side * image.height // image.width))
                data = io.BytesIO()
                scaled.save(data, "JPEG", quality=88)
                archive.writestr(f"photos/N{number:04}/{place}.jpg", data.getvalue())
    return made.getvalue()


def _fill(school: School, people: int) -> None:
    now = school.clock()
    drafts = [PersonDraft(Kind.STAFF, f"First{at}", f"Last{at}", external_id=f"N{at:04}") for at in range(people)]
    yes = Statement(Party.SELF, Subject.BIOMETRICS, EVERYWHERE, Stance.GRANTED, now, now.date())
    with school.services.store.transaction("benchmark", now) as tx:
        for made_up in tx.people.all():  # their templates are of another length
            tx.people.erase(made_up.id)
        tx.consent.record_many([Words(person, (yes,), "form") for person in tx.people.add_all(drafts)])


@contextmanager
def _timed(spent: dict[str, tuple[float, float]], name: str) -> Iterator[None]:
    begun, used = time.perf_counter(), _processor()
    yield
    spent[name] = time.perf_counter() - begun, _processor() - used


def _processor() -> float:
    """Return the seconds that the processor worked for this process and its children, those that live among them."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()  # proc(5): state, parent, ...
            if int(fields[1]) == os.getpid():
                ticks += sum(map(int, fields[11:15]))
    return sum(os.times()[:4]) + ticks / os.sysconf("SC_CLK_TCK")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.enrolment", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--photos", type=int, default=3)
    parser.add_argument("--side", type=int, default=1_200, help="Width of each photograph in pixels.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
