"""Buyers in eight groups, by fixed thresholds: how long ago (R), how often (F) and for how much (M)
they bought. Fixed ones, so that a member's group depends on him alone and can be explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.clock import DAY


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """``recent``: ms since the last order, below which it is recent; ``often``: orders from which
    he buys often; ``much``: cents from which it is much."""

    recent: int = 90 * DAY
    often: int = 2
    much: int = 30_000


# (recent, often, much) and what the trade calls it
GROUPS: Mapping[str, tuple[bool, bool, bool]] = {
    "重要价值": (True, True, True), "重要发展": (True, False, True),
    "重要保持": (False, True, True), "重要挽留": (False, False, True),
    "一般价值": (True, True, False), "一般发展": (True, False, False),
    "一般保持": (False, True, False), "一般挽留": (False, False, False),
}  # fmt: skip
ENGLISH: Mapping[str, str] = {
    "champions": "重要价值", "promising-big": "重要发展", "slipping-big": "重要保持",
    "lost-big": "重要挽留", "loyal": "一般价值", "new": "一般发展", "slipping": "一般保持",
    "lost": "一般挽留",
}  # fmt: skip


def group_of(age: int, orders: int, cents: int, limits: Thresholds) -> str:
    """The group of a buyer, by the age of his last order in ms, their number and what they
    brought in."""
    mine = (age < limits.recent, orders >= limits.often, cents >= limits.much)
    return next(name for name, group in GROUPS.items() if group == mine)
