"""Whether a name given by hand contradicts what the gate knows of a face.

The rules ask it of a name that was given; the pages ask it before, so that a button can say that
a second person will have to agree.
"""

from __future__ import annotations

from gatekeeper.decision.authority import Circumstance
from gatekeeper.types import PersonId, Trace


def others_recognised(trace: Trace | None, person: PersonId) -> tuple[PersonId, ...]:
    """Return the other people that the engine has taken a face for, or was in doubt between without this one."""
    if trace is None:
        return ()
    others = tuple(one for one in trace.recognised if one != person)
    if not others and trace.candidates and person not in {*trace.candidates, *trace.recognised}:
        return trace.candidates
    return others


def is_unlike(trace: Trace | None, person: PersonId, *, enrolled: bool) -> bool:
    """Say whether a face was compared with the template of a person and did not fit it.

    Args:
        trace: what is known of the face; None if nothing is.
        person: who it is said to be.
        enrolled: whether the person has a template under the engine in use.
    """
    if trace is None or trace.fits is None:
        return False
    return enrolled and person not in {*trace.fits, *trace.recognised}


def contradiction(trace: Trace | None, person: PersonId, *, enrolled: bool) -> Circumstance | None:
    """Return the exception that naming a face as a person would be; None if it needs no second person for that."""
    if others_recognised(trace, person):
        return Circumstance.OVERRULED
    return Circumstance.UNLIKE if is_unlike(trace, person, enrolled=enrolled) else None
