"""Codes that members name in words, as events of the log."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.event import Event, Happened
from bot.core.model import Inbound
from bot.members.codes import said
from bot.store import codes, events
from bot.store.engine import Tx


def heard(
    tx: Tx, messages: Sequence[Inbound], member: str, now: int, persona: str = ""
) -> None:  # fmt: skip
    """What of these messages names a code that there is; other words are no matter of ours."""
    named = {one.dedupe: word for one in messages if one.text and (word := said(one.text))}
    known = codes.known(tx, named.values()) if named and member else {}
    events.record(tx, [
        Event(kind=Happened.INVITED, at=one.sent_at, dedupe=f"invited/{one.dedupe}", member=member,
              channel=one.channel, account=one.account, persona=persona, which=named[one.dedupe],
              other=known[named[one.dedupe]].owner)
        for one in messages if named.get(one.dedupe) in known
    ], now)  # fmt: skip
