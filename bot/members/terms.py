"""What holds for invitations and commissions from a moment on. Pure.

Terms that were adopted are not changed: newer ones hold from their own moment on, so that what was
promised for an order stays what it was, and deriving everything anew gives the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.clock import DAY, HOUR
from bot.core.inviting import Inviting, basis_points, by_category

ALL = 10_000  # basis points


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Times in ms. ``burst``: people who may name the codes of one member within ``burst_in``; 0 is
    no limit. ``rate`` and ``rates`` (by category): commission in basis points of what was paid."""

    window: int = 30 * DAY
    grace: int = DAY
    burst: int = 100
    burst_in: int = HOUR
    hold: int = 15 * DAY
    rate: int = 0
    rates: Mapping[str, int] = field(default_factory=dict)

    def commission(self, category: str, cents: int) -> int:
        """Cents, rounded half up; what is below nothing earns nothing."""
        return (max(cents, 0) * self.rates.get(category, self.rate) + ALL // 2) // ALL


def of(settings: Inviting) -> Terms:
    """The terms that ``[invites]`` describes."""
    return Terms(window=settings.ms("window"), grace=settings.ms("grace"), burst=settings.burst,
                 burst_in=settings.ms("burst_in"), hold=settings.ms("hold"),
                 rate=basis_points(settings.rate), rates=by_category(settings.rates))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Adopted:
    """All terms with the moment since which each holds, the earliest first."""

    rows: Sequence[tuple[int, Terms]] = ()

    def at(self, at: int) -> Terms:
        """Those that held then. The first ones also hold for what was before them."""
        if not self.rows:
            return Terms()
        return next((terms for since, terms in reversed(self.rows) if since <= at),
                    self.rows[0][1])  # fmt: skip

    @property
    def longest(self) -> Terms:
        """The longest of each time, over all terms."""
        every = [terms for _, terms in self.rows] or [Terms()]
        return Terms(window=max(one.window for one in every), grace=max(o.grace for o in every),
                     burst_in=max(one.burst_in for one in every))  # fmt: skip
