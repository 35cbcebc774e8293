"""What a rehearsal showed, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

# Columns of the table of days: what members did and got, what was kept back, what owners did.
DAY = ("added", "deleted", "inbound", "complaints", "opt_out", "bought", "took_part",
       "reply", "staff",
       "welcome", "care", "promo", "activity", "group_post", "moment", "refused", "tasks",
       "taps")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number is spread over members."""

    mean: float
    p50: int
    p95: int
    max: int

    @classmethod
    def of(cls, values: Sequence[int]) -> Spread:
        """Of no values at all: noughts."""
        ranked = sorted(values) or [0]
        return cls(round(sum(ranked) / len(ranked), 2), _part(ranked, 0.5), _part(ranked, 0.95),
                   ranked[-1])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Worst:
    """A member who got much: everything one to one, and what he had not asked for."""

    member: str
    messages: int
    unasked: int


@dataclass(frozen=True, slots=True)
class Account:
    """Taps of one owner: tasks that came, tapped, called off before, never tapped; minutes until a
    tap, half of them sooner."""

    account: str
    tasks: int
    tapped: int
    cancelled: int
    untapped: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Quota:
    """How far a quota was used at the most. ``name``: what of, ``most``: what there is."""

    name: str
    used: int
    most: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Partaking:
    """How many took part in an activity, all in all and on each day; ``acts`` counts each day of
    each of them. It took place ``runs`` times, ``entries`` count, and so many won."""

    activity: str
    title: str
    runs: int
    people: int
    acts: int
    entries: int
    winners: int
    daily: Sequence[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All of it. ``start`` is a local day. Messages are bubbles: ``outbound`` counts what reached
    members one to one, ``feeds`` what they saw in groups and moments."""

    start: str
    days: int
    members: int
    seed: int
    digest: str
    inbound: int
    outbound: int
    feeds: int
    per_member: Spread
    unasked: Spread
    histogram: Sequence[tuple[str, int]]
    worst: Sequence[Worst]
    daily: Sequence[Mapping[str, int]]
    refusals: Mapping[str, int]
    accounts: Sequence[Account]
    quotas: Sequence[Quota]
    mix: Mapping[str, Mapping[str, int]]
    did: Mapping[str, int] = field(default_factory=dict)
    activities: Sequence[Partaking] = ()

    @property
    def taps(self) -> dict[str, int]:
        """Taps that each owner was asked for and that were not called off."""
        return {one.account: one.tasks - one.cancelled for one in self.accounts}

    def as_json(self) -> dict[str, Any]:
        """The document of ``--json`` (contract section 2)."""
        plain = asdict(self)
        return {
            **plain,
            "messages": self.inbound + self.outbound,
            "taps": self.taps,
            "histogram": [{"messages": label, "members": n} for label, n in self.histogram],
        }


def _part(ranked: Sequence[int], share: float) -> int:
    return ranked[min(int(len(ranked) * share), len(ranked) - 1)]
