"""How many members the brand can reach now, by each way; each number is a list of the same size."""

from __future__ import annotations

from dataclasses import dataclass

from bot.console.visit import Visit
from bot.store import audience
from bot.store.engine import Tx
from scheduler.audience import parse_audience


@dataclass(frozen=True, slots=True)
class Way:
    """``words``: who is meant, as an audience has it. ``any``: by at least one of the ways."""

    name: str
    words: str
    count: int


NAMES = ("any", "contact", "group", "kf")


def ways(tx: Tx, visit: Visit) -> list[Way]:
    """All of them, ``any`` first; somebody may be reached by several, and counts once in it."""
    config, sets = visit.console.config, visit.console.sets
    made = [(name, visit.t(f"reach_words.{name}", hours=config.wecom.limits.kf_hours))
            for name in NAMES]  # fmt: skip
    return [Way(name, words, audience.count(tx, parse_audience(words, {}, config.timezone),
                                            visit.now, sets))
            for name, words in made]  # fmt: skip
