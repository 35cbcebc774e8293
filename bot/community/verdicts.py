"""Which events do not count after all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.core.event import Event, Happened

# Of these only the last word counts: what it has to say against an event, and why that is.
_AGAINST: Mapping[Happened, tuple[str, str]] = {
    Happened.STRUCK: ("out", "struck"), Happened.JUDGED: ("rejected", "rejected"),
}  # fmt: skip


def void(told: Iterable[Event]) -> dict[str, str]:
    """Events that do not count, by their dedupe, and why. ``told``: in their order."""
    last: dict[tuple[Happened, str], str] = {}
    for event in told:
        if event.kind in _AGAINST:
            last[event.kind, event.place] = event.which
    found: dict[str, str] = {}
    for (kind, place), word in last.items():
        against, why = _AGAINST[kind]
        if word == against:
            found[place] = why
    return found
