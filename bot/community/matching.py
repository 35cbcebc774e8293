"""Which events a rule is about. Pure.

Nothing rests on what was merely said (``inbound``): such events are forgotten after a while.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.event import Event, Happened

_KINDS = (
    Happened.CHECKED, Happened.SIGNED, Happened.SUBMITTED, Happened.VOTED, Happened.HELPED,
    Happened.TEAMED, Happened.ENTERED, Happened.JOINED, Happened.ADDED, Happened.LIKED,
    Happened.COMMENTED, Happened.CLICKED, Happened.SHARED, Happened.ORDERED, Happened.FEEDBACK,
    Happened.ROLE,
)  # fmt: skip
# What `when` may say: the kind of event, and what its `which` must be where that is fixed. Of
# `invited` it is an event of whoever brought somebody (bot/store/brought.py), not of the newcomer.
WHEN: Mapping[str, tuple[Happened, str]] = {
    **{kind.value: (kind, "") for kind in _KINDS},
    "accepted": (Happened.JUDGED, "accepted"), "mission": (Happened.MISSION, "accepted"),
    "seed": (Happened.SEED, "accepted"), "invited": (Happened.INVITED, ""),
}  # fmt: skip
# Events of these kinds have the circle in `place`; of all others data may name it.
PLACED = frozenset({
    Happened.ENTERED, Happened.WITHDREW, Happened.POINTED, Happened.HONOURED, Happened.UNHONOURED,
    Happened.NAMED, Happened.FADED, Happened.CLAIMED, Happened.ROLE, Happened.UNROLE, Happened.SEED,
})  # fmt: skip
CIRCLE, DAY = "circle", "day"  # keys of data


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """The part of a rule that says which events it is about; what is empty is left open.

    ``activity``: the id of one, of which `place` is a run; ``place``: begins with this where it
    ends in ``*``; ``least``: `amount` is at least that.
    """

    when: str = ""
    activity: str = ""
    place: str = ""
    which: str = ""
    least: int = 0

    def fits(self, event: Event) -> bool:
        """True when the rule is about this event."""
        kind, which = WHEN[self.when]
        return (
            event.kind is kind
            and event.which == (which or self.which or event.which)
            and event.amount >= self.least
            and (not self.activity or event.place.partition("@")[0] == self.activity)
            and (not self.place or _within(event.place, self.place))
        )


def _within(place: str, wanted: str) -> bool:
    return place.startswith(wanted[:-1]) if wanted.endswith("*") else place == wanted


def concerns(event: Event, circle: str) -> bool:
    """True when an event may count in this circle: it names it, or none."""
    if event.kind in PLACED:
        return event.place == circle
    return event.data.get(CIRCLE, circle) in ("", circle)
