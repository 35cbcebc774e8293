"""The FAQ desk: what people asked in vain becomes a wording, an answer, or is set aside."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.core.clock import DAY, Clock
from bot.core.content import ContentRefused
from bot.library.desk import ContentDesk
from bot.library.questions import Files, Group, gather, with_answer, with_wording
from bot.persona.script import Script
from bot.store import unmatched, versions
from bot.store.engine import Store
from bot.store.unmatched import ASIDE, Decided

PERSONA = "persona"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The questions that something is decided about, and by whom."""

    persona: str
    norms: tuple[str, ...]
    actor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A new row of the FAQ. ``similar`` holds other wordings, ``name`` its id if it is to have one
    of its own."""

    question: str
    answer: str
    similar: str = ""
    name: str = ""


class FaqDesk:
    """Drafts are made through the content desk, from the newest version of the persona; they are
    reviewed like any other. Raises ContentRefused or Refusal; nothing is changed then."""

    def __init__(self, store: Store, content: ContentDesk, clock: Clock) -> None:
        self._store, self._content, self._clock = store, content, clock

    async def open(self, script: Script, days: int = 90) -> tuple[Group, ...]:
        """What waits for a decision, of the last ``days`` days. ``script`` is what serves."""
        since = self._clock.now() - days * DAY
        found = await self._store.read(unmatched.open_of, script.persona.id, since)
        return await asyncio.to_thread(gather, found, script)

    async def decided(self, persona: str) -> list[Decided]:
        """What was decided, the latest first."""
        return await self._store.read(unmatched.decided, persona)

    async def add_wording(self, asked: Asked, rule: str, wording: str) -> int:
        """One more wording of the FAQ row ``rule``; the number of the draft version."""
        base, files = await self._newest(asked.persona)
        version = await self._save(asked, base, with_wording(files, rule, wording))
        await self._note(asked, "wording", rule)
        return version

    async def add_answer(self, asked: Asked, answer: Answer) -> int:
        """A new row of the FAQ; the number of the draft version."""
        base, files = await self._newest(asked.persona)
        made, rule = with_answer(files, answer.question, answer.answer, answer.similar, answer.name)
        version = await self._save(asked, base, made)
        await self._note(asked, "answer", rule)
        return version

    async def set_aside(self, asked: Asked) -> int:
        """No question for this persona; whoever asks it again is not shown here any more."""
        return await self._note(asked, ASIDE)

    async def take_up(self, persona: str, norm: str, actor: str) -> bool:
        """What was set aside waits again. False when it was not set aside."""
        return await self._store.write(unmatched.reopen, persona, norm, actor, self._clock.now())

    async def _newest(self, persona: str) -> tuple[int, Files]:
        edition = await self._store.read(versions.newest, PERSONA, persona)
        if edition is None:
            raise ContentRefused("unknown", name=persona, version=1)
        return edition.version, edition.files

    async def _save(self, asked: Asked, base: int, files: Files) -> int:
        return await self._content.save(PERSONA, asked.persona, files, base=base,
                                        author=asked.actor)  # fmt: skip

    async def _note(self, asked: Asked, fate: unmatched.Fate, target: str = "") -> int:
        return await self._store.write(unmatched.decide, asked.persona, asked.norms, fate,
                                       asked.actor, self._clock.now(), target)  # fmt: skip
