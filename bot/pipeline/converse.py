"""Claims turns, has them decided, and writes the decision with everything it causes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.core.clock import SECOND, Clock
from bot.core.config import Config
from bot.core.errors import StaleLease
from bot.core.meters import DECIDE_SECONDS, TURNS
from bot.core.model import Inbound, Member
from bot.core.passes import Passes
from bot.core.span import parse_span
from bot.library.library import Library
from bot.library.speech import Setting
from bot.pipeline import bookkeeping, knocking, taking, watching, welcome
from bot.pipeline.loop import Bells, Slots
from bot.pipeline.model import Author
from bot.pipeline.trace import Trace
from bot.pipeline.turn import Result
from bot.pipeline.watching import work_out
from bot.pipeline.welcome import Start
from bot.store import asking, drafts, people, schedule, sources, turns
from bot.store.engine import Store, Tx
from bot.store.leases import Alone, Lead
from bot.store.turns import Claimed
from scheduler.begin import start

log = logging.getLogger(__name__)
BATCH = 64
AFTER_FAULT = 2 * SECOND
OUT_OF_TOUCH = 200  # ms


class Names(Protocol):
    """Whoever can look up a customer's nickname."""

    async def name_of(self, external_userid: str) -> str:
        """The nickname; may raise."""
        ...


class Converse:
    """The worker between inbox and outbox."""

    def __init__(
        self, store: Store, library: Library, names: Names, config: Config, clock: Clock,
        bells: Bells, trace: Trace, lead: Lead | None = None, author: Author | None = None,
        passes: Passes | None = None,
    ) -> None:  # fmt: skip
        self._author, self._passes = author, passes
        self._commit = commit_over_drafts if author and author.mode == "draft" else commit
        self._lead = lead or Alone()
        self._store, self._library, self._names = store, library, names
        self._clock, self._bells, self._trace = clock, bells, trace
        self._config, self._tries = config, config.converse.tries
        self._lease = parse_span(config.converse.lease)
        self._deadline = parse_span(config.converse.name_deadline) / 1000
        self.slots = Slots(config.converse.slots, bells.inbox)

    async def step(self, now: int) -> int | None:
        """Starts what is due, as far as there are slots."""
        n = self._bells.street.bite(min(self.slots.free, BATCH), now)
        if n == 0:
            return None
        if not self._lead.alive:
            return now + OUT_OF_TOUCH
        lease = self._lead.mark()
        held = await self._store.write(turns.claim, now, lease, now + self._lease, n, self._tries)
        for turn in held:
            self.slots.start(self._turn(turn), f"turn {turn.ids[0]}")
        if len(held) == n:
            return now
        return await self._store.read(turns.next_due)

    async def _turn(self, held: Claimed) -> None:
        try:
            held = await self._named(held)
            await self._library.learn(_texts(held.messages))
            now = self._clock.now()
            links = await self._store.read(sources.links)
            setting = Setting.of(self._config, self._library.cast, now, links)
            held = await knocking.known(self._store, setting.cast, held)
            with DECIDE_SECONDS.timed():
                result = work_out(held, setting)
            if result.takes:
                result, queued = await self._taken(held, setting, result)
            elif self._author is not None and self._author.mode == "auto" and result.question:
                now, result, queued = await self._asked(self._author, held, setting, result)
            else:
                queued = await self._store.write(self._commit, held, result, now)
        except StaleLease:  # a person took the conversation, or another process the turn
            TURNS.add("overtaken")
            raise
        except Exception:
            TURNS.add("fault")
            await self._store.write(turns.retry, held, self._clock.now() + AFTER_FAULT)
            raise
        TURNS.add("answered" if queued else "silent")
        self._trace.add(held, result, queued, now)
        self._bells.desk.set()
        if result.finish.listen:
            self._bells.listening.set()
        if result.alarm:
            log.warning("turn %s: %s", held.ids[0], result.alarm)
        if queued:
            self._bells.ring_outbox()
        if result.starts or any(one.flags for one in result.heard):
            self._bells.due.set()
        if self._author is not None and self._author.mode == "draft" and result.question:
            await self._author.draft(held, setting, result, max(queued, default=0))

    async def _taken(
        self, held: Claimed, setting: Setting, result: Result
    ) -> tuple[Result, list[int]]:  # fmt: skip
        """The turn of somebody who takes part: carried out, told and ended in one transaction."""

        def write(tx: Tx) -> tuple[Result, list[int]]:
            done = taking.carried(tx, held, result, setting, self._passes)
            return done, self._commit(tx, held, done, setting.now)

        return await self._store.write(write)

    async def _asked(
        self, author: Author, held: Claimed, setting: Setting, result: Result
    ) -> tuple[int, Result, list[int]]:
        """The turn with what the language model knew; what happened meanwhile comes first."""
        answer = await author.answer(held, setting, result)
        now = self._clock.now()
        setting = replace(setting, now=now)
        written = work_out(held, setting, answer)
        plain = work_out(held, setting, replace(answer, text="", unknown=False))
        join = now - min(m.received_at for m in held.messages) <= author.patience

        def write(tx: Tx) -> tuple[Result, list[int]]:
            standing = asking.firmly(tx, held)
            if standing.overtaken and join:
                asking.regroup(tx, held, now)
                return Result(finish=plain.finish, why=(asking.JOINED,)), []
            chosen = written if standing.open else plain
            if standing.mode != "auto":
                talk = replace(held.conversation, mode=standing.mode)
                chosen = work_out(replace(held, conversation=talk), setting)
            return chosen, commit(tx, held, chosen, now)

        return now, *await self._store.write(write)

    async def _named(self, held: Claimed) -> Claimed:
        """The member with a name, when a welcome needs it and it comes before the deadline."""
        if held.member.name or not welcome.code_of(held.messages):
            return held
        try:
            async with asyncio.timeout(self._deadline):
                name = await self._names.name_of(held.conversation.peer)
        except Exception as exc:
            log.info("no nickname in time: %s", type(exc).__name__)
            return held
        return replace(held, member=replace(held.member, name=name))


def _texts(messages: Sequence[Inbound]) -> list[str]:
    """What the matcher will read: the burst as one text, and its fragments."""
    texts = [m.text for m in messages if m.kind != "event" and m.text.strip()]
    return [*texts, "\n".join(texts)] if texts else []


def commit(tx: Tx, held: Claimed, result: Result, now: int) -> list[int]:
    """One transaction: the turn is done, our records agree, flows begin, answers are queued."""
    queued = turns.finish(tx, held, result.finish, now)
    met: set[str] = set()
    for message in held.messages:
        bookkeeping.keep(tx, message, now, result.speaker, met=message.peer in met)
        met |= {message.peer} if message.kind != "event" else set()
    if held.member.name and welcome.code_of(held.messages):  # it may have been asked for just now
        _remember_name(tx, held.member, now)
    for one in result.starts:
        _begin(tx, held, one, now)
    if result.promise:
        key = f"promise/{held.conversation.id}/{result.promise.at}"
        data = {"conversation": held.conversation.id, "persona": result.speaker.persona,
                "since": now, "seen": result.promise.seen}  # fmt: skip
        schedule.add_due(tx, key, "promise", result.promise.at, data)
    knocking.done(tx, held.member.id, result.knocks, result.speaker.persona, now)
    watching.keep(tx, result, now)
    return queued


def commit_over_drafts(tx: Tx, held: Claimed, result: Result, now: int) -> list[int]:
    """The same; and what was drafted for what the member said before is over."""
    if any(message.kind != "event" for message in held.messages):
        drafts.lapse(tx, held.conversation.id, now)
    return commit(tx, held, result, now)


def _remember_name(tx: Tx, member: Member, now: int) -> None:
    people.ensure_member(tx, member.id, now, member.name)


def _begin(tx: Tx, held: Claimed, one: Start, now: int) -> None:
    start(tx, one.flow, one.persona, held.member.id, held.conversation.account, now, one.zone,
          one.cause)  # fmt: skip
