"""Simulated staff: owners who tap their tasks, and colleagues who answer whoever waits."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from random import Random

from bot.core.body import Text
from bot.core.clock import MINUTE
from bot.core.handoff import Conflict
from bot.core.span import parse_span
from bot.library.library import Library
from bot.pipeline.loop import Bells
from bot.rehearsal.agenda import Agenda, Days
from bot.rehearsal.rates import Rates, minute_of
from bot.rehearsal.stage import Refused, Stage
from bot.store import desk, staffwords, waiting
from bot.store.engine import Store, Tx
from bot.store.outbox import KfWindow
from bot.store.staffwords import Words
from bot.store.waiting import Waiting

WHO = "colleague"


class Owners:
    """The people behind the accounts, who tap after a while, or never."""

    def __init__(
        self, stage: Stage, agenda: Agenda, days: Days, rates: Rates, bells: Bells, *,
        now: Callable[[], int], seed: int,
    ) -> None:  # fmt: skip
        self._stage, self._agenda, self._days, self._bells = stage, agenda, days, bells
        self._rates, self._now, self._seed = rates.taps, now, seed
        self._after = parse_span(rates.taps.after)
        self._hours = minute_of(rates.taps.since), minute_of(rates.taps.until)

    def look(self) -> None:
        """Tasks that are new: each is tapped some time, or not at all."""
        for userid, task in self._stage.new_tasks():
            rng = Random(f"{self._seed}/tap/{task}")
            if rng.random() < self._rates.never:
                continue
            wait = int(self._after * 2 ** rng.gauss(0, 1))
            at = self._days.working(self._now() + wait, *self._hours)
            at += rng.randrange(MINUTE)
            self._agenda.put(at, lambda u=userid, t=task: self._tap(u, t))  # type: ignore[misc]

    def _tap(self, userid: str, task: str) -> None:
        try:
            self._stage.tap(userid, task)
        except Refused:
            return
        self._bells.taps.set()


class Colleagues:
    """People who look every now and then who waits, answer and settle it."""

    def __init__(
        self, store: Store, library: Library, stage: Stage, agenda: Agenda, days: Days,
        rates: Rates, bells: Bells, window: KfWindow, *, now: Callable[[], int], seed: int,
    ) -> None:  # fmt: skip
        self._store, self._library, self._stage, self._bells = store, library, stage, bells
        self._agenda, self._days, self._rates, self._window = agenda, days, rates.staff, window
        self._now, self._rng = now, Random(f"{seed}/colleagues")
        self._every = parse_span(rates.staff.every)
        self._hours = minute_of(rates.staff.since), minute_of(rates.staff.until)
        self.answered = 0

    def begin(self) -> None:
        """The first look."""
        self._agenda.put(self._days.working(self._now(), *self._hours), self._look)

    async def _look(self) -> None:
        at = self._days.working(self._now() + self._every, *self._hours)
        self._agenda.put(at, self._look)
        now, place = self._now(), (0, "")
        while found := await self._store.read(waiting.queue, now, after=place):
            for one in found:
                await self._settle(one)
            place = (found[-1].since, found[-1].conversation)
        for userid, member, kf in self._stage.in_client():
            self._stage.serve(userid, member, kf, self._rng.choice(self._rates.say))

    async def _settle(self, one: Waiting) -> None:
        script = self._library.cast.scripts.get(one.persona)
        if script is None:
            return
        words = Words(
            body=Text(self._rng.choice(self._rates.say)),
            persona=one.persona,
            persona_version=script.version,
            client_key=f"{self.answered}",
        )
        try:
            await self._store.write(_settle, one, words, self._now(), self._window)
        except Conflict:
            return
        self.answered += 1
        self._bells.ring_outbox()
        self._bells.desk.set()


def _settle(tx: Tx, one: Waiting, words: Words, now: int, window: KfWindow) -> None:
    """He takes it, answers if the platform still lets him, and settles it."""
    key = one.conversation
    seen = desk.take(tx, key, WHO, now, desk.glance(tx, key)).seen
    with contextlib.suppress(Conflict):
        staffwords.reply(tx, key, WHO, words, now, seen, window)
    desk.resolve(tx, key, WHO, now, desk.glance(tx, key))
