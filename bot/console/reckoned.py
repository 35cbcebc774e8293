"""What the people of a scope come to, which takes long where they are many."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.console.kept import PATIENCE, Kept, Made
from bot.core.audience import Audience
from bot.core.clock import Clock
from bot.core.rfm import Thresholds
from bot.members.lives import Together
from bot.store import lives
from bot.store.engine import Store


@dataclass(frozen=True, slots=True)
class Reckoning:
    """``at``: as of when, UTC ms; ``took``: ms."""

    together: Together
    at: int
    took: int


class Reckoned:
    """The latest of each scope, as ``Kept`` keeps it."""

    def __init__(self, store: Store, clock: Clock, zone: str, limits: Thresholds) -> None:
        self._store, self._clock, self._zone, self._limits = store, clock, zone, limits
        self._kept = Kept[Together](clock, "people as buyers")

    async def soon(self, scope: Audience, seconds: float = PATIENCE) -> Reckoning | None:
        """As ``of``; None when it takes longer than so many seconds."""
        made = await self._kept.soon(scope, self._make(scope), seconds)
        return _reckoning(made) if made is not None else None

    async def of(self, scope: Audience) -> Reckoning:
        """What they come to now, or came to a moment ago."""
        return _reckoning(await self._kept.of(scope, self._make(scope)))

    def _make(self, scope: Audience) -> Callable[[], Awaitable[Together]]:
        return lambda: self._store.read(lives.numbers, scope, self._clock.now(), self._zone,
                                        self._limits)  # fmt: skip


def _reckoning(made: Made[Together]) -> Reckoning:
    return Reckoning(made.value, made.at, made.took)
