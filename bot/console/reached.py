"""How many members the brand can reach now, by each way; each number is a list of the same size."""

from __future__ import annotations

from dataclasses import dataclass

from bot.console.visit import Visit
from bot.core.platform import Limits
from bot.store import audience
from bot.store.engine import Tx
from scheduler.audience import parse_audience


@dataclass(frozen=True, slots=True)
class Way:
    """``words``: who is meant, as an audience has it. ``any``: by at least one of the ways."""

    name: str
    words: str
    count: int


def words_of(limits: Limits) -> dict[str, str]:
    """The ways as audiences; somebody may be reached by several, and counts once in ``any``."""
    ways = {"contact": "可达:好友", "group": "可达:群", "kf": f"客服<{limits.kf_hours}h"}
    return {"any": " OR ".join(ways.values()), **ways}


def ways(tx: Tx, visit: Visit) -> list[Way]:
    """All of them, ``any`` first."""
    config, sets = visit.console.config, visit.console.sets
    made = words_of(config.wecom.limits)
    return [
        Way(name, words, audience.count(
            tx, parse_audience(words, {}, config.timezone), visit.now, sets))
        for name, words in made.items()
    ]  # fmt: skip
