"""What a member has in a circle by taking part: points, level, badges, place; what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.community.rules import Badge, Community, Level
from bot.store import memberview
from bot.store.board import Board, board
from bot.store.engine import Row, Tx
from bot.web.member.visit import Me

NOTHING: Row = {"points": 0, "spent": 0, "level": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Medal:
    """A badge: held since ``at``, or not yet (None); ``has`` of ``n`` where that can be counted by
    what stands anyway."""

    it: Badge
    at: int | None = None
    why: str = ""
    given: str = ""
    has: int = 0

    @property
    def missing(self) -> int:
        """How much there still is to do."""
        return max(self.it.n - self.has, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One person in one circle; ``part``: how far he has come to ``next``, in percent."""

    rules: Community
    codename: str
    named_at: int
    points: int
    balance: int
    level: Level | None
    next: Level | None
    part: int
    medals: Sequence[Medal]
    board: Board

    @property
    def held(self) -> list[Medal]:
        """Badges that he has, the latest first."""
        mine = [one for one in self.medals if one.at is not None]
        return sorted(mine, key=lambda one: -(one.at or 0))

    @property
    def coming(self) -> Medal | None:
        """The badge that he is nearest to, of those that say how far it is."""
        open_ = [one for one in self.medals if one.at is None and one.it.by == "rule"
                 and one.it.when == "checked" and one.missing]  # fmt: skip
        return min(open_, key=lambda one: one.missing, default=None)


def standing(tx: Tx, rules: Community, me: Me, today: date) -> Standing:
    """All of it. ``today``: his local day."""
    row = memberview.standing(tx, me.person, rules.circle) or NOTHING
    name, named_at = memberview.codename(tx, me.person, rules.circle)
    level = rules.level(row["level"])
    after = next((one for one in rules.levels if one.start > row["points"]), None)
    streaks = memberview.streaks(tx, me.person)
    held = memberview.badges(tx, me.person, rules.circle)
    return Standing(
        rules=rules, codename=name, named_at=named_at,
        points=row["points"], balance=row["points"] - row["spent"], level=level, next=after,
        part=_part(row["points"], level, after),
        medals=[_medal(one, held.get(one.id), streaks, today) for one in rules.badges],
        board=board(tx, rules.circle, me.person),
    )  # fmt: skip


def _part(points: int, level: Level | None, after: Level | None) -> int:
    if after is None:
        return 100
    start = level.start if level else 0
    return max(0, min(100, 100 * (points - start) // max(after.start - start, 1)))


def _medal(
    badge: Badge, row: Row | None, streaks: Mapping[str, Row], today: date
) -> Medal:  # fmt: skip
    """Days of check-ins are counted as they go; of other badges it is said what they are for."""
    if row is not None:
        return Medal(it=badge, at=row["at"], why=row["why"], given=row["given"], has=badge.n)
    days = streaks.get(badge.activity) if badge.when == "checked" else None
    if days is None:
        return Medal(it=badge)
    alive = date.fromisoformat(days["last_day"]) >= today - timedelta(days=1)
    has = days["days"] if badge.rule != "streak" else days["streak"] if alive else 0
    return Medal(it=badge, has=min(has, badge.n))
