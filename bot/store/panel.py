"""What staff see of the member beside a conversation, in one read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.clock import HOUR
from bot.members.value import Worth
from bot.store import brief, codec, journeys, purchases, value
from bot.store.brief import Brief
from bot.store.engine import Row, Tx
from bot.store.outbox import KfWindow

MOST = 50  # rows of each list
NOTHING = Brief()
ORDERS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something that the persona remembers, with who shares it (``scope``: persona, account,
    conversation) and where it comes from (``note``, empty for facts of older versions)."""

    name: str
    value: str
    scope: str
    note: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """How long, and how many messages, the platform takes here. None: it sets no such limit."""

    until: int | None
    left: int | None
    open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """The member, and this conversation's window. ``marks`` are tags that the persona gave him,
    ``tags`` those of the company, by account. ``orders``: the latest of his person; ``stages``: how
    far he is with each category."""

    conversation: str
    member: str | None
    name: str
    kind: int
    gender: int
    company: str
    since: int | None
    promo_ok: bool
    promo_less: bool
    facts: Sequence[Fact]
    marks: Sequence[str]
    tags: Sequence[Row]
    friends: Sequence[Row]
    groups: Sequence[Row]
    talks: Sequence[Row]
    window: Window
    orders: Sequence[Row] = ()
    worth: Worth | None = None
    stages: Sequence[Row] = ()
    brief: Brief = NOTHING


def panel(tx: Tx, key: str, now: int, persona: str, rule: KfWindow) -> Panel | None:
    """All that is known beside a conversation; None when there is no such conversation.

    Of memory only what ``persona`` may use in this very conversation: its own, of its scope
    persona, of this account and of this conversation (docs/persona.md, Memory).
    """
    talk = tx.row("conversation_get", id=key)
    if talk is None:
        return None
    member = talk["member"] or ""
    person: Row = next(iter(tx.rows("members_get", ids=[member])), {})
    memories = _memories(tx, talk, persona)
    of_member = {"member": member, "n": MOST}
    return Panel(
        conversation=key, member=talk["member"], name=person.get("name", ""),
        kind=person.get("kind", 0), gender=person.get("gender", 0),
        company=person.get("company", ""), since=person.get("created_at"),
        promo_ok=bool(person.get("promo_ok", 1)), promo_less=bool(person.get("promo_less", 0)),
        facts=_facts(memories), marks=_marks(memories),
        tags=tx.rows("panel_tags", **of_member), friends=tx.rows("panel_friends", **of_member),
        groups=tx.rows("panel_groups", **of_member),
        talks=tx.rows("panel_talks", id=key, **of_member) if member else [],
        window=_window(tx, talk, now, rule),
        orders=purchases.of(tx, member, n=ORDERS) if member else [],
        worth=value.worth(tx, [member])[member] if member else None,
        stages=[row for row in journeys.of(tx, member) if row["latest"]] if member else [],
        brief=brief.of(tx, member) if member else NOTHING,
    )  # fmt: skip


def _memories(tx: Tx, talk: Row, persona: str) -> dict[str, Mapping[str, Any]]:
    """What may be used here, by scope, the widest first."""
    found = {row["scope"]: row["data"] for row in tx.rows("memory_get", members=[talk["member"]])
             if row["persona"] == persona}  # fmt: skip
    scopes = {"persona": found.get("persona"), "conversation": talk["memory"],
              "account": found.get(f"account:{talk['account']}")}  # fmt: skip
    return {scope: codec.from_json(scopes[scope] or "{}")
            for scope in ("persona", "account", "conversation")}  # fmt: skip


def _facts(memories: Mapping[str, Mapping[str, Any]]) -> list[Fact]:
    return [Fact(name=name, value=value, scope=scope,
                 note=(memory.get("notes") or {}).get(name, {}))
            for scope, memory in memories.items()
            for name, value in (memory.get("facts") or {}).items()]  # fmt: skip


def _marks(memories: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return sorted({tag for memory in memories.values() for tag in memory.get("tags") or ()})


def _window(tx: Tx, talk: Row, now: int, rule: KfWindow) -> Window:
    if talk["channel"] == "kf":
        until = (talk["last_in_at"] or 0) + rule.hours * HOUR
        left = max(0, rule.messages - talk["sent_since"])
        return Window(until=until, left=left, open=now < until and left > 0)
    if talk["channel"] == "oa":
        rows = tx.rows("panel_allowances", id=talk["id"], now=now)
        left = sum(row["remaining"] for row in rows)
        return Window(until=max((row["until"] for row in rows), default=None), left=left,
                      open=left > 0)  # fmt: skip
    return Window(until=None, left=None, open=True)
