"""Roles that a member may hold for the brand: which there are and what each permits. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.core.event import Event, Happened

Role = Literal["kol", "koc", "seed"]
Permission = Literal["topic_start", "early_access", "invite_code", "host", "missions"]


@dataclass(frozen=True, slots=True)
class About:
    """What people call a role, and what it permits."""

    names: tuple[str, ...]
    grants: frozenset[Permission]


ROLES: Mapping[Role, About] = {
    "kol": About(("KOL", "意见领袖"), frozenset({"topic_start", "early_access", "host"})),
    "koc": About(("KOC", "体验官"),
                 frozenset({"topic_start", "early_access", "invite_code", "missions"})),
    "seed": About(("种子用户", "种子"), frozenset({"early_access", "missions"})),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """One role of one person in one circle (empty: in none). ``ends``: as planned; ``until``: when
    it was over; ``owner``: the colleague who looks after him."""

    role: str
    circle: str
    since: int
    ends: int | None = None
    until: int | None = None
    owner: str = ""


def grants(roles: Iterable[str]) -> frozenset[Permission]:
    """What somebody with these roles may do."""
    held = set(roles)
    return frozenset().union(*(about.grants for name, about in ROLES.items() if name in held))


def fold(events: Iterable[Event]) -> list[Holding]:
    """All roles of one person, by beginning. A role that is given again goes on with a new end."""
    open_: dict[tuple[str, str], Holding] = {}
    over: list[Holding] = []
    for event in sorted(events, key=lambda one: one.order):
        key = event.which, event.place
        before = open_.pop(key, None)
        if event.kind is Happened.ROLE:
            open_[key] = _held(event, before)
        elif event.kind is Happened.UNROLE and before is not None:
            over.append(_with(before, until=event.at))
        elif before is not None:
            open_[key] = before
    return sorted([*over, *open_.values()], key=lambda one: (one.since, one.role, one.circle))


def _held(event: Event, before: Holding | None) -> Holding:
    ends = event.data.get("until")
    return Holding(role=event.which, circle=event.place,
                   since=before.since if before else event.at,
                   ends=ends if isinstance(ends, int) else None,
                   owner=event.account or (before.owner if before else ""))  # fmt: skip


def _with(held: Holding, *, until: int) -> Holding:
    return Holding(role=held.role, circle=held.circle, since=held.since, ends=held.ends,
                   until=until, owner=held.owner)  # fmt: skip
