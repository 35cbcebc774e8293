"""What the sidebar of the WeCom client shows of the chat that is open there, and what was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.body import Text
from bot.core.model import Outbound, conversation_key
from bot.store import outbox, panel, thread
from bot.store.engine import Row, Tx
from bot.store.outbox import KfWindow
from bot.store.panel import Panel

LINES = 8
TALKS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The chat that is open: whose client (userid), and the customer or the group. ``kf``: a
    session of customer service, whose account the client does not tell."""

    staff: str
    member: str = ""
    group: str = ""
    kf: bool = False

    @property
    def channel(self) -> str:
        """What the chat is to us."""
        return "group" if self.group else "kf" if self.kf else "contact"

    @property
    def key(self) -> str:
        """The conversation that words said here belong to."""
        return conversation_key(self.channel, self.staff, self.group or self.member)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What we know: the member or the group, and the last lines in our channels, with those
    before them (``recent``). ``talk`` is the conversation that the lines and the facts are of."""

    person: Row | None
    panel: Panel | None
    chat: Row | None
    talk: Row | None
    lines: Sequence[thread.Line]
    recent: Sequence[thread.Line] = ()

    @property
    def words(self) -> str:
        """The member's last words that nobody has answered yet, or empty."""
        found: list[str] = []
        for line in reversed(self.lines):
            if line.by in ("bot", "model", "staff", "client") and line.source == "replies":
                break
            if line.by == "member" and line.text and line.kind != "recalled":
                found.append(line.text)
        return "\n".join(reversed(found))


def talk_of(tx: Tx, place: Place, fits: Callable[[Row], bool]) -> Row | None:
    """The conversation of this very chat; of customer service, and where this chat has none, the
    member's latest that ``fits``."""
    if place.group:
        return tx.row("conversation_get", id=place.key)
    rows = tx.rows("sidebar_talks", member=place.member, channel=place.channel,
                   account=place.staff, n=TALKS)  # fmt: skip
    if place.kf:
        return next((row for row in rows if row["channel"] == "kf"), None)
    return next(filter(fits, rows), None)


def known(
    tx: Tx, place: Place, talk: Row | None, persona: str, now: int, window: KfWindow
) -> Known:  # fmt: skip
    """Everything beside the open chat, in one read. Facts are those that ``persona`` may use in the
    conversation ``talk``."""
    beside = panel.panel(tx, talk["id"], now, persona, window) if talk is not None else None
    person = next(iter(tx.rows("members_get", ids=[place.member])), None) if place.member else None
    chat = tx.row("sidebar_chat", id=place.group) if place.group else None
    page = thread.page(tx, [talk["id"]], n=3 * LINES).lines if talk is not None else []
    said = [line for line in page if line.source in ("inbox", "replies")
            and (line.text or line.heard)]  # fmt: skip
    return Known(person=person, panel=beside, chat=chat, talk=talk, lines=said[-LINES:],
                 recent=said)  # fmt: skip


def said(
    tx: Tx, place: Place, login: str, text: str, persona: str, version: int, key: str, now: int
) -> bool:
    """Puts words that somebody sent from his client into the reply log, under his login; once for
    each ``key``. False when they are there, or will be read from the log of customer service."""
    if place.kf:
        return False
    tx.row("sidebar_hold", id=place.key)
    origin = f"staff:{login}:{key}"
    if tx.row("sidebar_said", conversation=place.key, origin=origin) is not None:
        return False
    outbox.note_said(tx, Outbound(
        lane=place.key, pool="reply", channel=place.channel, account=place.staff,
        peer=place.group or place.member, kind="staff", body=Text(text), origin=origin,
        persona=persona, persona_version=version, operator=login, conversation=place.key,
        member=place.member or None, dedupe=origin, send_at=now, state="sent",
    ), now)  # fmt: skip
    return True
