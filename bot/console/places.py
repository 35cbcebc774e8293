"""Accounts by the names that staff know. This is the one place that decides what an account is
called: as the platform calls it, which is what stands on phones; else by its channel, and by its
number where a persona has several on it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.console.words import said_or, say
from bot.core.clock import SECOND
from bot.library.cast import Cast
from bot.store import called
from bot.store.called import Names
from bot.store.engine import Store

BELL, LOOK = "called", 10 * SECOND


class Called:
    """The names as they were read last; before a page is made they are read again when a bell said
    that they have changed, and now and then in any case."""

    def __init__(self, store: Store) -> None:
        self._store, self._next = store, 0
        self.names: Names = {}
        self.owners: Mapping[str, str] = {}  # the same where only the account is known

    def heard(self, bell: str) -> None:
        """Of another process the bell may not be heard; the time is."""
        if bell == BELL:
            self._next = 0

    async def look(self, now: int) -> None:
        """Reads them, if the last time was a while ago."""
        if now >= self._next:
            self._next = now + LOOK
            self.names = await self._store.read(called.names)
            self.owners = called.by_id(self.names)


def place(lang: str, cast: Cast | None, names: Names, channel: str, account: str) -> str:
    """The channel and the account's name. Without one: a number for the second and later ones in
    the persona's file, and for an account that no persona has its id."""
    words = said_or(lang, f"channel.{channel}", channel)
    own = called.of(names, channel, account)
    if own != account or channel in called.PEOPLE:
        return f"{words} {own}"
    persona = cast.persona_of(channel, account) if cast is not None else None
    if cast is None or persona is None:
        return f"{words} {account}"
    mine = [
        key[1] for key, whose in cast.accounts.items() if whose == persona and key[0] == channel
    ]
    if account not in mine or len(mine) < 2:
        return words
    return say(lang, "place.several", channel=words, n=mine.index(account) + 1)
