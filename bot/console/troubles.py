"""What staff are told of the accounts: why nobody answers there, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.core.accounts import CLIENT_ONLY, CLOSED
from bot.library.cast import Cast
from bot.store import troubles
from bot.store.engine import Tx

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """One thing. ``code`` names the words; ``aside``: it matters only when somebody hands over to
    the WeCom client, and this persona does not. ``closed``: words do not leave."""

    channel: str
    account: str
    code: str
    detail: str = ""
    since: int = 0
    aside: bool = False

    @property
    def kind(self) -> Literal["bad", "wait"]:
        """How it is marked."""
        return "wait" if self.code in CLIENT_ONLY else "bad"

    @property
    def closed(self) -> bool:
        """True when words do not leave there."""
        return self.code in CLOSED


@dataclass(frozen=True, slots=True)
class Notes:
    """All of them, by account."""

    cast: Cast | None
    now: int
    found: Mapping[Key, Note]

    @classmethod
    def read(cls, tx: Tx, cast: Cast | None, now: int) -> Notes:
        """As they were found last."""
        made = [Note(channel=row["channel"], account=row["account"], code=row["code"],
                     detail=row["detail"], since=row["since"])
                for row in troubles.standing(tx)]  # fmt: skip
        return cls(cast, now, {(note.channel, note.account): note for note in made})

    def at(self, channel: str, account: str) -> Sequence[Note]:
        """What is the matter with one account: with its persona, and with itself."""
        found = self.found.get((channel, account))
        if self.cast is None:
            return [found] if found is not None else []
        persona = self.cast.persona_of(channel, account)
        if persona is None:
            mine = [Note(channel=channel, account=account, code="unbound")]
        elif self.cast.silence(persona, self.now):
            mine = [Note(channel=channel, account=account, code="ended")]
        else:
            mine = []
        return [*mine, *([self._seen_from(found, persona)] if found is not None else [])]

    def _seen_from(self, note: Note, persona: str | None) -> Note:
        script = self.cast.scripts.get(persona or "") if self.cast is not None else None
        hands = script is not None and script.persona.handoff.to == "client"
        aside = note.code in CLIENT_ONLY and not hands
        return replace(note, aside=aside)

    def bound(self) -> Sequence[Note]:
        """What is the matter with accounts that personas speak through, apart from what matters to
        nobody."""
        keys = sorted(self.cast.accounts) if self.cast is not None else []
        return [note for key in keys for note in self.at(*key) if not note.aside]
