"""The persona and staff race for one message: real workers, a stub platform, and a driver who
decides before every write and every call who goes next. Nothing sleeps, nothing is left to chance.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core.body import Text, plain
from bot.core.clock import HOUR, ManualClock
from bot.core.config import load_config
from bot.core.handoff import Conflict
from bot.core.model import Later, Outbound, Outcome, Sent, Unsure
from bot.library.library import Library
from bot.pipeline.converse import Converse
from bot.pipeline.deliver import Deliver
from bot.pipeline.lastlook import LastLook
from bot.pipeline.loop import Bells
from bot.pipeline.trace import Trace
from bot.store import desk, inbox, staffwords
from bot.store.engine import Store
from bot.store.staffwords import Words
from tests.contract.making import AT_ONCE, WINDOW, said

BRAND = Path(__file__).parents[1] / "fixtures" / "brand"
ACCOUNT = "wkBANZHAN01"
ACTOR: ContextVar[str] = ContextVar("actor", default="")
PERSONA, WIRES = "persona", ("sent", "later", "unsure")
ROUNDS = 40  # more than any schedule needs: a race that does not end is a fault


class Driver:
    """Stops every actor before each of its steps; lets one go, or several at the same moment."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._live: set[str] = set()
        self._changed = asyncio.Event()
        self.path: list[str] = []

    async def gate(self) -> None:
        """An actor waits here for his next step; whoever is nobody passes."""
        name = ACTOR.get()
        if name in self._live:
            assert name not in self._waiting, f"{name} would take two steps at once"
            self._waiting[name] = asyncio.get_running_loop().create_future()
            self._changed.set()
            await self._waiting[name]

    async def run(
        self, actors: dict[str, Callable[[], Coroutine[Any, Any, None]]], choose: random.Random
    ) -> None:
        """All actors to their ends."""
        self._live = set(actors)
        tasks = [asyncio.create_task(self._act(name, actor)) for name, actor in actors.items()]
        try:
            while await self._all_wait():
                names = sorted(self._waiting)
                together = len(names) > 1 and choose.random() < 0.2
                for name in names if together else [choose.choice(names)]:
                    self.path.append(name)
                    self._waiting.pop(name).set_result(None)
        finally:
            await asyncio.gather(*tasks)

    async def _act(self, name: str, actor: Callable[[], Coroutine[Any, Any, None]]) -> None:
        ACTOR.set(name)
        try:
            await actor()
        finally:
            self._live.discard(name)
            self._changed.set()

    async def _all_wait(self) -> bool:
        while self._live - self._waiting.keys():
            self._changed.clear()
            await asyncio.wait_for(self._changed.wait(), 300)
        return bool(self._live)


class Gated:
    """A store whose writes wait for the driver."""

    def __init__(self, store: Store, driver: Driver) -> None:
        self._store, self._driver = store, driver
        self.read = store.read

    async def write(self, fn: Any, *args: Any, **more: Any) -> Any:
        await self._driver.gate()
        return await self._store.write(fn, *args, **more)


@dataclass
class Platform:
    """Takes what is sent; the persona's first call in a conversation goes as ``wire`` says."""

    driver: Driver
    wire: str = "sent"
    heard: dict[str, tuple[str, str]] = field(default_factory=dict)
    _met: set[str] = field(default_factory=set)

    async def send(self, row: Outbound, receivers: Sequence[str] = ()) -> Outcome:
        await self.driver.gate()
        first = row.conversation not in self._met and row.operator == "bot"
        if first:
            self._met.add(row.conversation)
            if self.wire == "later":
                return Later(1_000, "busy")
        # a repetition has the same id, and the platform recognises it
        self.heard[row.dedupe] = (row.operator, plain(row.body))
        return Unsure("no answer") if first and self.wire == "unsure" else Sent(row.dedupe)


class House:
    """The two real workers of a persona on one store, and staff on another."""

    def __init__(self, mine: Store, theirs: Store, now: int) -> None:
        self.clock, self.driver = ManualClock(now), Driver()
        self.config = load_config(BRAND / "config.toml")
        self.store, self.desk = Gated(mine, self.driver), Gated(theirs, self.driver)
        self.bells, self.platform = Bells(), Platform(self.driver)
        self.outcomes: Counter[str] = Counter()

    async def open(self) -> None:
        library = Library(self.store, self.config, self.clock)
        await library.open()
        self._converse = Converse(self.store, library, self, self.config, self.clock,
                                  self.bells, Trace())  # fmt: skip
        self._deliver = Deliver("reply", self.store, self.platform, self.config, self.clock,
                                self.bells, LastLook(self.store, library, self.config))  # fmt: skip

    async def name_of(self, external_userid: str) -> str:
        return ""

    async def work(self) -> None:
        """One look of both workers."""
        await self._converse.step(self.clock.now())
        await self._converse.slots.drain(60)
        await self._deliver.step(self.clock.now())
        await self._deliver.drain(60)

    async def persona(self) -> None:
        for _ in range(3):
            await self.work()

    async def staff(self, name: str, key: str, *, release: bool) -> None:
        """Looks, takes over, answers; whatever he is told he looks at before he goes on."""
        look = await self._look(key)
        if await self._said(name, key, look.outbox):
            self.outcomes["nothing left to answer"] += 1
            return
        try:
            taken = await self.desk.write(desk.take, key, name, self.clock.now(), look)
        except Conflict as conflict:
            assert conflict.who
            loser = "the persona" if conflict.who == "bot" else "a colleague"
            self.outcomes[f"lost to {loser}"] += 1
            return
        if taken.on_the_way:
            self.outcomes["told that words are on their way"] += 1
        await self._answer(name, key, look)
        if release:
            await self.desk.write(desk.release, key, name, self.clock.now(), await self._look(key))

    async def _answer(self, name: str, key: str, look: desk.Seen) -> None:
        words = Words(body=Text(f"我是{name}"), persona="tester", persona_version=1,
                      client_key=key)  # fmt: skip
        for _ in range(ROUNDS):
            try:
                await self.desk.write(staffwords.reply, key, name, words, self.clock.now(), look,
                                      WINDOW)  # fmt: skip
                self.outcomes["staff answered"] += 1
                return
            except Conflict as conflict:
                assert conflict.said, conflict
                self.outcomes["reply refused until the words were read"] += 1
            look = await self._look(key)
            if await self._said(name, key, look.outbox):
                return
        raise AssertionError("he cannot answer and is not told why")

    async def _said(self, name: str, key: str, until: int) -> bool:
        """Reads the thread as far as he has looked, and waits for what is on its way there: true
        when the member has his answer."""
        for _ in range(ROUNDS):
            found = await self.desk.read(desk.spoken, key, name, 0)
            shown = [s for s in found if s.outbox <= until]
            if not any(s.state == "sending" for s in shown):
                return bool(shown)
            await self.driver.gate()
        raise AssertionError("the words stay on their way")

    async def _look(self, key: str) -> desk.Seen:
        await self.driver.gate()
        return await self.desk.read(desk.glance, key)

    async def race(self, number: int) -> tuple[str, list[tuple[str, str]]]:
        """One message of one member; (conversation, who answered with which words)."""
        choose = random.Random(number)
        peer = f"wm{number}"
        message = said(number, at=self.clock.now(), peer=peer, account=ACCOUNT, text="几天发货")
        await self.desk.write(inbox.accept_all, [message], AT_ONCE)
        key, before = message.conversation, set(self.platform.heard)
        self.platform.wire = WIRES[number % 3]
        actors = {PERSONA: self.persona,
                  "lin": lambda: self.staff("lin", key, release=number % 2 == 0)}  # fmt: skip
        if number % 5 == 0:
            actors["chen"] = lambda: self.staff("chen", key, release=False)
        await self.driver.run(actors, choose)
        self.clock.advance(HOUR)  # whatever was to be tried again is due by now
        for _ in range(3):
            await self.work()
        new = [said for dedupe, said in self.platform.heard.items() if dedupe not in before]
        self.outcomes["the persona answered"] += any(who == "bot" for who, _ in new)
        return key, new
