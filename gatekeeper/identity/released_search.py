"""Look for one person in a picture that was released before."""

from __future__ import annotations

from gatekeeper.identity.gallery import Gallery
from gatekeeper.identity.matching import match_faces
from gatekeeper.media.release.encode import reopen_release
from gatekeeper.types import Known, PersonId
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces


def may_show(picture: bytes, person: PersonId, gallery: Gallery, engine: Engine) -> bool:
    """Say whether a sanitised picture may show a person, at the looser threshold of the do-not-publish list.

    Args:
        picture: a release; its faces are found and compared anew, and nothing of that is kept.
        person: a person with a template in the gallery; no other is ever found.
        gallery: the register's templates under this engine.
        engine: what finds and compares faces.

    Raises:
        ReleaseNotClean: these are not bytes that we made.
    """
    faces = find_faces(reopen_release(picture).pixels, engine)
    matches = match_faces(faces, gallery, engine.thresholds, frozenset({person}))
    return any(
        person in match.near_listed or (isinstance(match.identity, Known) and match.identity.person == person)
        for match in matches
    )
