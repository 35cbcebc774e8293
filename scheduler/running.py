"""The worker that carries campaigns out: it starts, plans, hands over, reads results and ends.

Each step is a page: read first, decided, then written together with how far it has come. So it can
end anywhere, and goes on there.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Concatenate, ParamSpec, Protocol

from bot.core.clock import SECOND, Clock
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.library.cast import Cast
from bot.library.speech import Setting
from bot.store import campaigns, recipients, sources
from bot.store.campaigns import APPROVED, RUNNING, Run
from bot.store.engine import Store, Tx
from bot.store.leases import TICK, Alone, Lead
from bot.store.recipients import Group, News
from bot.studio.render import CannotRender
from scheduler import beginning, ending, enrolling, handing, posting, stopping, wording
from scheduler.allot import allot
from scheduler.enrolling import Job

P = ParamSpec("P")
log = logging.getLogger(__name__)
STAND_BY = 1 * SECOND
AGAIN = 60 * SECOND  # what cannot begin yet, or has nothing to do, is looked at again
# Results are looked for so soon after a fate was written somewhere, and else more and more seldom.
RESULTS_EVERY, RESULTS_MOST = 2 * SECOND, 64 * SECOND
TASKS, TOGETHER = 20, 10_000  # outbox rows in one look; recipients in one write


class Serving(Protocol):
    """Whoever knows what is published now."""

    @property
    def cast(self) -> Cast:
        """The present one."""
        ...


class Running:
    """Steps through all runs; ``queued`` is called when there is new mail, ``told`` when a run or
    its ledger has changed, in a long piece of work every RESULTS_EVERY."""

    def __init__(
        self, store: Store, library: Serving, config: Config, clock: Clock, bell: asyncio.Event,
        queued: Callable[[], None], lead: Lead | None = None,
        told: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._store, self._library, self._config, self._clock = store, library, config, clock
        self._queued, self._lead, self._told = queued, lead or Alone(), told
        self._changed, self._told_at = False, 0
        self._rounds: dict[int, deque[tuple[Group, int]]] = {}
        self._after = self._looked_at = self._rung_at = 0
        self._wait = RESULTS_EVERY
        self.bell = bell

    def stir(self) -> None:
        """Somewhere a fate was written: results are looked for soon, in a storm of them every
        RESULTS_EVERY."""
        self._wait = RESULTS_EVERY
        now = self._clock.now()
        if now - self._rung_at >= RESULTS_EVERY:
            self._rung_at = now
            self.bell.set()

    async def step(self, now: int) -> int | None:
        """One page of each run; when there is more to do. Of several processes one acts."""
        if not self._lead.leads(TICK):
            self._rounds.clear()
            return now + STAND_BY
        links = await self._store.read(sources.links)
        setting = Setting.of(self._config, self._library.cast, now, links)
        runs = await self._store.read(campaigns.open_runs)
        self._rounds = {run.id: self._rounds[run.id] for run in runs if run.id in self._rounds}
        wakes = [await self._advance(setting, run) for run in runs]
        for run in await self._store.read(campaigns.to_clear):
            wakes.append(await self._clear(setting, run))
        wakes.append(await self._results(setting))
        wake = min((at for at in wakes if at is not None), default=None)
        self._tell(now, busy=wake is not None and wake <= now)
        return wake

    def _tell(self, now: int, *, busy: bool) -> None:
        if self._changed and (not busy or now - self._told_at >= RESULTS_EVERY):
            self._changed, self._told_at = False, now
            self._told()

    async def _advance(self, setting: Setting, run: Run) -> int | None:
        """One page of one run; when it wants the next, None: when there are results."""
        if run.state == APPROVED:
            return await self._begin(setting, run)
        try:
            campaign = await self._store.read(beginning.campaign_of, run, setting.cast.zone)
            if campaign is None:
                return await self._pause(setting, run, "its version is gone")
            return await self._go_on(Job(setting, run, campaign))
        except (CannotRender, BadInput) as exc:
            return await self._pause(setting, run, str(exc))

    async def _begin(self, setting: Setting, run: Run) -> int:
        if run.at > setting.now:
            return run.at
        begun = await self._write(beginning.begin, setting, run)
        return setting.now if begun else setting.now + AGAIN

    async def _pause(self, setting: Setting, run: Run, why: str) -> int | None:
        log.warning("campaign %s is paused: %s", run.name, why)
        await self._write(_paused, run, setting.now, why)
        return None

    async def _go_on(self, job: Job) -> int | None:
        run, now = job.run, job.now
        if now >= run.until:
            return await self._over(job)
        if run.wake_at > now:
            return min(run.wake_at, run.until)
        if run.planned_at is None:
            await self._plan(job)
            return now
        ripe = await self._store.read(recipients.next_later, run.id)
        if ripe is not None and ripe <= now:
            await self._write(_ripened, job)
            return now
        at = await self._hand_over(job)
        return at if at is not None else await self._rest(job, ripe)

    async def _plan(self, job: Job) -> None:
        enrolling.check(job)
        if job.campaign.posts:
            if await self._write(posting.post, job):
                self._queued()
            return
        page = await self._store.read(enrolling.look, job)
        await self._write(enrolling.keep, job, page)

    async def _hand_over(self, job: Job) -> int | None:
        """Hands over a page; when the next may follow, None: nobody is pending."""
        turns = self._rounds.get(job.run.id)
        if not turns:
            found = await self._store.read(recipients.groups, job.run.id)
            limit, opens = handing.limit(job)
            if not found or limit == 0:
                return await self._nothing(job, opens) if found else None
            parts = allot(limit, [group.n for group in found])
            if not job.run.handed:
                await self._store.read(wording.check, job, found)
            turns = deque((group, n) for group, n in zip(found, parts, strict=True) if n)
            self._rounds[job.run.id] = turns
        return await self._turn(job, turns)

    async def _nothing(self, job: Job, opens: int) -> int:
        """Some are pending, and none of them may be handed over now."""
        if not handing.full(job):
            return min(opens, job.run.until)
        await self._write(ending.close, job.run, "cancelled", ending.CEILING, job.now)
        return job.now

    async def _turn(self, job: Job, turns: deque[tuple[Group, int]]) -> int:
        enrolling.check(job)
        group, n = turns.popleft()
        size = min(n, handing.size(job.setting, group))
        hand = await self._store.read(handing.look, job, group, size)
        if n > size:
            turns.appendleft((group, n - size))
        if hand is None or not await self._write(handing.keep, job, hand, last=not turns):
            turns.clear()
            return job.now
        if hand.wake_at:
            turns.clear()
        if hand.n:
            self._queued()
        return max(job.now, hand.wake_at)

    async def _over(self, job: Job) -> int | None:
        """Its time is over: whoever was not reached is not reached any more."""
        self._rounds.pop(job.run.id, None)
        if job.run.planned_at is None:
            await self._write(_unplanned, job)
            return job.now
        if await self._write(ending.close, job.run, "expired", ending.OVER, job.now):
            return job.now
        return await self._rest(job, None)

    async def _rest(self, job: Job, later: int | None) -> int | None:
        """Nothing is to be handed over: it ends, or waits for results or for somebody's time."""
        left = await self._store.read(recipients.left, job.run.id)
        if not left:
            finished = await self._write(ending.finish, job)
            return None if finished else job.now
        return min(job.run.until, later) if later is not None else _or_none(job)

    async def _clear(self, setting: Setting, run: Run) -> int:
        """Takes back what a stopped run has on its way, and closes the rest of its ledger."""
        self._rounds.pop(run.id, None)
        if await self._write(ending.close, run, "cancelled", ending.STOPPED, setting.now):
            return setting.now
        await self._write(stopping.take_back, run, setting.now)
        self._looked_at = 0  # what was cancelled just now is known
        return setting.now + AGAIN

    async def _results(self, setting: Setting) -> int | None:
        """Looks at some of what is on its way; when to look on, None: nothing is."""
        now = setting.now
        if now < self._looked_at + self._wait and not self._after:
            return self._looked_at + self._wait
        ids = await self._store.read(recipients.on_the_way, self._after, TASKS)
        news = await self._store.read(recipients.news, ids)
        for part in _parts(news):
            await self._write(_take_results, part, now)
            for run in {one.run for one in part}:
                await self._judge(setting, run)
        if len(ids) == TASKS:
            self._after = ids[-1]
            return now
        any_left = bool(ids) or bool(self._after)
        self._wait = RESULTS_EVERY if news else min(2 * self._wait, RESULTS_MOST)
        self._looked_at, self._after = now, 0
        if news:  # a run may be over by them
            return now
        return now + self._wait if any_left else None

    async def _judge(self, setting: Setting, id: int) -> None:
        """What new results mean for a run that goes on."""
        run = await self._store.read(campaigns.get, id)
        if run is None or run.state != RUNNING:
            return
        campaign = await self._store.read(beginning.campaign_of, run, setting.cast.zone)
        if campaign is None:
            return
        job = Job(setting, run, campaign)
        reason = await self._store.read(ending.too_many_failed, job)
        if reason and await self._write(_paused, run, job.now, reason):
            log.warning("campaign %s pauses itself: its error budget is spent", run.name)
        else:
            await self._write(ending.go_on, job)

    async def _write(
        self, fn: Callable[Concatenate[Tx, P], bool], *a: P.args, **k: P.kwargs
    ) -> bool:  # fmt: skip
        """Writes as long as this process leads; whoever was deposed meanwhile writes nothing."""

        def led(tx: Tx) -> bool:
            return self._lead.holds(tx, TICK) and fn(tx, *a, **k)

        self._changed = True
        return await self._store.write(led)


def _paused(tx: Tx, run: Run, now: int, why: str) -> bool:
    return campaigns.move(tx, run, "pause", now, reason=why)


def _ripened(tx: Tx, job: Job) -> bool:
    return bool(recipients.ripen(tx, job.run.id, job.now))


def _unplanned(tx: Tx, job: Job) -> bool:
    return campaigns.planned(tx, job.run, job.run.cursor, 0, job.now, done=True)


def _take_results(tx: Tx, news: Sequence[News], now: int) -> bool:
    return bool(ending.results(tx, sorted({one.outbox for one in news}), now))


def _or_none(job: Job) -> int | None:
    """While its time lasts, the end of it; then only results are waited for."""
    return job.run.until if job.run.until > job.now else None


def _parts(news: Sequence[News]) -> Iterator[list[News]]:
    """So many recipients in one write that nobody waits long for it."""
    part: list[News] = []
    for one in news:
        if part and sum(each.n for each in part) + one.n > TOGETHER:
            yield part
            part = []
        part.append(one)
    if part:
        yield part
