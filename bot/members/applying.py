"""Applications to circles, from the log. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.core.event import Event, Happened

State = Literal["waiting", "admitted", "rejected", "withdrawn"]
# What decides an application.
_DECIDES: Mapping[Happened, State] = {
    Happened.ENTERED: "admitted", Happened.REJECTED: "rejected", Happened.WITHDREW: "withdrawn",
}  # fmt: skip
FOLLOWED = frozenset({Happened.APPLIED, *_DECIDES})


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """One person's latest to one circle. ``at``: when he asked; ``why``: the rule that admitted
    him, or the reason why not; ``decided_by``: who said so."""

    circle: str
    at: int
    answers: Mapping[str, Any] = field(default_factory=dict)
    state: State = "waiting"
    decided_at: int | None = None
    decided_by: str = ""
    why: str = ""


def fold(events: Iterable[Event]) -> list[Application]:
    """The latest application of one person to each circle, by circle. Who asks again while he waits
    keeps his place in the queue and gives new answers."""
    found: dict[str, Application] = {}
    for event in sorted(events, key=lambda one: one.order):
        known = found.get(event.place)
        if event.kind is Happened.APPLIED:
            waits = known is not None and known.state == "waiting"
            at = known.at if known is not None and waits else event.at
            found[event.place] = Application(circle=event.place, at=at,
                                             answers=dict(event.data))  # fmt: skip
        elif known is not None and known.state == "waiting" and event.kind in _DECIDES:
            found[event.place] = replace(known, state=_DECIDES[event.kind], decided_at=event.at,
                                         decided_by=str(event.data.get("by", "")),
                                         why=event.which)  # fmt: skip
    return [found[circle] for circle in sorted(found)]
