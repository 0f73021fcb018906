"""What is said of a clock in doubt: on the overview, by `doctor` and after a run that deleted nothing."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from api.platform.labels import moment
from consent_db.core.clock import Doubt, Judgement

CONFIRM: Final = "If it is right: gatekeeper clock confirm."
"""What an administrator types."""

_GOES_ON: Final = "Checks, withdrawals and take-downs go on."


def in_doubt(judged: Judgement, zone: ZoneInfo) -> tuple[str, ...]:
    """Return what is wrong with the clock and what is held because of it, in sentences; none if nothing is.

    Args:
        judged: what is to be thought of the clock.
        zone: the school's time zone.
    """
    if judged.doubt is None:
        return ()
    now = moment(judged.now, zone)
    if judged.doubt is Doubt.AHEAD:
        return (
            f"The clock of this machine says {now}. Gatekeeper last ran on {moment(judged.believed, zone)}.",
            "After a holiday that is right; otherwise set the clock.",
            f"Until an administrator confirms it, nothing is deleted. {_GOES_ON}",
        )
    return (
        f"The clock of this machine says {now}. It said {moment(max(judged.latest, judged.believed), zone)} before.",
        "Set the clock if it is wrong.",
        f"Until it is right or an administrator confirms it, nothing is deleted and nothing is handed out. {_GOES_ON}",
    )
