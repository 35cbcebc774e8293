"""What a turn tells of a member: facts that the persona now remembers, what he agreed to, what was
noticed in his words. Events of the log, in the transaction that ends the turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.event import Event, Happened
from bot.core.model import Conversation, Inbound, Member
from bot.core.needs import Opinion
from bot.members.noticing import QUOTE_MAX
from bot.members.portrait import SAID

Memory = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Noticed:
    """What was noticed in the messages of one decision; ``inbox``: the last of them."""

    message: Inbound
    inbox: int
    needs: Sequence[str] = ()
    opinions: Sequence[Opinion] = ()
    consents: Mapping[str, bool] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """True for most turns."""
        return not (self.needs or self.opinions or self.consents)


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """The talk in which it was said, and to which version of the persona."""

    talk: Conversation
    member: Member
    persona: str
    version: int

    def event(self, kind: Happened, at: int, dedupe: str, **more: Any) -> Event:
        """An event of this member and talk."""
        return Event(kind=kind, at=at, dedupe=dedupe, member=self.member.id, persona=self.persona,
                     channel=self.talk.channel, account=self.talk.account, version=self.version,
                     **more)  # fmt: skip


def learned(where: Where, memory: Memory, now: int) -> Iterator[Event]:
    """Facts that a persona remembers after a turn and that the portrait has not, or not so; also
    those that it remembered before there were portraits. Only what all its accounts may know
    (docs/persona.md, Memory): what one account or conversation keeps to itself is not told to
    everybody. Told again it is the same event, by the message it comes from."""
    notes = memory.get("notes") or {}
    for name, value in (memory.get("facts") or {}).items():
        note = notes.get(name) or {}
        if where.member.facts.get(name) == value:
            continue
        source, at = str(note.get("source", "")), int(note.get("at", now))
        origin = source or note.get("at") or value  # of facts without a note nobody knows when
        data = {"value": value, "from": source, "purpose": note.get("consent", ""),
                "agreed": note.get("agreed", "")}  # fmt: skip
        yield where.event(
            Happened.FACT, at, f"fact/{where.member.id}/{where.persona}/{name}/{origin}",
            which=name, place=SAID, data={key: text for key, text in data.items() if text},
        )  # fmt: skip


def seen(where: Where, one: Noticed) -> Iterator[Event]:
    """Consents, needs and feedback of one decision."""
    said, at = one.message, one.message.sent_at
    for purpose, given in one.consents.items():
        yield where.event(
            Happened.CONSENTED if given else Happened.REFUSED, at,
            f"consent/{said.dedupe}/{purpose}", which=purpose, data={"from": said.dedupe},
        )  # fmt: skip
    for need in one.needs:
        yield where.event(Happened.NEED, at, f"need/{said.dedupe}/{need}", which=need,
                          data={"inbox": one.inbox})  # fmt: skip
    for opinion in one.opinions:
        yield where.event(
            Happened.FEEDBACK, at, f"feedback/{said.dedupe}/{opinion.product}/{opinion.theme}",
            which=opinion.theme, place=opinion.product, amount=opinion.mood,
            data={"inbox": one.inbox, "quote": said.text[:QUOTE_MAX]},
        )  # fmt: skip
