"""Accounts by names that staff know: the channel and, where a persona has several on it, which."""

from __future__ import annotations

from bot.console.words import said_or, say
from bot.library.cast import Cast

# On these the account is a colleague, and his userid is what others call him.
PEOPLE = frozenset({"contact"})


def place(lang: str, cast: Cast | None, channel: str, account: str) -> str:
    """The channel, and a number for the second and later ones in the persona's file. An account
    that no persona has is known by its id only."""
    words = said_or(lang, f"channel.{channel}", channel)
    persona = cast.persona_of(channel, account) if cast is not None else None
    if cast is None or persona is None or channel in PEOPLE:
        return f"{words} {account}"
    mine = [
        key[1] for key, whose in cast.accounts.items() if whose == persona and key[0] == channel
    ]
    if account not in mine or len(mine) < 2:
        return words
    return say(lang, "place.several", channel=words, n=mine.index(account) + 1)
