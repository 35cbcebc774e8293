"""Who helped somebody in a run, and which help counts. Pure.

A group is full when ``need`` people stand in it within ``within`` of when it was begun; that of
somebody who asks for help holds those who helped him.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from bot.community.activity import Activity
from bot.community.entries import COUNTED, said_of
from bot.core.clock import MINUTE
from bot.core.event import Event, Happened
from bot.core.span import parse_span

# More than so many within a minute come from no circle of friends.
BURST, BURST_IN = 8, MINUTE
SELF, DEVICE, AGAIN, LATE, CROWD = "self", "device", "again", "late", "burst"
ORDER = "order"  # he is in the group, and did not order, or did not keep it


@dataclass(frozen=True, slots=True)
class Help:
    """``state``: counted, or why it does not."""

    event: str
    helper: str
    at: int
    state: str


def helps(
    events: Iterable[Event], asked: Event, rules: Activity, person: Mapping[str, str],
    said: Mapping[tuple[Happened, str], str],
) -> list[Help]:  # fmt: skip
    """Each help that somebody got. ``asked``: how he began; ``person``: who each id is;
    ``data["device"]``: a digest of what the link was opened on, where that is known."""
    owner = person[asked.member]
    told = sorted({one.dedupe: one for one in events}.values(), key=lambda one: one.order)
    devices, helped = _devices([asked]), {owner}
    until = asked.at + parse_span(rules.within)
    recent: list[int] = []
    made: list[Help] = []
    for event in told:
        who = person[event.member]
        recent = [*(at for at in recent if at > event.at - BURST_IN), event.at]
        state = said_of(event, said) or _against(event, who, owner, helped, devices, until)
        if not state and len(recent) > BURST:
            state = CROWD
        if not state:
            helped.add(who)
            devices |= _devices([event])
        made.append(Help(event.dedupe, who, event.at, state or COUNTED))
    return made


def _devices(events: Iterable[Event]) -> set[str]:
    return {str(one.data["device"]) for one in events if one.data.get("device")}


def _against(
    event: Event, who: str, owner: str, helped: Collection[str], devices: Collection[str],
    until: int,
) -> str:  # fmt: skip
    if who == owner:
        return SELF
    if who in helped:
        return AGAIN
    if _devices([event]) & set(devices):
        return DEVICE
    return LATE if event.at >= until else ""


def bought_in(made: Iterable[Help], orders: Mapping[str, int]) -> list[Help]:
    """The same where only who ordered counts, from when he did. ``orders``: when each first bought
    something that he kept."""
    return [one if one.state != COUNTED else
            replace(one, at=max(one.at, orders[one.helper])) if one.helper in orders else
            replace(one, state=ORDER) for one in made]  # fmt: skip


def full_at(made: Iterable[Help], need: int) -> int | None:
    """When the last of those who were needed came; None: not enough did."""
    counted = sorted(one.at for one in made if one.state == COUNTED)
    return counted[need - 1] if need and len(counted) >= need else None
