"""What the people of a scope come to, which takes long where they are many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from bot.console.kept import PATIENCE, Kept
from bot.core.audience import Audience
from bot.core.clock import Clock
from bot.core.rfm import Thresholds
from bot.members.lives import Together
from bot.store import lives
from bot.store.engine import Store


@dataclass(frozen=True, slots=True)
class Reckoning:
    """``at``: as of when, UTC ms."""

    together: Together
    at: int


class Reckoned:
    """The latest of each scope, as ``Kept`` keeps it."""

    def __init__(self, store: Store, clock: Clock, zone: str, limits: Thresholds) -> None:
        self._store, self._clock, self._zone, self._limits = store, clock, zone, limits
        self._kept = Kept[Reckoning](clock, "people as buyers")

    async def soon(self, scope: Audience, seconds: float = PATIENCE) -> Reckoning | None:
        """As ``of``; None when it takes longer than so many seconds."""
        made = await self._kept.soon(scope, partial(self._make, scope), seconds)
        return made.value if made is not None else None

    async def of(self, scope: Audience) -> Reckoning:
        """What they come to now, or came to a moment ago."""
        return (await self._kept.of(scope, partial(self._make, scope))).value

    async def _make(self, scope: Audience) -> Reckoning:
        now = self._clock.now()
        found = await self._store.read(lives.numbers, scope, now, self._zone, self._limits)
        return Reckoning(found, now)
