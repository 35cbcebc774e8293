"""Has voices and videos of members made into words for those who answer them.

The words are shown as a machine's, with a mood and a draft like any others; nothing is answered by
them. What cannot be heard, for whatever reason, is a person's to listen to.
"""

from __future__ import annotations

import asyncio
import logging

from bot.core.clock import MINUTE, SECOND, Clock
from bot.core.config import Config
from bot.core.ports import Deaf, Ear, MediaBytes, PlatformAway, Transcript
from bot.persona.feeling import feel
from bot.persona.mood import grave
from bot.pipeline.feelings import kept
from bot.pipeline.loop import Bells
from bot.store import listening
from bot.store.engine import Store
from bot.store.listening import Wanted

log = logging.getLogger(__name__)
EVERY = 30 * SECOND  # the bell rings for what is new
STORMY = 3 * SECOND
AGAIN = 1 * MINUTE
MB = 1024 * 1024
GONE = "the platform has no such file any more"
CALLS = {
    "voice": "客人发来语音，机器没听出来，请听一下",
    "video": "客人发来视频，机器没听出来，请看一下",
}


class Listening:
    """A file a step, for a machine that listens is busy with one."""

    def __init__(
        self, store: Store, files: MediaBytes, ear: Ear, config: Config, clock: Clock, bells: Bells
    ) -> None:  # fmt: skip
        self._store, self._files, self._ear = store, files, ear
        self._own, self._clock, self._bells = config.listening, clock, bells
        self._lease = self._own.span + MINUTE

    async def step(self, now: int) -> int:
        """Listens to what is due; in a storm it can wait."""
        if self._bells.street.stormy(now):
            return now + STORMY
        found = await self._store.write(listening.claim, now, now + self._lease, 1)
        for one in found:
            await self._one(one)
        if found:
            return now
        due = await self._store.read(listening.next_due)
        return now + EVERY if due is None else max(now, min(due, now + EVERY))

    async def _one(self, one: Wanted) -> None:
        made = await self._made(one)
        now, service = self._clock.now(), self._own.mode
        if isinstance(made, Transcript):
            text = made.text[: self._own.text_max]
            felt = feel(text)
            mood = kept(felt) if felt.mood else ""
            await self._store.write(listening.heard, one, text, mood, service, now, _upset(text))
        elif made.again and one.tries < self._own.tries:
            await self._store.write(listening.later, one, now + AGAIN * one.tries)
            return
        else:
            log.warning("a %s was not heard: %s", one.kind, made.why)
            await self._store.write(listening.failed, one, made.why, service, now,
                                    CALLS.get(one.kind, CALLS["voice"]))  # fmt: skip
        self._bells.desk.set()

    async def _made(self, one: Wanted) -> Transcript | Deaf:
        if one.tries > self._own.tries:  # whoever listened died of it, again and again
            return Deaf("nobody came to an end with it")
        try:
            file = await self._files.fetch(one.media) if one.media else None
        except PlatformAway as exc:
            return Deaf(str(exc), again=True)
        if file is None:
            return Deaf(GONE)
        if len(file.content) > self._own.mb * MB:
            return Deaf(f"over {self._own.mb} MB")
        try:
            async with asyncio.timeout(self._lease / 1000):
                return await self._ear.listen(file, one.kind)
        except Exception as exc:  # a foreign program or service: anything may come
            return Deaf(f"it failed: {type(exc).__name__}", again=True)


def _upset(text: str) -> str:
    """Why a person should look at once; empty where there is no hurry."""
    felt = feel(text)
    if not (felt.low or grave(text)):
        return ""
    return f"语音里听着{'生气' if felt.mood == 'angry' else '不高兴'}：{'、'.join(felt.words)}"
