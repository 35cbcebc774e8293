"""Who stands on a task that waits for a tap and may not be written to any more, and tasks that
would be tapped at night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from bot.core.clock import MINUTE, SECOND
from bot.core.config import Config
from bot.core.model import Outbound
from bot.core.taptime import Night
from bot.library.library import Library
from bot.store import pullback, taps, tapwatch
from bot.store.engine import Store, Tx
from bot.store.pullback import Pull

QUIET, QUESTION = "quiet_hours", "open_question"
PATIENCE, FORGOTTEN = 20 * SECOND, 10 * MINUTE
MEMBERS = 1_000  # judged in one transaction


class Judge(Protocol):
    """The governor, asked about receivers of a task that is on the platform already."""

    def __call__(
        self, tx: Tx, task: Outbound, members: Sequence[str], now: int
    ) -> Mapping[str, str]:
        """Those of them who may not get it any more, with the reason's code."""
        ...


class Patience:
    """Most questions have their answer within seconds: for one a task is taken back when it is
    still open a while later."""

    def __init__(self) -> None:
        self._since: dict[tuple[int, str], int] = {}

    def over(self, id: int, codes: Mapping[str, str], now: int) -> dict[str, str]:
        """The codes that count by now."""
        self._since = {key: at for key, at in self._since.items() if at > now - FORGOTTEN}
        return {member: code for member, code in codes.items()
                if code != QUESTION or self._age(id, member, now) >= PATIENCE}  # fmt: skip

    def _age(self, id: int, member: str, now: int) -> int:
        return now - self._since.setdefault((id, member), now)


class Watch:
    """Looks every few seconds at whoever gave a reason to look: members in a conversation that is
    not at rest, members who wrote, and the list of a task that has just come to wait."""

    def __init__(self, store: Store, library: Library, config: Config, judge: Judge) -> None:
        self._store, self._library, self._config, self._judge = store, library, config, judge
        self._every, self._margin = config.taps.ms("watch_every"), config.taps.ms("quiet_margin")
        self._look_at = 0
        self._news, self._patience = tapwatch.News(), Patience()

    async def step(self, opened: Sequence[Outbound], now: int) -> int | None:
        """Marks what is to be taken back; when to look again, None while nothing waits."""
        personas = await self._store.read(tapwatch.personas)
        if not personas:
            return None
        found = {task.id: set(await self._store.read(taps.members, task.id))
                 for task in opened if task.channel == "contact"}  # fmt: skip
        if now >= self._look_at:
            self._look_at = now + self._every
            for id, member in await self._store.read(tapwatch.suspects, self._news, now):
                found.setdefault(id, set()).add(member)
            await self._abroad(now)
        for id, members in sorted(found.items()):
            await self._judge_all(id, sorted(members), now)
        return await self._nights(personas, now)

    async def _judge_all(self, id: int, members: Sequence[str], now: int) -> None:
        task = await self._store.read(tapwatch.task, id)
        if task is None:
            return
        codes: dict[str, str] = {}
        for at in range(0, len(members), MEMBERS):
            page = members[at : at + MEMBERS]
            codes |= await self._store.read(self._judge, task, page, now)
        await self._drop(task, self._patience.over(id, codes, now), now)

    async def _drop(self, task: Outbound, drops: Mapping[str, str], now: int) -> None:
        if drops:
            wish = Pull(why=next(iter(drops.values())), again_at=now, drops=drops)
            await self._store.write(pullback.pull, task, wish, now)

    async def _abroad(self, now: int) -> None:
        """Members for whom the night begins at another time than here."""
        asleep: dict[int, dict[str, str]] = {}
        for row in await self._store.read(tapwatch.abroad, self._config.timezone):
            night = replace(night_of(self._config, row["persona"]), zone=row["zone"])
            if night.over_at(now) or night.over_at(now + self._margin):
                asleep.setdefault(row["outbox"], {})[row["member"]] = QUIET
        for id, drops in sorted(asleep.items()):
            if (task := await self._store.read(tapwatch.task, id)) is not None:
                await self._drop(task, drops, now)

    async def _nights(self, personas: Iterable[str], now: int) -> int:
        """Takes back what waits when a night begins; the next moment to look at anything."""
        soonest = self._look_at
        for persona in personas:
            night = night_of(self._config, persona)
            over = night.over_at(now) or night.over_at(now + self._margin)
            if over is not None:
                await self._store.write(tapwatch.before_night, persona, over, now)
            elif (begins := night.next_at(now)) is not None:
                soonest = min(soonest, begins - self._margin)
        return max(soonest, now + 1)


def night_of(config: Config, persona: str) -> Night:
    """The quiet hours of a persona, in the zone of the company."""
    rules = config.governor.rules(persona)
    return Night(zone=config.timezone, begins=rules.quiet_from, ends=rules.quiet_to)
