"""A persona that does not serve yet, as it would speak, and what is wrong with it.

Compiling one takes up to half a second, so it is done in a thread, one at a time, and kept: a
version never changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.body import plain
from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.findings import Finding
from bot.core.model import Decision
from bot.library.cast import Cast
from bot.library.desk import ContentDesk
from bot.library.speech import Setting, context_of, stopped
from bot.persona.load import parse_persona
from bot.persona.script import Script
from bot.persona.talk import Talker
from bot.store import ugc, versions
from bot.store.engine import Store, Tx
from bot.store.versions import Edition

KEPT = 8
SAID_MAX = 12  # of one talk
MEMBER = "rehearsal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bubble:
    """One text of an answer. ``stopped``: codes of the guard, which would hold it back."""

    text: str
    stopped: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What somebody says, and what the persona makes of it."""

    said: str
    bubbles: tuple[Bubble, ...]
    decision: Decision


class Rehearsal:
    """One for each process."""

    def __init__(self, store: Store, config: Config, clock: Clock) -> None:
        self.desk = ContentDesk(store, config, clock)
        self._store = store
        self._scripts: dict[str, tuple[Cast, Script]] = {}
        self._found: dict[object, list[Finding]] = {}
        self._room = asyncio.Semaphore(1)

    async def findings(self, edition: Edition) -> list[Finding]:
        """What is to be said about a version beside what serves now."""
        key = (edition.kind, edition.name, edition.digest, await self._store.read(_company))
        async with self._room:
            if key not in self._found:
                _drop_oldest(self._found)
                self._found[key] = await self.desk.examine(edition)
        return self._found[key]

    async def talk(self, setting: Setting, edition: Edition, said: Sequence[str]) -> list[Line]:
        """A talk from its beginning, as somebody nobody knows. Raises BadInput when the version
        cannot be understood."""
        async with self._room:
            return await asyncio.to_thread(self._talk, setting, edition, said)

    def _talk(self, setting: Setting, edition: Edition, said: Sequence[str]) -> list[Line]:
        script, name = self._script(setting.cast, edition), edition.name
        setting = replace(setting, cast=with_script(setting.cast, name, script))
        talker = Talker(script, context_of(setting, name))
        return [self._line(setting, name, text, talker.say(text, MEMBER, setting.now))
                for text in said[-SAID_MAX:]]  # fmt: skip

    def _line(self, setting: Setting, name: str, text: str, made: Decision) -> Line:
        bubbles = (Bubble(text=plain(draft.body), stopped=stopped(setting, name, draft.body))
                   for draft in made.drafts)  # fmt: skip
        return Line(said=text, bubbles=tuple(bubbles), decision=made)

    def _script(self, cast: Cast, edition: Edition) -> Script:
        serving = cast.scripts.get(edition.name)
        if serving is not None and serving.version == edition.version:
            return serving
        kept = self._scripts.get(edition.digest)
        if kept is None or kept[0] is not cast:
            _drop_oldest(self._scripts)
            persona = parse_persona(edition.files, f"personas/{edition.name}")
            made = Script.of(persona, cast.brand, cast.shelf, cast.goods, zone=cast.zone,
                             version=edition.version, doors=cast.doors,
                             taker=cast.taker)  # fmt: skip
            kept = self._scripts[edition.digest] = (cast, made)
        return kept[1]


def with_script(cast: Cast, name: str, script: Script) -> Cast:
    """The cast as it would be with another version of one persona."""
    return replace(cast, scripts={**cast.scripts, name: script})


def _company(tx: Tx) -> object:
    """Changes whenever something else serves, or a consent is given or revoked."""
    return tuple(versions.marks(tx)), ugc.mark(tx)


def _drop_oldest(kept: dict[object, list[Finding]] | dict[str, tuple[Cast, Script]]) -> None:
    while len(kept) >= KEPT:
        del kept[next(iter(kept))]  # type: ignore[arg-type]
