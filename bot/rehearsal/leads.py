"""A simulated lead who looks at what was handed in, and members who vote for what he accepted.

Like those who take part they draw from streams of their own: with noughts in ``[community]`` all
else is as it would be without them.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from bot.core.clock import HOUR
from bot.rehearsal.agenda import Agenda, Days
from bot.rehearsal.partakers import Partakers
from bot.rehearsal.rates import Rates, minute_of
from bot.store import activitydesk, judged, runs
from bot.store.engine import Row, Store

WHO, EVERY = "lead", 4 * HOUR
REFUSED = "看不清杯子，请再拍一张"


class Leads:
    """Somebody who looks every few hours, while staff work."""

    def __init__(
        self, store: Store, partakers: Partakers, agenda: Agenda, days: Days, rates: Rates, *,
        now: Callable[[], int], seed: int,
    ) -> None:  # fmt: skip
        self._store, self._partakers, self._agenda, self._days = store, partakers, agenda, days
        self._accept, self._now, self._rng = rates.community.accept, now, Random(f"{seed}/lead")
        self._hours = minute_of(rates.staff.since), minute_of(rates.staff.until)

    def begin(self) -> None:
        """The first look; where nobody is ever accepted there is none."""
        if self._accept:
            self._agenda.put(self._days.working(self._now() + EVERY, *self._hours), self._look)

    async def _look(self) -> None:
        self._agenda.put(self._days.working(self._now() + EVERY, *self._hours), self._look)
        for row in await self._store.read(activitydesk.unseen):
            yes = self._rng.random() < self._accept
            await self._store.write(judged.accept, row["event"], self._now(), yes=yes,
                                    why="" if yes else REFUSED, actor=WHO)  # fmt: skip
            if yes:
                await self._shown(row)

    async def _shown(self, entry: Row) -> None:
        """Members of the circle see it, and some vote."""
        run = await self._store.read(runs.get, entry["run"])
        rules = await self._store.read(runs.rules_of, run) if run else None
        if run is not None and rules is not None and rules.judge == "votes":
            self._partakers.vote(rules.circle, entry["ticket"], run["close_at"])
