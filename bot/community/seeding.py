"""Whether somebody was asked to be a seed user, and what he said. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.community.verdicts import void
from bot.core.event import Event, Happened

State = Literal["asked", "accepted", "declined", "silent", "ended"]
ASKED: Final = "asked"
ACCEPTED: Final = "accepted"
DECLINED: Final = "declined"
SILENT: Final = "silent"
ENDED: Final = "ended"
ROUND = "round"  # of data: the dedupe of the invitation that it belongs to


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One invitation. ``event``: its dedupe; ``list``: the dated list that he stood on; ``until``:
    how long it stands. ``ends_at``: when the role that came with his answer ends, ``ended_at``: he
    is none any more by his own or a colleague's word."""

    event: str
    circle: str
    list: str
    state: str
    asked_at: int
    until: int
    answered_at: int | None = None
    ends_at: int | None = None
    ended_at: int | None = None
    actor: str = ""

    def at(self, now: int) -> State:
        """How it stands: who has not answered in time said nothing, and a role that ran out is
        over."""
        if self.state == ASKED and now >= self.until:
            return SILENT
        if self.state == ACCEPTED and self.ends_at is not None and now >= self.ends_at:
            return ENDED
        return self.state  # type: ignore[return-value]


def fold(events: Iterable[Event]) -> list[Round]:
    """One person's invitations, by beginning. ``events``: of the kinds SEED and STRUCK, under all
    his ids. While it stands he may change his mind from no to yes; who takes a yes back ends it."""
    told = sorted({one.dedupe: one for one in events}.values(), key=lambda one: one.order)
    gone = void(told)
    mine = [one for one in told if one.kind is Happened.SEED and one.dedupe not in gone]
    rounds = {one.dedupe: _begun(one) for one in mine if one.which == ASKED}
    for one in mine:
        id = str(one.data.get(ROUND, ""))
        if id in rounds:
            rounds[id] = _after(rounds[id], one)
    return list(rounds.values())


def _begun(one: Event) -> Round:
    return Round(event=one.dedupe, circle=one.place, list=str(one.data.get("list", "")),
                 state=ASKED, asked_at=one.at, until=int(one.data.get("until", one.at)),
                 actor=str(one.data.get("by", "")))  # fmt: skip


def _after(made: Round, one: Event) -> Round:
    open_ = made.state in (ASKED, DECLINED) and one.at < made.until
    if one.which == ACCEPTED and open_:
        ends = one.data.get("ends")
        return replace(made, state=ACCEPTED, answered_at=one.at,
                       ends_at=ends if isinstance(ends, int) else None)  # fmt: skip
    if one.which == DECLINED and open_:
        return replace(made, state=DECLINED, answered_at=one.at)
    if one.which == ENDED and made.state == ACCEPTED:
        return replace(made, state=ENDED, ended_at=one.at)
    return made
