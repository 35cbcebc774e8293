"""Colleagues who are named in notes (``@login``), and what waits for one of the staff."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.store import desk
from bot.store.engine import Tx

MOST = 1_000
NAMED_MOST = 20  # people in one note
_NAME = re.compile(r"@([\w.-]{2,64})")


def named(text: str) -> list[str]:
    """Logins behind an @, each once, as they are kept. A full stop ends a sentence, not a name."""
    return list(dict.fromkeys(found.rstrip(".-").lower() for found in _NAME.findall(text)))


def note(tx: Tx, key: str, staff: str, text: str, now: int) -> list[str]:
    """A note about a conversation; who of the staff was named in it finds it in his list. Returns
    the names that nobody has. Raises Conflict."""
    number = desk.note(tx, key, staff, text, now)
    wanted = [login for login in named(text) if login != staff][:NAMED_MOST]
    if not wanted:
        return []
    name(tx, number, key, wanted, now)
    known = {row["login"] for row in tx.rows("staff_everybody") if row["disabled_at"] is None}
    return [login for login in wanted if login not in known]


def name(tx: Tx, note: int, key: str, logins: Iterable[str], now: int) -> None:
    """A note concerns these of the staff; whom it concerned before, it concerns anew."""
    tx.run("mention_add", note=note, conversation=key, at=now, logins=list(logins)[:NAMED_MOST])


def seen(tx: Tx, key: str, login: str, now: int) -> bool:
    """He has looked into the conversation. True when a note there named him."""
    return bool(tx.run("mention_seen", conversation=key, login=login, now=now))


def of(tx: Tx, login: str) -> set[str]:
    """Conversations in which a note names him that he has not seen."""
    return {row["conversation"] for row in tx.rows("mentions_of", login=login, n=MOST)}


def needs(tx: Tx, login: str, now: int, *, answers: bool = True) -> int:
    """How many conversations wait: for anybody and, for somebody who answers, for him."""
    row = tx.row("needs_count", login=login, now=now, most=MOST) or {}
    return int(row["waiting"] + (row["mine"] + row["named"] if answers else 0))
