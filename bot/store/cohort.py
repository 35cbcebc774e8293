"""Seed users beside the others of their time: what each group did since the day of a list.

Whoever is asked was busier than others before it, so a third group stands beside them: those who
met the same conditions and are no seed users. Of a large group a sample is drawn, by a digest of
the list and the id, so that it is the same each time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from bot.community.rules import Community
from bot.community.seeding import ACCEPTED, ENDED
from bot.community.seeds import Deeds, Seeds
from bot.core.clock import DAY
from bot.core.event import Happened
from bot.store import community, persons, seedlists
from bot.store.engine import Row, Tx
from bot.store.parts import listed, parts
from bot.store.seedlists import SeedRefused

Group = Literal["seed", "fits", "others"]
GROUPS: Mapping[Group, str] = {"seed": "种子用户", "fits": "也够条件的", "others": "其余的人"}
SAMPLE, PAGE = 500, 200
SPAN, AFTER, RECENT = 90, (30, 60, 90), 30  # days


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What one group did, added up. ``of``: how many there are, where ``people`` of them were
    looked at; ``stayed``: by days after the list, how many were in the circle and had done
    something within the month before, of how many; None: it is too early to say."""

    who: Group
    of: int
    people: int
    days: int
    posts: int
    orders: int
    brought: int
    stayed: Mapping[int, tuple[int, int] | None]


def of(
    tx: Tx, rules: Community, list: str, now: int, sample: int = SAMPLE
) -> tuple[Told, ...]:  # fmt: skip
    """What each group did from the day of a list on, ninety days at most. Raises SeedRefused."""
    row = seedlists.get(tx, list)
    if row is None or rules.seeds is None:
        raise SeedRefused("list", f"{rules.circle} has no list {list!r}")
    groups = _groups(tx, row, _there(tx, rules.circle, row["at"]))
    return tuple(_told(tx, row, rules, who, groups[who], now, sample) for who in GROUPS)


def _there(tx: Tx, circle: str, at: int) -> frozenset[str]:
    found: set[str] = set()
    after = ""
    while rows := tx.rows("seed_candidates", circle=circle, at=at, after=after, n=PAGE):
        found |= {row["member"] for row in rows}
        after = rows[-1]["member"]
    return frozenset(found)


def _groups(tx: Tx, row: Row, there: frozenset[str]) -> Mapping[Group, frozenset[str]]:
    told = tx.rows("seeds_by_list", list=row["id"])
    yes = there & {one["member"] for one in told if one["state"] in (ACCEPTED, ENDED)}
    fits = there & {one.member for one in seedlists.lines(tx, row["id"]) if one.place} - yes
    return {"seed": yes, "fits": fits, "others": there - yes - fits}


def _drawn(list: str, people: Iterable[str], n: int) -> list[str]:
    return heapq.nsmallest(n, people, key=lambda one: sha256(f"{list}/{one}".encode()).digest())


def _told(
    tx: Tx, row: Row, rules: Community, who: Group, people: frozenset[str], now: int, sample: int
) -> Told:  # fmt: skip
    drawn, start = sorted(_drawn(row["id"], people, sample)), int(row["at"])
    deeds = _deeds(tx, rules, drawn)
    end = min(now, start + SPAN * DAY)
    since = [one.between(start, end) for one in deeds.values()]
    wanted = rules.seeds or Seeds()
    return Told(
        who=who, of=len(people), people=len(drawn),
        days=sum(len(one.days(wanted.active.when)) for one in since),
        posts=sum(len(one.posts(wanted.quality.when)) for one in since),
        orders=sum(len(one.all(Happened.ORDERED)) for one in since),
        brought=sum(len(one.all(Happened.INVITED)) for one in since),
        stayed={n: _stayed(tx, rules, deeds, start + n * DAY, now) for n in AFTER},
    )  # fmt: skip


def _deeds(tx: Tx, rules: Community, people: Sequence[str]) -> dict[str, Deeds]:
    kinds = seedlists.kinds_of(rules.seeds or Seeds()) | {Happened.ORDERED, Happened.INVITED}
    found: dict[str, Deeds] = {}
    for part in parts(people, PAGE):
        told = community.told_of(tx, persons.all_of(tx, part), kinds)
        found |= {one: Deeds.of(told.get(one, ()), rules.circle, rules.zone) for one in part}
    return found


def _stayed(
    tx: Tx, rules: Community, deeds: Mapping[str, Deeds], at: int, now: int
) -> tuple[int, int] | None:  # fmt: skip
    if now < at:
        return None
    there = {row["member"] for row in
             listed(tx, "seed_inside", "members", deeds, circle=rules.circle, at=at)}  # fmt: skip
    when = (rules.seeds or Seeds()).active.when
    active = (one for one, did in deeds.items() if did.between(at - RECENT * DAY, at).days(when))
    return len(there.intersection(active)), len(deeds)
