"""What persons have in circles, read: standings, ranks, the wall of honour, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.community.badges import Held
from bot.community.points import Grant
from bot.community.rules import Community, Decay
from bot.community.standing import Standing
from bot.core.event import Event
from bot.store import community, communityterms, history, persons
from bot.store.engine import Row, Tx
from bot.store.parts import listed

EVER = 2**62


@dataclass(frozen=True, slots=True)
class Because:
    """One reason: the event, and the points by it where it is about points."""

    event: Event
    grant: Grant | None = None


def of(tx: Tx, member: str) -> list[dict[str, Any]]:
    """What a person has in each circle, the one with the most points first, as plain values with
    the names of things."""
    person = persons.person_of(tx, [member])[member]
    words = communityterms.words(tx)
    badges = tx.rows("badges_held", members=[person])
    names = {row["circle"]: row["name"] for row in tx.rows("codenames_of", members=[person])}
    rows = {row["circle"]: row for row in tx.rows("standings_of", members=[person])}
    return [_plain(words[circle], circle, row, badges, names)
            for circle, row in rows.items() if circle in words]  # fmt: skip


def _plain(
    rules: Community, circle: str, row: Row, badges: Sequence[Row], names: dict[str, str]
) -> dict[str, Any]:  # fmt: skip
    level = rules.level(row["level"])
    held = [one for one in badges if one["circle"] == circle and one["until"] is None]
    after = next((one for one in rules.levels if one.start > row["points"]), None)
    return {
        "circle": circle, "points": row["points"], "balance": row["points"] - row["spent"],
        "level": level.title if level else row["level"], "level_id": row["level"],
        "level_since": row["level_at"], "title": (level.call or level.title) if level else "",
        "next": after.title if after else "", "next_at": after.start if after else None,
        "codename": names.get(circle, ""),
        "badges": [{"id": one["badge"], "title": title(rules, one["badge"]), "at": one["at"],
                    "by": one["given"], "why": one["why"]} for one in held],
    }  # fmt: skip


def title(rules: Community, badge: str) -> str:
    """What a badge is called; of one that is in no file any more, its id."""
    found = rules.badge(badge)
    return found.title if found else badge


def has(tx: Tx, what: str, person: str, circle: str, id: str) -> bool:
    """True while a person has a level or a badge."""
    if what == "level":
        row = tx.row("standing_get", member=person, circle=circle)
        return row is not None and row["level"] == id
    row = tx.row("badge_get", member=person, circle=circle, badge=id)
    return row is not None and row["until"] is None


def codename(tx: Tx, person: str, circle: str) -> str:
    """What he is called in a circle; empty: nothing."""
    rows = tx.rows("codenames_of", members=[person])
    return next((str(row["name"]) for row in rows if row["circle"] == circle), "")


def codenames(tx: Tx, member: str) -> dict[str, str]:
    """What a person is called in each circle, of any of his ids."""
    person = persons.person_of(tx, [member])[member]
    return {row["circle"]: row["name"] for row in tx.rows("codenames_of", members=[person])}


def gained(tx: Tx, member: str, cause: str) -> int:
    """The points that one event gave him, in all circles."""
    person = persons.person_of(tx, [member])[member]
    return sum(row["amount"] for row in tx.rows("points_of", members=[person])
               if row["cause"] == cause)  # fmt: skip


def codenames_in(tx: Tx, circle: str, persons: Sequence[str]) -> dict[str, str]:
    """What these are called in a circle, of those who are called something."""
    rows = listed(tx, "codenames_of", "members", persons)
    return {row["member"]: row["name"] for row in rows if row["circle"] == circle}


def top(
    tx: Tx, circle: str, n: int = 50, since: int | None = None, until: int = EVER
) -> list[Row]:  # fmt: skip
    """Members of a circle by their points, or by those that they earned in a time."""
    if since is None:
        return tx.rows("standings_top", circle=circle, n=n)
    return tx.rows("standings_period", circle=circle, since=since, until=until, n=n)


def wall(tx: Tx, rules: Community, n: int = 50) -> list[Row]:
    """Who was honoured, the latest first."""
    honours = [one.id for one in rules.badges if one.honour]
    return tx.rows("badges_wall", circle=rules.circle, badges=honours, n=n) if honours else []


def counts(tx: Tx, circle: str) -> tuple[dict[str, int], dict[str, int]]:
    """How many are at each level, and how many have each badge."""
    levels = {row["level"]: int(row["n"]) for row in tx.rows("levels_count", circle=circle)}
    return levels, {row["badge"]: int(row["n"])
                    for row in tx.rows("badges_count", circle=circle)}  # fmt: skip


def idle(tx: Tx, circle: str, decay: Decay, now: int, after: str, n: int) -> list[str]:
    """Who may lose points by having earned none for long, behind an id."""
    rows = tx.rows("standings_idle", circle=circle, earned=now - decay.idle_ms, least=decay.floor,
                   faded=now - decay.every_ms, after=after, n=n)  # fmt: skip
    return [row["member"] for row in rows]


# -- why -------------------------------------------------------------------------------------------


def why_points(tx: Tx, member: str, circle: str, n: int = 50) -> list[Because]:
    """The latest events that gave or took points, or would have, newest first."""
    grants = sorted(_standing(tx, member, circle).grants, key=lambda one: one.at)[-n:]
    told = _events(tx, [one.cause for one in grants])
    return [Because(told[one.cause], one) for one in reversed(grants) if one.cause in told]


def why_level(tx: Tx, member: str, circle: str, level: str) -> list[Because]:
    """The events whose points made up the level that he has, oldest first; none: he has not."""
    found = _standing(tx, member, circle)
    reached = next((one for one in found.levels if one.level == level and one.until is None), None)
    if reached is None:
        return []
    grants = [one for one in found.grants if one.amount and one.at <= reached.at]
    told = _events(tx, [one.cause for one in grants])
    return [Because(told[one.cause], one) for one in grants if one.cause in told]


def why_badge(tx: Tx, member: str, circle: str, badge: str) -> tuple[Held | None, list[Because]]:
    """The badge and the events that it rests on, oldest first; None: he never had it."""
    found = _standing(tx, member, circle)
    held = next((one for one in found.badges if one.badge == badge), None)
    if held is None:
        return None, []
    told = _events(tx, held.causes)
    return held, [Because(told[one]) for one in held.causes if one in told]


def _standing(tx: Tx, member: str, circle: str) -> Standing:
    person = persons.person_of(tx, [member])[member]
    return community.standings(tx, [person]).get((person, circle), Standing())


def _events(tx: Tx, dedupes: Sequence[str]) -> dict[str, Event]:
    rows = listed(tx, "events_named", "dedupes", dedupes)
    return {row["dedupe"]: history.event_of(row) for row in rows}
