"""What the people of a scope are worth together: cohorts by the month in which they came, groups of
buyers, who bought again and after how long. Pure; whole people in, whole numbers out.

A refund counts where its order counts, so a sum changes when something is given back later. When
somebody came: his first friendship with an account, else his first order, else his record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low

from bot.core.clock import DAY, local
from bot.core.rfm import GROUPS, Thresholds, group_of

DAYS = (30, 90, 180)
CURVE = (7, 30, 60, 90, 180, 365)  # days after the first order


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """One person; ``place``: the id at which he stands in a list. ``orders``: (at, cents) of those
    that he kept, in order of time."""

    member: str
    place: str = ""
    came_at: int
    cost_cents: int = 0
    paid_cents: int = 0
    refunded_cents: int = 0
    orders: Sequence[tuple[int, int]] = ()

    @property
    def net_cents(self) -> int:
        """What he brought in."""
        return self.paid_cents - self.refunded_cents

    @property
    def ltv_cents(self) -> int:
        """His contribution so far."""
        return self.net_cents - self.cost_cents

    def by(self, days: int) -> int:
        """His contribution by so many days after he came, in cents."""
        until = self.came_at + days * DAY
        return sum(cents for at, cents in self.orders if at < until) - self.cost_cents

    def month(self, zone: str) -> str:
        """The month in which he came, ``2026-05``."""
        return f"{local(self.came_at, zone):%Y-%m}"

    def ripe(self, days: int, now: int) -> bool:
        """Whether so many days have passed since his first order."""
        return bool(self.orders) and self.orders[0][0] + days * DAY <= now

    def again(self, days: int) -> bool:
        """Whether he ordered again within so many days of his first order."""
        return len(self.orders) > 1 and self.orders[1][0] < self.orders[0][0] + days * DAY

    def group(self, now: int, limits: Thresholds) -> str:
        """His group of buyers; empty when he bought nothing, or kept nothing."""
        if not self.orders:
            return ""
        return group_of(now - self.orders[-1][0], len(self.orders), self.net_cents, limits)


@dataclass(slots=True)
class Cohort:
    """Who came in one month. ``ltv_cents``: by the number of days since each of them came; of those
    in ``young`` somebody has not been here for so long yet."""

    month: str
    members: int = 0
    buyers: int = 0
    cost_cents: int = 0
    ltv_cents: dict[int, int] = field(default_factory=lambda: dict.fromkeys(DAYS, 0))
    young: set[int] = field(default_factory=set)

    def add(self, life: Life, now: int) -> None:
        """Counts one person in."""
        self.members += 1
        self.buyers += bool(life.orders)
        self.cost_cents += life.cost_cents
        for days in DAYS:
            self.ltv_cents[days] += life.by(days)
            if life.came_at + days * DAY > now:
                self.young.add(days)


@dataclass(slots=True)
class Together:
    """All people of a scope. ``gaps``: days between an order and the next, each as often as it
    came to pass. ``ripe``: by days, buyers whose first order was so long ago; ``back``: those of
    them who ordered again within these days."""

    members: int = 0
    buyers: int = 0
    again: int = 0
    orders: int = 0
    paid_cents: int = 0
    refunded_cents: int = 0
    cost_cents: int = 0
    gaps: dict[int, int] = field(default_factory=dict)
    ripe: dict[int, int] = field(default_factory=lambda: dict.fromkeys(CURVE, 0))
    back: dict[int, int] = field(default_factory=lambda: dict.fromkeys(CURVE, 0))
    groups: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GROUPS, 0))
    cohorts: dict[str, Cohort] = field(default_factory=dict)

    @property
    def ltv_cents(self) -> int:
        """The sum of everybody's contribution."""
        return self.paid_cents - self.refunded_cents - self.cost_cents

    @property
    def repurchase(self) -> float:
        """Of those who bought, the part that bought again."""
        return self.again / self.buyers if self.buyers else 0.0

    @property
    def interval(self) -> int | None:
        """Days until somebody bought again, the median; None when nobody did."""
        every = [days for days, n in sorted(self.gaps.items()) for _ in range(n)]
        return median_low(every) if every else None

    def add(self, life: Life, now: int, zone: str, limits: Thresholds) -> None:
        """Counts one person in."""
        self.members += 1
        self.paid_cents += life.paid_cents
        self.refunded_cents += life.refunded_cents
        self.cost_cents += life.cost_cents
        month = life.month(zone)
        self.cohorts.setdefault(month, Cohort(month)).add(life, now)
        if life.orders:
            self._bought(life, life.group(now, limits))
            self._returned(life, now)

    def _returned(self, life: Life, now: int) -> None:
        for days in CURVE:
            if not life.ripe(days, now):
                break
            self.ripe[days] += 1
            self.back[days] += life.again(days)

    def _bought(self, life: Life, group: str) -> None:
        self.buyers += 1
        self.again += len(life.orders) > 1
        self.orders += len(life.orders)
        self.groups[group] += 1
        for (before, _), (after, _) in zip(life.orders, life.orders[1:], strict=False):
            days = (after - before) // DAY
            self.gaps[days] = self.gaps.get(days, 0) + 1


def together(lives: Iterable[Life], now: int, zone: str, limits: Thresholds) -> Together:
    """Adds people up; ``zone``: whose months are meant."""
    found = Together()
    for life in lives:
        found.add(life, now, zone, limits)
    return found


def chosen(life: Life, wanted: Mapping[str, str], now: int, zone: str, limits: Thresholds) -> bool:
    """Whether a person stands behind a number: ``month`` of a cohort, ``group`` of buyers, or
    ``buyers`` (1: who bought, 2: who bought again), ``within`` so many days of his first order he
    ordered again, ``ripe``: it was so long ago."""
    within, ripe = (int(wanted.get(name, "0")) for name in ("within", "ripe"))
    return (
        wanted.get("month", life.month(zone)) == life.month(zone)
        and wanted.get("group", "") in ("", life.group(now, limits))
        and len(life.orders) >= int(wanted.get("buyers", "0"))
        and (not ripe or life.ripe(ripe, now))
        and (not within or (life.ripe(within, now) and life.again(within)))
    )
