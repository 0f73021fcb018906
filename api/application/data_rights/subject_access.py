"""Subject access: what is held about one person, as one zip file: to read, for programs, and the pictures.

Pictures that show others too have the others' faces covered: the copy is the
person's to have, the others' faces are not.
"""

from __future__ import annotations

import io
import json
import zipfile

from api.application.data_rights.subject_access_page import page
from api.platform.storage import NoSuchPicture, Pictures
from consent_db.data_rights.subject_access import Held, Shown
from consent_db.errors import SealBroken
from gatekeeper.errors import ReleaseNotClean
from gatekeeper.media.cover import cover, head
from gatekeeper.media.release.encode import make_release, reopen_release


def as_zip(held: Held, pictures: Pictures) -> bytes:
    """Return the zip file; a picture that is gone or damaged is left out and said so."""
    file, missing, names = io.BytesIO(), list[str](), dict[str, str]()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, photo in enumerate(held.photos, 1):
            archive.writestr(f"photographs/{number}.jpg", photo)
        for shown in held.pictures:
            data = _without_others(shown, pictures)
            if data is None:
                missing.append(shown.check)
            else:
                names[shown.check] = f"pictures/{len(names) + 1}.jpg"
                archive.writestr(names[shown.check], data)
        everything = held.data | {"pictures": names, "pictures_left_out": missing}
        archive.writestr("data.json", json.dumps(everything, indent=1, ensure_ascii=False))
        archive.writestr("index.html", page(held, names))
    return file.getvalue()


def _without_others(shown: Shown, pictures: Pictures) -> bytes | None:
    try:
        pixels = reopen_release(pictures.get(shown.key)).pixels
    except (NoSuchPicture, SealBroken, ReleaseNotClean):
        return None
    height, width = pixels.shape[:2]
    heads = [head(box.scaled(width, height), turn) for box, turn in shown.others]
    return make_release(cover(pixels, heads)).data
