"""Asks a language model what the script has no sure answer to, within a time that people bear.

Asking never fails a turn: whatever happens, there is an ``Answer``, and the script speaks when it
holds no text. No transaction is open while the model thinks.
"""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import dataclass, replace

from bot.core.body import Text
from bot.core.breaker import Breaker
from bot.core.clock import DAY, MINUTE, Clock, local
from bot.core.config import Config
from bot.core.meters import MODEL
from bot.core.model import Outbound, Turn
from bot.core.ports import Model, NoAnswer, Prompt, Written
from bot.library.speech import Setting, context_of
from bot.persona import label
from bot.persona.grounding import Bounds, Ground, Said, ground
from bot.pipeline.bubbles import way_of
from bot.pipeline.drafting import OPERATOR, Answer, first_line, judged
from bot.pipeline.loop import Bells
from bot.pipeline.turn import Result, addressed
from bot.store import asking, drafts
from bot.store.engine import Store
from bot.store.turns import Claimed

log = logging.getLogger(__name__)
LOOK = 0.25  # seconds between two looks whether the member wrote more
RECENT = 1 * DAY  # older messages are no part of the talk
SWEEP = 1 * MINUTE
# Why a member's turn goes on without a text; counted, and told to staff.
BUSY, RESTING, CAPPED, LATE = "too many at once", "resting", "daily cap", "too late"
NOTHING, OUTDATED = "no material", "outdated"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """One question, and whose turn it is. ``first`` may be said while the model thinks."""

    held: Claimed
    setting: Setting
    persona: str
    turn: Turn
    first: Outbound | None = None
    fenced: bool = True


class Author:
    """Asks on behalf of turns: bounded in number, in time, in money, and after failures."""

    def __init__(
        self, store: Store, model: Model, config: Config, clock: Clock, bells: Bells
    ) -> None:
        self._store, self._model, self._clock, self._bells = store, model, clock, bells
        self._config, self._zone = config.model, config.timezone
        self.mode = config.model.mode
        self._budget = config.model.ms("budget") / 1000
        self._first_after = config.model.ms("first_line_after") / 1000
        # A member who goes on and on writing is answered by the script in the end.
        self.patience = 2 * config.model.ms("budget")
        self._gate = asyncio.Semaphore(config.model.slots)
        self._asked, self._most = 0, config.model.slots + config.model.queue
        self._breaker = Breaker(config.model.break_after, config.model.ms("break_for"))

    @property
    def state(self) -> str:
        """For ``/readyz``: ``ok``, or ``resting`` after failures. Never makes it unhealthy."""
        return self._breaker.state(self._clock.now())

    async def answer(self, held: Claimed, setting: Setting, result: Result) -> Answer:
        """What comes of asking about this turn while its lease is held."""
        assert result.question is not None
        script, turn = setting.cast.scripts[result.speaker.persona], result.question
        base = addressed(held, script, setting.now)
        first = first_line(script, turn.conversation, base, turn.messages[0].dedupe,
                           way_of(turn.messages))  # fmt: skip
        return await self._think(_Case(held=held, setting=setting, turn=turn, first=first,
                                       persona=result.speaker.persona))  # fmt: skip

    async def draft(self, held: Claimed, setting: Setting, result: Result, after: int) -> None:
        """Keeps a text for staff about a turn that the script has answered already."""
        assert result.question is not None
        persona, turn = result.speaker.persona, result.question
        case = _Case(held=held, setting=setting, turn=turn, persona=persona, fenced=False)
        answer = await self._think(case)
        if not answer.text:
            return
        script, now = setting.cast.scripts[persona], self._clock.now()
        base = addressed(held, script, now)
        policy, own = setting.policy.label, script.persona.disclosure.label
        out = base.evolve(
            body=label.labelled(Text(answer.text), policy, own), state="draft",
            operator=OPERATOR, content=OPERATOR,
            origin=f"{base.origin.rpartition(':')[0]}:model",
            dedupe=f"draft/{turn.messages[0].dedupe}",
            expires_at=now + self._config.ms("draft_for"),
            data={**base.data, **way_of(turn.messages), drafts.LABEL: label.ends_of(policy, own)},
        )  # fmt: skip
        await self._store.write(drafts.keep, held, out, after, now)
        self._bells.desk.set()

    async def _think(self, case: _Case) -> Answer:
        try:
            answer = await self._asked_for(case)
        except Exception:
            log.exception("turn %s: asking the model failed", case.held.ids[0])
            answer = Answer(why="fault")
        MODEL.add(answer.outcome or answer.why)
        if answer.why:
            log.info("turn %s: nothing from the model: %s", case.held.ids[0], answer.why)
        return answer

    async def _asked_for(self, case: _Case) -> Answer:
        if self._asked >= self._most:
            return Answer(why=BUSY)
        self._asked += 1
        try:
            found = await self._ground(case)
            refusal = await self._refusal() if found else NOTHING
            if found is None or refusal:
                return Answer(why=refusal)
            return await self._wait(case, found)
        finally:
            self._asked -= 1

    async def _refusal(self) -> str:
        """Why nothing may be asked at this moment; counts the request when it may."""
        now = self._clock.now()
        if not self._breaker.admits(now):
            return RESTING
        day = local(now, self._zone).date().isoformat()
        allowed = await self._store.write(asking.spend, day, self._config.per_day)
        return "" if allowed else CAPPED

    async def _ground(self, case: _Case) -> Ground | None:
        config, since = self._config, case.setting.now - RECENT
        rows = await self._store.read(asking.words, case.held, since, config.turns)
        bounds = Bounds(turns=config.turns, sources=config.sources, facts=config.facts,
                        text_max=config.text_max)  # fmt: skip
        script = case.setting.cast.scripts[case.persona]
        return ground(script, case.turn, [Said(*row) for row in rows], bounds,
                      context_of(case.setting, case.persona))  # fmt: skip

    async def _wait(self, case: _Case, found: Ground) -> Answer:
        """Until there is an answer, the time is over, or the turn has moved on."""
        begun = asyncio.Event()
        call = asyncio.create_task(self._call(found.prompt, begun))
        try:
            why, first = await self._until(case, call)
        finally:
            call.cancel()
            await asyncio.wait({call}, timeout=1)
        if why:
            if why == LATE and begun.is_set():
                self._breaker.note(False, self._clock.now())
            return Answer(why=why, first=first)
        got = call.result()
        if isinstance(got, NoAnswer):
            outcome = "failed" if got.failed else "refused"
            return Answer(why=got.why, outcome=outcome, first=first)
        answer = judged(got.text, found, case.setting, case.persona, self._config.text_max)
        return replace(answer, first=first)

    async def _call(self, prompt: Prompt, begun: asyncio.Event) -> Written | NoAnswer:
        async with self._gate:
            begun.set()
            got = await self._model.write(prompt)
        failed = isinstance(got, NoAnswer) and got.failed
        self._breaker.note(not failed, self._clock.now())
        return got

    async def _until(self, case: _Case, call: asyncio.Task[Written | NoAnswer]) -> tuple[str, bool]:
        """(why it ended without an answer, whether the first line was said)."""
        time = asyncio.get_running_loop().time
        late, first_at = time() + self._budget, time() + self._first_after
        if case.first is None:
            first_at = math.inf
        first = False
        while True:
            now = time()
            await asyncio.wait({call}, timeout=max(0.0, min(late, first_at, now + LOOK) - now))
            if call.done():
                return "", first
            if case.fenced and not (await self._store.read(asking.standing, case.held)).open:
                return OUTDATED, first
            if time() >= late:
                return LATE, first
            if case.first is not None and time() >= first_at:
                first, first_at = await self._say(case.held, case.first), math.inf

    async def _say(self, held: Claimed, line: Outbound) -> bool:
        now = self._clock.now()
        line = line.evolve(send_at=now, retry_at=now)
        said = await self._store.write(asking.say_first, held, line, now)
        self._bells.ring_outbox()
        return said


class DraftKeeper:
    """Ends drafts that nobody may approve any more."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def step(self, now: int) -> int:
        """One look; a draft that is over cannot be approved before it, either."""
        await self._store.write(drafts.expire, now)
        return now + SWEEP
