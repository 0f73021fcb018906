"""A plain caption when none was given: the first names, and the event."""

from __future__ import annotations

from collections.abc import Sequence


def compose_caption(first_names: Sequence[str], event: str | None) -> str | None:
    """Return `A, B and C at Sports Day`, as much of it as there is.

    Args:
        first_names: of those whose naming consent stands, from left to right.
        event: its title, or None.

    Returns:
        The caption; None when there is nothing to say.
    """
    *most, last = first_names or [""]
    names = f"{', '.join(most)} and {last}" if most else last
    if names and event:
        return f"{names} at {event}"
    return names or event
