"""Times of an activity as its file says them."""

from __future__ import annotations

from bot.core.daytime import moment
from bot.core.span import parse_span


def instant(text: str, announced: int, zone: str) -> int:
    """UTC ms of a day and time, or of so long behind ``announced``; of nothing: then. Raises
    ValueError."""
    if not text:
        return announced
    found = moment(text, zone)
    return announced + parse_span(text) if found is None else found


def dated(text: str, zone: str) -> bool:
    """True for one day and time, which does not come round. Raises ValueError."""
    return moment(text, zone) is not None
